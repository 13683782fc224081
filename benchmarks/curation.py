"""How many documents a second become cases on one core, how much memory that takes, and how both grow.

`python -m benchmarks.curation [DOCUMENTS]` (100,000): blog posts composed from small vocabularies, read by rules and
compared in memory, as `python -m local curate` does; then a tenth of them into an embedded PostgreSQL. Of the posts
about three in ten hold no event, one in ten is a copy with edits, one in ten the same post under the same link.
"""

import asyncio
import math
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.report import machine
from local.embedded_postgres import embedded_postgres
from shopevents.adapters.case_intake.memory import MemoryCaseIntake
from shopevents.adapters.case_intake.postgres import PostgresCaseIntake
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate
from shopevents.adapters.event_extractor.rules import RuleExtractor
from shopevents.catalog.files import read_table
from shopevents.domain.curation import read_reply
from shopevents.domain.posts import NAVER_BLOG
from shopevents.ports.case_intake import CaseIntake
from shopevents.use_cases.curate_reply import curate_reading

SEED = 20261123
_IN_A_REPLY = 10
_STEPS = (1 / 8, 1 / 4, 1 / 2, 1)
_BEGINNINGS = (
    "달빛", "모퉁이", "초록", "느린", "오늘", "바람", "골목", "하루", "숲속", "은하", "노을", "구름", "소소한", "마루", "봄날", "정다운", "푸른", "별난",
    "동네", "첫눈", "나무", "온기", "다정", "여백", "물결", "햇살", "담담", "열두", "작은", "단단",
)  # fmt: skip
_TRADES = (
    "카페", "베이커리", "고깃집", "분식", "치킨", "횟집", "네일샵", "헤어", "꽃집", "서점", "옷가게", "반찬가게", "펜션", "게스트하우스", "필라테스",
    "헬스장", "공방", "세탁소", "안경", "사진관",
)  # fmt: skip
_GIFTS = (
    "아메리카노 1잔", "수제 쿠키", "에코백", "꽃다발", "마카롱 2개", "떡볶이 1인분", "음료 1병", "핸드크림", "머그컵", "와인 1병", "책갈피", "양말",
    "수건", "텀블러", "초콜릿", "귤 1봉지", "식혜 1병", "계란찜", "케어 1회", "체험 1회",
)  # fmt: skip
_WAYS = (
    "{month}월 {day}일까지 계정을 팔로우하고 댓글을 남기면 {gift}을 드려요.",
    "{month}월 한 달 동안 {money}원 이상 구매하시면 {gift}을 증정합니다.",
    "{month}월 {day}일부터 전 품목 {percent}% 할인 행사를 합니다.",
    "방문 후 리뷰를 남겨 주시면 {gift}을 무료로 드립니다. {month}월 {day}일까지예요.",
    "도장 {count}개를 모으면 {gift}을 드리는 이벤트를 {month}월에 시작해요.",
    "{count}인 이상 예약하시면 {gift}을 서비스로 드립니다. {month}월까지입니다.",
    "추첨을 통해 {count}분께 {gift}을 드립니다. 응모는 {month}월 {day}일까지 받아요.",
)
_OPENINGS = (
    "안녕하세요.",
    "반가운 소식이에요.",
    "동네에 알려드려요.",
    "오늘 다녀왔어요.",
    "사장님께 들었어요.",
    "기다리던 이벤트예요.",
)
_CLOSINGS = (
    "주차는 두 대까지 됩니다.",
    "월요일은 쉽니다.",
    "예약은 전화로 받아요.",
    "늦은 저녁에는 붐벼요.",
    "아이와 가기 좋아요.",
    "재료가 떨어지면 일찍 닫아요.",
)
_OTHER = (
    "비가 와서 집에서 책을 읽었다. {word} 생각이 났지만 다음에 가기로 했다.",
    "{word}에서 점심을 먹었다. 값은 {money}원이었고 친구와 오래 이야기했다.",
    "마케팅 방법을 정리해 봤습니다. {word}를 운영하는 분께 도움이 되면 좋겠네요.",
)


def _posts(wanted: int) -> Iterator[dict[str, str]]:
    chance = random.Random(SEED)
    districts = [f"{row['city']} {row['district']}" for row in read_table("regions.csv")]
    kept: list[dict[str, str]] = []
    for number in range(wanted):
        kind = chance.random()
        if kind < 0.2 and kept:
            post = dict(chance.choice(kept))
            if kind < 0.1:
                post |= {"link": _link(number), "description": _edited(post["description"], chance)}
        elif kind < 0.5:
            post = _other(number, chance)
        else:
            post = _event(number, chance, districts)
            if len(kept) < 20_000:
                kept.append(post)
        yield post


def _event(number: int, chance: random.Random, districts: list[str]) -> dict[str, str]:
    trade, place = chance.choice(_TRADES), chance.choice(districts)
    shop = f"{chance.choice(_BEGINNINGS)}{chance.choice(_BEGINNINGS)}{trade}"
    told = chance.choice(_WAYS).format(
        month=chance.randint(1, 12),
        day=chance.randint(1, 28),
        gift=chance.choice(_GIFTS),
        percent=chance.randrange(5, 60, 5),
        money=f"{chance.randrange(5, 80) * 1000:,}",
        count=chance.randint(3, 20),
    )
    words = [chance.choice(_OPENINGS), f"{place} {shop}입니다.", told, chance.choice(_CLOSINGS)]
    return _post(number, f"{place} <b>{trade}</b> <b>이벤트</b>", " ".join(words))


def _other(number: int, chance: random.Random) -> dict[str, str]:
    text = chance.choice(_OTHER).format(word=chance.choice(_TRADES), money=f"{chance.randrange(5, 80) * 1000:,}")
    return _post(number, f"오늘의 기록 {chance.randrange(10_000)}", f"{text} {chance.choice(_CLOSINGS)}")


def _post(number: int, title: str, text: str) -> dict[str, str]:
    return {
        "title": title,
        "description": f"{text}...",
        "link": _link(number),
        "postdate": "20261101",
        "bloggername": "기록",
    }


def _link(number: int) -> str:
    return f"https://blog.naver.com/sample{number % 5_000}/{224_000_000_000 + number}"


def _edited(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    for _ in range(3):
        place = chance.randrange(len(words) - 1)
        words[place] = chance.choice((words[place][:-1] or words[place], f"{words[place]} ☺", words[place]))
    return " ".join(words)


async def _run(
    posts: int, intake: CaseIntake, seconds: Callable[[], float]
) -> tuple[list[tuple[int, float, float]], Counter[str]]:
    """Documents, seconds and megabytes at each step, and what became of the documents. `seconds` is the clock: the
    time of the processes that work, so that what else the machine does counts little."""
    extractor, clock, counts = RuleExtractor(), SystemClock(), Counter[str]()
    steps = [round(posts * step) for step in _STEPS]
    seen, reached, batch = 0, [], []
    spent = 0.0
    for post in _posts(posts):
        batch.append(post)
        if len(batch) < _IN_A_REPLY and seen + len(batch) not in steps:
            continue
        began = seconds()
        curated = await curate_reading(
            read_reply(NAVER_BLOG, {"items": batch}),
            extractor=extractor,
            intake=intake,
            clock=clock,
            correlation_id="benchmark",
        )
        spent += seconds() - began
        counts["case"] += len(curated.cases)
        counts.update(one.reason.value for one in curated.aside)
        seen, batch = seen + len(batch), []
        if seen in steps:
            reached.append((seen, spent, _megabytes()))
    return reached, counts


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _tell(name: str, reached: list[tuple[int, float, float]], counts: Counter[str], before: float) -> None:
    print(f"\n{name}")
    for documents, seconds, megabytes in reached:
        print(f"{documents:9,} documents  {seconds:8.1f} s  {documents / seconds:7.0f} a second  {megabytes:7.0f} MB")
    (first, first_seconds, _), (last, last_seconds, megabytes) = reached[0], reached[-1]
    exponent = math.log(last_seconds / first_seconds) / math.log(last / first)
    print(f"growth exponent {exponent:.2f}; {(megabytes - before) * 1e6 / last / 1000:.1f} kB a document")
    print(", ".join(f"{count:,} {what}" for what, count in counts.most_common()))


async def _in_postgres(documents: int, url: str) -> None:
    migrate(url)
    database = Database(url, size=1, statement_seconds=60.0)
    (row,) = await database.fetch("SELECT pg_backend_pid() AS pid")
    server = Path(f"/proc/{row['pid']}/stat")

    def both() -> float:
        """This process's time and that of the server's process for our one connection."""
        fields = server.read_text().rpartition(")")[2].split()
        return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    before = _megabytes()
    _tell("into PostgreSQL, its own time included", *await _run(documents, PostgresCaseIntake(database), both), before)
    await database.close()


def main(documents: int = 100_000) -> None:
    """Prints the figures."""
    print(machine())
    before = _megabytes()
    _tell("in memory, one core", *asyncio.run(_run(documents, MemoryCaseIntake(), time.process_time)), before)
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_postgres(Path(folder) / "data", durable=False) as url,
    ):
        asyncio.run(_in_postgres(documents // 10, url))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
