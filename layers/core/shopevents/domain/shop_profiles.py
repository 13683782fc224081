"""A shop as its owner knows it, with name and address. None of it reaches a prompt."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, SecretStr

from shopevents.domain.shops import Region, Trade


class ShopProfile(BaseModel):
    """An owner's shop. `industry_word` and `business_type` are as typed, `trade` and `region` what was understood.
    The business number is kept as a keyed hash and a mask."""

    model_config = ConfigDict(frozen=True)

    owner_id: str
    name: str
    industry_word: str
    business_type: str | None = None
    trade: Trade
    region: Region
    address: str | None = None
    opening_hours: str | None = None
    business_number_hash: str | None = None
    business_number_masked: str | None = None
    updated_at: AwareDatetime


class ShopWords(BaseModel):
    """What an owner says of their shop, with what was understood of it."""

    model_config = ConfigDict(frozen=True)

    name: str
    industry_word: str
    business_type: str | None = None
    trade: Trade
    region: Region
    address: str | None = None
    opening_hours: str | None = None
    business_number: SecretStr | None = None


class OwnerExport(BaseModel):
    """Everything that is kept of an owner, as JSON."""

    model_config = ConfigDict(frozen=True)

    owner_id: str
    exported_at: AwareDatetime
    shop: dict[str, Any] | None
    recommendations: list[dict[str, Any]]
    shop_events: list[dict[str, Any]]
    feedback: list[dict[str, Any]]
