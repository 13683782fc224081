"""Keys and hosts of the public sources."""

from typing import Literal

from shopevents.settings.environment import EnvironmentModel, OptionalDate, OptionalSecret, OptionalText, both


class SourceSettings(EnvironmentModel):
    """Keys and hosts of the public sources. Each source is asked as soon as its keys are there."""

    semas_service_key: OptionalSecret = None
    semas_base_url: OptionalText = None
    kosis_api_key: OptionalSecret = None
    kosis_base_url: OptionalText = None
    seoul_api_key: OptionalSecret = None
    seoul_base_url: OptionalText = None
    naver_client_id: OptionalSecret = None
    naver_client_secret: OptionalSecret = None
    naver_api: Literal["hub", "legacy"] = "hub"
    naver_base_url: OptionalText = None
    instagram_access_token: OptionalSecret = None
    instagram_user_id: OptionalText = None
    instagram_token_expires_on: OptionalDate = None
    instagram_api_version: OptionalText = None
    instagram_base_url: OptionalText = None

    @property
    def naver(self) -> tuple[str, str] | None:
        """NAVER's id and secret, None where neither is given. Raises MisconfiguredError for one without the other."""
        pair = {"NAVER_CLIENT_ID": self.naver_client_id, "NAVER_CLIENT_SECRET": self.naver_client_secret}
        values = both(pair, {name: value.get_secret_value() for name, value in pair.items() if value})
        return (values[0], values[1]) if values else None

    @property
    def instagram(self) -> tuple[str, str] | None:
        """Instagram's token and account, None where neither is given. Raises MisconfiguredError for half of it."""
        token = self.instagram_access_token.get_secret_value() if self.instagram_access_token else None
        pair = {"INSTAGRAM_ACCESS_TOKEN": token, "INSTAGRAM_USER_ID": self.instagram_user_id}
        values = both(pair, {name: value for name, value in pair.items() if value})
        return (values[0], values[1]) if values else None
