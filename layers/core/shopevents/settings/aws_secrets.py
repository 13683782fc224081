"""Settings that are kept in AWS Secrets Manager.

A variable `CLAUDE_SECRET_ARN` names the secret that holds the settings whose names begin with `CLAUDE_`, as a JSON object
of their names; a database's holds `username` and `password`, as RDS and RDS Proxy want it. Secrets are read once per container, when a setting is first looked for, all of them side by side. They are
read again when they are old, and soon after a dependency has failed, which may be because its key was replaced: no
deployment is needed for a new key. boto3 is imported for that only, and only where such a variable is set.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from shopevents.domain.errors import MisconfiguredError

# How long a secret is believed (s), and how soon after a failure it is doubted at the earliest.
LIFETIME_SECONDS = 300.0
DOUBT_SECONDS = 30.0
_SUFFIX = "_SECRET_ARN"
_AT_ONCE = 8
_CONNECT_SECONDS = 1.0
_READ_SECONDS = 2.0
# RDS names in its own way what it keeps or reads: in the secret of DB_SECRET_ARN they are DB_USER and DB_PASSWORD.
_RDS_NAMES = {"username": "USER", "password": "PASSWORD"}
_WIRING = "shopevents.bootstrap."

type Fetch = Callable[[str], str]
_log = logging.getLogger(__name__)


class Secrets:
    """What the secrets that the environment names hold, by the names of settings."""

    def __init__(
        self,
        environment: Mapping[str, str],
        fetch: Fetch | None = None,
        now: Callable[[], float] = time.time,  # of the wall: a frozen container's monotonic clock may stand still
    ) -> None:
        """`fetch` gives the text of the secret with an ARN; by default AWS does."""
        self._arns = {name: arn for name, arn in environment.items() if name.endswith(_SUFFIX) and arn}
        self._fetch = fetch
        self._now = now
        self._values: dict[str, str] | None = None
        self._read_at = 0.0
        self._doubted = False

    def value(self, name: str) -> str | None:
        """The setting `name`, None where no secret holds it. Raises MisconfiguredError for an unreadable secret."""
        if not any(name.startswith(variable.removesuffix(_SUFFIX) + "_") for variable in self._arns):
            return None
        if self._values is None:
            self._values = self._read()
        return self._values.get(name)

    def doubt(self) -> None:
        """A dependency has failed: perhaps a key is no longer good."""
        self._doubted = True

    @property
    def is_due(self) -> bool:
        """Whether `renew` would ask AWS."""
        if self._values is None:
            return False
        age = self._now() - self._read_at
        return age > (DOUBT_SECONDS if self._doubted else LIFETIME_SECONDS)

    def renew(self) -> bool:
        """Reads the secrets again; whether one has changed. Those in use stay where that fails."""
        before = self._values
        try:
            self._values = self._read()
        except MisconfiguredError as error:
            self._read_at = self._now()
            _log.warning("secrets could not be read again: %s", error)
            return False
        return self._values != before

    def forget(self) -> None:
        """Makes the next look read everything: for a container that starts from a snapshot."""
        self._values = None

    def _read(self) -> dict[str, str]:
        fetch = self._fetch or aws_fetch()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            texts = dict(zip(self._arns, pool.map(fetch, self._arns.values()), strict=True))
        self._read_at, self._doubted = self._now(), False
        return {key: value for variable, text in texts.items() for key, value in _settings_in(variable, text).items()}


def _settings_in(variable: str, text: str) -> dict[str, str]:
    try:
        held = json.loads(text)
    except ValueError:
        held = None
    if not isinstance(held, dict):
        raise MisconfiguredError(variable, "its secret is not a JSON object of settings")
    prefix = variable.removesuffix(_SUFFIX)
    return {
        f"{prefix}_{_RDS_NAMES[name]}" if name in _RDS_NAMES else str(name): str(value) for name, value in held.items()
    }


def aws_fetch() -> Fetch:
    """Reads from AWS Secrets Manager. Raises MisconfiguredError for what can't be read."""
    import boto3  # noqa: PLC0415 - 0.4 s that a function without secrets must not pay for
    from botocore.config import Config  # noqa: PLC0415 - the same
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - the same

    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 2},
        max_pool_connections=_AT_ONCE,
    )
    client = boto3.session.Session().client("secretsmanager", config=config)

    def fetch(arn: str) -> str:
        try:
            return str(client.get_secret_value(SecretId=arn)["SecretString"])
        except (BotoCoreError, ClientError) as error:
            raise MisconfiguredError(f"secret {arn}", f"can't be read: {type(error).__name__}: {error}") from error

    return fetch


SECRETS = Secrets(os.environ)


class SecretsSource(PydanticBaseSettingsSource):
    """Looks up in the container's secrets what the environment itself does not say."""

    def __init__(self, settings_cls: type[BaseSettings], secrets: Secrets) -> None:
        super().__init__(settings_cls)
        self._secrets = secrets

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - pydantic's
        return self._secrets.value(field_name.upper()), field_name, False

    def __call__(self) -> dict[str, Any]:
        """The model's fields that a secret holds."""
        found = {name: self._secrets.value(name.upper()) for name in self.settings_cls.model_fields}
        return {name: value for name, value in found.items() if value is not None}


def forget_wiring() -> None:
    """Makes the wiring read its settings anew: every cached function of `shopevents.bootstrap`, which nothing below it
    may import, is found where Python keeps what was imported."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_WIRING):
            for cached in vars(module).values():
                if callable(getattr(cached, "cache_clear", None)):
                    cached.cache_clear()
