"""From a request to a question that can be planned for."""

from datetime import datetime

from shopevents.domain.answers import Question
from shopevents.domain.errors import InvalidInput, Problem
from shopevents.domain.questions import Ask, question_of
from shopevents.ports.shop_reader import ShopReader

_NO_SHOP = "가게 정보(storeInfo)를 적어 주세요. 가게를 한 번 저장해 두면 다음부터는 생략할 수 있습니다."


async def ask_question(ask: Ask, *, shops: ShopReader, asked_at: datetime) -> Question:
    """The question, with the owner's stored shop where none was sent. Raises InvalidInput where there is
    no shop, or where it can't be placed or classified; Unavailable where a stored one can't be read."""
    shop = ask.shop or await shops.facts_of(ask.owner_id)
    if shop is None:
        raise InvalidInput((Problem("storeInfo", _NO_SHOP),))
    return question_of(
        owner_id=ask.owner_id,
        purpose=ask.purpose,
        shop=shop,
        asked_at=asked_at,
        replaces=ask.replaces,
        reason=ask.reason,
    )
