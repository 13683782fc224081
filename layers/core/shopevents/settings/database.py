"""The database: where it is, who signs in, and how its server proves itself."""

from pathlib import Path

from shopevents.domain.errors import MisconfiguredError
from shopevents.settings.backends import Stage
from shopevents.settings.environment import EnvironmentModel, OptionalSecret, OptionalText

# Amazon RDS' own authorities in every region, and those of Amazon Trust Services, which stand behind RDS Proxy.
DATABASE_AUTHORITIES = Path(__file__).with_name("database_authorities.pem")


class DatabaseSettings(EnvironmentModel):
    """PostgreSQL, by `DATABASE_URL`, which says all itself, or by its parts: outside local over TLS, to a server that
    proves by Amazon's authorities that it is `DB_HOST`."""

    stage: Stage = Stage.LOCAL
    database_url: OptionalSecret = None
    db_host: OptionalText = None
    db_port: int = 5432
    db_name: OptionalText = None
    db_user: OptionalText = None
    db_password: OptionalSecret = None

    @property
    def url(self) -> str | None:
        """A libpq connection string, None where no database is given. Raises MisconfiguredError when half given."""
        if self.database_url:
            return self.database_url.get_secret_value()
        parts = {
            "DB_HOST": self.db_host,
            "DB_NAME": self.db_name,
            "DB_USER": self.db_user,
            "DB_PASSWORD": self.db_password.get_secret_value() if self.db_password else None,
        }
        missing = [name for name, value in parts.items() if value is None]
        if len(missing) == len(parts):
            return None
        if missing:
            raise MisconfiguredError(missing[0], "the other DB_… settings are given, but this one is missing")
        names = ("host", "dbname", "user", "password")
        fields = dict(zip(names, parts.values(), strict=True)) | {"port": str(self.db_port)}
        if self.stage is not Stage.LOCAL:
            fields |= {"sslmode": "verify-full", "sslrootcert": str(DATABASE_AUTHORITIES)}
        return " ".join(f"{name}='{_quoted(value)}'" for name, value in fields.items() if value is not None)

    @property
    def needed_url(self) -> str:
        """The same for who can't work without. Raises MisconfiguredError where no database is given."""
        if self.url is None:
            raise MisconfiguredError("DATABASE_URL", "this function needs a database")
        return self.url


class DatabasePasswords(EnvironmentModel):
    """What the functions' roles sign in with: for the function that makes the roles."""

    stage: Stage = Stage.LOCAL
    recommend_db_password: OptionalSecret = None
    owners_db_password: OptionalSecret = None
    documents_db_password: OptionalSecret = None
    operations_db_password: OptionalSecret = None

    @property
    def by_role(self) -> dict[str, str] | None:
        """Passwords by the first word of their setting; None locally, where none is given. Raises MisconfiguredError."""
        passwords = {
            "recommend": self.recommend_db_password,
            "owners": self.owners_db_password,
            "documents": self.documents_db_password,
            "operations": self.operations_db_password,
        }
        given = {name: password.get_secret_value() for name, password in passwords.items() if password}
        if len(given) == len(passwords):
            return given
        if not given and self.stage is Stage.LOCAL:
            return None
        missing = next(name for name in passwords if name not in given)
        raise MisconfiguredError(f"{missing.upper()}_DB_PASSWORD", "every role of the database needs its own")


def _quoted(value: str) -> str:
    """A value of a libpq connection string, between quotes."""
    return value.replace("\\", "\\\\").replace("'", "\\'")
