"""Owners keep their shop with us, and take away or delete everything that we keep of them."""

from pydantic import SecretStr

from shopevents.domain.announcements import case_changed
from shopevents.domain.business_numbers import BusinessNumber
from shopevents.domain.effects import Outgoing
from shopevents.domain.errors import InvalidInput, NotFound, Problem
from shopevents.domain.shop_profiles import OwnerExport, ShopProfile, ShopWords
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.answer_book import AnswerBook
from shopevents.ports.clock import Clock
from shopevents.ports.shops import Shops
from shopevents.use_cases.publish import Publisher, publish


async def put_store(
    owner_id: str, words: ShopWords, *, shops: Shops, clock: Clock, business_number_key: SecretStr
) -> ShopProfile:
    """Stores or replaces the owner's shop. Of the business number only a keyed hash and a mask are kept. Raises
    InvalidInput, Unavailable."""
    number = _number_of(words)
    key = business_number_key.get_secret_value().encode()
    shop = ShopProfile(
        owner_id=owner_id,
        **dict(words.model_copy(update={"business_number": None})),
        business_number_hash=number.fingerprint(key) if number else None,
        business_number_masked=number.masked if number else None,
        updated_at=clock.now(),
    )
    await shops.put(shop)
    return shop


async def get_store(owner_id: str, *, shops: Shops) -> ShopProfile:
    """The owner's shop. Raises NotFound, Unavailable."""
    shop = await shops.get(owner_id)
    if shop is None:
        raise NotFound("등록한 가게가 없습니다.")
    return shop


async def export_owner(owner_id: str, *, shops: Shops, clock: Clock) -> OwnerExport:
    """Everything that is kept of the owner. Raises Unavailable."""
    return await shops.export_owner(owner_id, exported_at=clock.now())


async def erase_owner(
    owner_id: str, *, shops: Shops, answers: AnswerBook, publisher: Publisher, clock: Clock, correlation_id: str
) -> None:
    """Deletes everything of the owner's: rows at once, recent answers at once, vectors by messages that are committed
    together with the rows' deletion. Records that are still on their way are dropped when they arrive. Doing it again
    changes nothing more. Raises Unavailable; done again, it goes on where it stopped."""
    now = clock.now()
    messages: list[Outgoing] = []

    def announce(case_id: str, industry: IndustryCategory) -> Outgoing:
        messages.append(case_changed(case_id, industry, correlation_id=correlation_id, now=now))
        return messages[-1]

    await shops.erase_owner(owner_id, announce, erased_at=now)
    await publish(messages, publisher=publisher)
    await answers.forget(owner_id)


def _number_of(words: ShopWords) -> BusinessNumber | None:
    if words.business_number is None:
        return None
    try:
        return BusinessNumber.parse(words.business_number.get_secret_value())
    except ValueError as error:
        problem = Problem("businessNumber", "사업자등록번호를 다시 확인해 주세요.")
        raise InvalidInput((problem,)) from error
