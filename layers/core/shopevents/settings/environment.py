"""How the environment becomes typed settings."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shopevents.domain.errors import MisconfiguredError
from shopevents.settings import aws_secrets


def _blank_is_absent(value: object) -> object:
    """CloudFormation and `.env` files give "" for a setting that is not set."""
    return None if isinstance(value, str) and not value.strip() else value


type OptionalText = Annotated[str | None, BeforeValidator(_blank_is_absent)]
type OptionalDate = Annotated[date | None, BeforeValidator(_blank_is_absent)]
type OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_blank_is_absent)]


class EnvironmentModel(BaseSettings):
    """A group of variables that belong together, named like its fields in upper case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=False)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """A variable wins over a secret."""
        return init_settings, env_settings, aws_secrets.SecretsSource(settings_cls, aws_secrets.SECRETS)


def read[Model: EnvironmentModel](model: type[Model]) -> Model:
    """The environment as `model`. Raises MisconfiguredError that names the first wrong variable."""
    try:
        return model()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = "_".join(str(part) for part in first["loc"]).upper()
        raise MisconfiguredError(variable, first["msg"]) from None


def group[Model: EnvironmentModel](model: type[Model]) -> Any:
    """A dataclass field that is read from the environment."""
    return field(default_factory=lambda: read(model))


def both(wanted: Mapping[str, object], given: Mapping[str, str]) -> list[str] | None:
    """All values, or None where none is given. Raises MisconfiguredError that names the missing one."""
    if not given:
        return None
    for name in wanted:
        if name not in given:
            raise MisconfiguredError(name, f"{next(iter(given))} is set, but this one is missing")
    return list(given.values())
