raise ValueError("settings are missing")
