"""Intake into the table `events`, with fingerprints, signatures and bands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from shopevents.adapters.cases.postgres import keep_case
from shopevents.adapters.database.connection import Connection, Database
from shopevents.adapters.database.effects import add_messages
from shopevents.adapters.minhash import Signature, buckets_of, estimated_jaccard, packed, signature_of, unpacked
from shopevents.domain.near_duplicates import ALIKE, FULLEST_BUCKET, MOST_COMPARED, contradict, shingles
from shopevents.ports.case_intake import Admission, Candidate, Verdict

# Two batches that run at once would not see each other's cases: intake takes turns (any number will do).
_TURN = 7_120_711
# A batch is some dozens of candidates, each with a few statements on indexes.
_SECONDS = 30.0


class PostgresCaseIntake:
    """One transaction for all candidates of a call: they are kept and remembered together, or not at all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def admit(self, candidates: Sequence[Candidate]) -> list[Admission]:
        async with self._database.transaction(seconds=_SECONDS) as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_TURN,))
            known = await _known(connection, candidates)
            return [await _admit(connection, candidate, known) for candidate in candidates]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is there of a call's candidates: ids, and the case of each content."""

    ids: set[str]
    contents: dict[str, str]

    def repeated_by(self, candidate: Candidate) -> str | None:
        """The case that has the candidate's id already, or the same content."""
        case_id = candidate.case.case_id
        if case_id in self.ids and not candidate.replaces:
            return case_id
        other = self.contents.get(candidate.content) if candidate.letters else None
        return other if other != case_id else None

    def is_as_before(self, candidate: Candidate) -> bool:
        """Whether what the candidate is compared by is remembered already."""
        return self.contents.get(candidate.content) == candidate.case.case_id

    def add(self, candidate: Candidate) -> None:
        """Takes note of a candidate that came in."""
        self.ids.add(candidate.case.case_id)
        if candidate.letters:
            self.contents[candidate.content] = candidate.case.case_id


async def _known(connection: Connection, candidates: Sequence[Candidate]) -> _Known:
    rows = await connection.execute(
        "SELECT id FROM events WHERE id = ANY(%s)", ([candidate.case.case_id for candidate in candidates],)
    )
    ids = {row["id"] for row in await rows.fetchall()}
    rows = await connection.execute(
        "SELECT fingerprint, event_id FROM case_fingerprints WHERE kind = 'content' AND fingerprint = ANY(%s)",
        ([candidate.content for candidate in candidates if candidate.letters],),
    )
    return _Known(ids, {row["fingerprint"]: row["event_id"] for row in await rows.fetchall()})


async def _admit(connection: Connection, candidate: Candidate, known: _Known) -> Admission:
    if repeated := known.repeated_by(candidate):
        return Admission(Verdict.DUPLICATE, repeated)
    remembered, signature = known.is_as_before(candidate), None
    if not remembered and (grams := shingles(candidate.letters)):
        signature = signature_of(grams)
        if alike := await _alike(connection, candidate, signature):
            return Admission(Verdict.NEAR_DUPLICATE, alike)
    changed = await keep_case(connection, candidate.case)
    if changed:
        await add_messages(connection, [candidate.announcement])
    if not remembered:
        await _remember(connection, candidate, signature)
    known.add(candidate)
    return Admission(Verdict.KEPT if changed else Verdict.UNCHANGED)


async def _alike(connection: Connection, candidate: Candidate, signature: Signature) -> str | None:
    """A case that shares a bucket, is alike in fact, and states nothing else."""
    rows = await connection.execute(
        """
        SELECT event_id, signature, facts FROM case_signatures WHERE event_id IN (
            SELECT met.event_id FROM unnest(%(buckets)s::bigint[]) WITH ORDINALITY AS wanted (bucket, band)
            CROSS JOIN LATERAL (
                SELECT event_id FROM case_bands
                WHERE case_bands.band = wanted.band - 1 AND case_bands.bucket = wanted.bucket LIMIT %(fullest)s
            ) AS met
            WHERE met.event_id <> %(id)s GROUP BY met.event_id ORDER BY count(*) DESC LIMIT %(most)s)
        """,
        {
            "id": candidate.case.case_id,
            "buckets": buckets_of(signature),
            "fullest": FULLEST_BUCKET,
            "most": MOST_COMPARED,
        },
    )
    for row in await rows.fetchall():
        alike = estimated_jaccard(signature, unpacked(row["signature"])) >= ALIKE
        if alike and not contradict(candidate.facts, row["facts"]):
            return str(row["event_id"])
    return None


async def _remember(connection: Connection, candidate: Candidate, signature: Signature | None) -> None:
    """What later candidates are compared with, in place of what was remembered of the case before."""
    case_id = candidate.case.case_id
    if candidate.letters:
        await connection.execute("DELETE FROM case_fingerprints WHERE event_id = %s", (case_id,))
        await connection.execute(
            "INSERT INTO case_fingerprints (event_id, kind, fingerprint) VALUES (%s, 'content', %s)",
            (case_id, candidate.content),
        )
    if signature is None:
        return
    await connection.execute("DELETE FROM case_bands WHERE event_id = %s", (case_id,))
    await connection.execute(
        """
        INSERT INTO case_signatures (event_id, signature, facts) VALUES (%(id)s, %(signature)s, %(facts)s)
        ON CONFLICT (event_id) DO UPDATE SET signature = excluded.signature, facts = excluded.facts
        """,
        {"id": case_id, "signature": packed(signature), "facts": sorted(candidate.facts)},
    )
    await connection.execute(
        """
        INSERT INTO case_bands (band, bucket, event_id)
        SELECT band - 1, bucket, %s FROM unnest(%s::bigint[]) WITH ORDINALITY AS kept (bucket, band)
        """,
        (case_id, buckets_of(signature)),
    )
