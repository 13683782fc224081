"""The owner's shop on the wire: PUT, GET, DELETE /stores/me and GET /stores/me/export."""

from typing import Annotated, Any, Self

from pydantic import AwareDatetime, Field, SecretStr, field_validator

from shopevents.domain.business_numbers import BusinessNumber
from shopevents.domain.questions import ShopFacts, understood
from shopevents.domain.shop_profiles import OwnerExport, ShopProfile, ShopWords
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.wire.recommendations import Location
from shopevents.wire.validation import Line, WireModel


class StorePut(WireModel):
    """The whole shop; a second PUT replaces it."""

    name: Annotated[str, Line(50)]
    industry: Annotated[str, Line(50)]
    business_type: Annotated[str, Line(50)] | None = None
    address: Annotated[str, Line(200)] | None = None
    location: Location | None = None
    opening_hours: Annotated[str, Line(100)] | None = None
    business_number: Annotated[str, Line(12)] | None = Field(
        default=None, description="사업자등록번호, 123-45-67890 또는 숫자 10자리"
    )

    def words(self) -> ShopWords:
        """What was said, placed and classified, as the use case takes it. Raises InvalidInput."""
        trade, region = understood(
            ShopFacts(
                industry=self.industry,
                business_type=self.business_type,
                address=self.address,
                city=self.location.city if self.location else None,
                district=self.location.district if self.location else None,
            ),
            prefix="",
        )
        return ShopWords(
            name=self.name,
            industry_word=self.industry,
            business_type=self.business_type,
            trade=trade,
            region=region,
            address=self.address,
            opening_hours=self.opening_hours,
            business_number=SecretStr(self.business_number) if self.business_number else None,
        )

    @field_validator("business_number")
    @classmethod
    def _has_its_check_digit(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                BusinessNumber.parse(text)
            except ValueError:
                raise ValueError("사업자등록번호가 올바르지 않습니다.") from None
        return text


class StoreOut(WireModel):
    """The shop as it is kept. The business number is shown masked."""

    name: str
    industry: str
    business_type: str | None
    category: IndustryCategory = Field(description="업종 분류 결과")
    trade_name: str | None = Field(description="상권업종 소분류 이름")
    address: str | None
    location: Location
    opening_hours: str | None
    business_number: str | None
    updated_at: AwareDatetime

    @classmethod
    def of(cls, shop: ShopProfile) -> "StoreOut":
        """As the wire shows it."""
        return cls(
            name=shop.name,
            industry=shop.industry_word,
            business_type=shop.business_type,
            category=shop.trade.category,
            trade_name=shop.trade.name,
            address=shop.address,
            location=Location(city=shop.region.city, district=shop.region.district),
            opening_hours=shop.opening_hours,
            business_number=shop.business_number_masked,
            updated_at=shop.updated_at,
        )


class StoreResponse(WireModel):
    """One shop."""

    success: bool = True
    data: StoreOut

    @classmethod
    def of(cls, shop: ShopProfile) -> Self:
        """As the wire shows it."""
        return cls(data=StoreOut.of(shop))


class ExportOut(WireModel):
    """Everything that is kept of an owner."""

    exported_at: AwareDatetime
    store: dict[str, Any] | None
    recommendations: list[dict[str, Any]]
    events: list[dict[str, Any]]
    feedback: list[dict[str, Any]]


class ExportResponse(WireModel):
    """The export."""

    success: bool = True
    data: ExportOut

    @classmethod
    def of(cls, export: OwnerExport) -> "ExportResponse":
        """As the wire shows it."""
        return cls(
            data=ExportOut(
                exported_at=export.exported_at,
                store=export.shop,
                recommendations=export.recommendations,
                events=export.shop_events,
                feedback=export.feedback,
            )
        )
