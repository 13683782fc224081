"""A writer that follows a script: it writes, stalls, fails, and remembers what it was asked."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from shopevents.domain.briefs import PlanBrief, Usage, Writing
from shopevents.domain.errors import DependencyError
from shopevents.domain.plans import PlanDraft, Trends
from shopevents.domain.vocabulary import Mechanic, Slot

STALL = "stall"

type Step = Writing | DependencyError | str

TRENDS = Trends(
    industry="고깃집은 늦가을 저녁 모임 손님이 늘어 세트와 예약 문의가 많아지는 때입니다.",
    location="강남구는 평일 점심과 저녁 직장인 손님이 많아 짧은 시간에 고를 수 있는 메뉴가 잘 맞습니다.",
    season="11월은 수능과 연말 모임 준비가 겹쳐 단체 손님을 미리 잡기 좋은 시기입니다.",
)

_TITLES = {
    Slot.LOW_ONLINE: "인스타 팔로우하고 된장찌개 받기",
    Slot.LOW_OFFLINE: "도장 다섯 개면 냉면 한 그릇",
    Slot.MEDIUM_ONLINE: "우리 동네 고기 맛집 사진전",
    Slot.MEDIUM_OFFLINE: "평일 저녁 네 명이면 한 판 더",
    Slot.HIGH_ONLINE: "동네 맛집 소개 영상 초대전",
    Slot.HIGH_OFFLINE: "단골과 함께하는 연말 고기 잔치",
}
_MECHANICS = (
    Mechanic.FOLLOW,
    Mechanic.STAMP_CARD,
    Mechanic.PHOTO,
    Mechanic.GROUP_DISCOUNT,
    Mechanic.INFLUENCER,
    Mechanic.VIP_INVITATION,
)
_COSTS = {"low": 280_000, "medium": 1_600_000, "high": 5_500_000}


def draft(slot: Slot, **changes: object) -> PlanDraft:
    """A good draft for the slot."""
    index = list(Slot).index(slot)
    good = PlanDraft(
        slot=slot,
        title=_TITLES[slot],
        prize="된장찌개 1인분",
        participation="매장 안내문의 방법대로 참여하고 직원에게 화면을 보여 주시면 바로 드려요.",
        mechanic=_MECHANICS[index],
        expected_participants=120 + 10 * index,
        cost=_COSTS[slot.budget],
        roi=300 - 40 * index,
    )
    return good.model_copy(update=changes)


def writing(*slots: Slot, trends: Trends | None = TRENDS, finished: bool = False) -> Writing:
    """A snapshot with good drafts for these slots."""
    usage = Usage(model="claude-haiku-5-5", input_tokens=1200, output_tokens=800 if finished else 1, final=finished)
    return Writing(drafts=tuple(draft(slot) for slot in slots), trends=trends, usage=usage, raw="{…", finished=finished)


class ScriptedWriter:
    """Each call plays the next script; the last one is played again. `closed` counts calls that ended."""

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self._scripts = list(scripts)
        self.briefs: list[PlanBrief] = []
        self.closed = 0

    async def write(self, brief: PlanBrief) -> AsyncGenerator[Writing]:
        self.briefs.append(brief)
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        try:
            for step in script:
                if isinstance(step, DependencyError):
                    raise step
                if isinstance(step, Writing):
                    yield step
                else:
                    await asyncio.Event().wait()
        finally:
            self.closed += 1
