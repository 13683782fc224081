"""Intake for one process: `python -m local curate`, benchmarks and tests."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain

from shopevents.adapters.minhash import buckets_of, estimated_jaccard, packed, signature_of, unpacked
from shopevents.domain.cases import Case
from shopevents.domain.near_duplicates import ALIKE, FULLEST_BUCKET, MOST_COMPARED, contradict, shingles
from shopevents.ports.case_intake import Admission, Candidate, Verdict


class MemoryCaseIntake:
    """Remembers everything that it let in."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self._contents: dict[str, str] = {}
        self._signatures: dict[str, tuple[bytes, frozenset[str]]] = {}
        self._buckets: defaultdict[tuple[int, int], list[str]] = defaultdict(list)

    async def admit(self, candidates: Sequence[Candidate]) -> list[Admission]:
        return [self._admit(candidate) for candidate in candidates]

    def _admit(self, candidate: Candidate) -> Admission:
        case = candidate.case
        if candidate.replaces and self.cases.get(case.case_id) == case:
            return Admission(Verdict.UNCHANGED)
        if case.case_id in self.cases and not candidate.replaces:
            return Admission(Verdict.DUPLICATE, case.case_id)
        known = self._contents.get(candidate.content) if candidate.letters else None
        if known not in {None, case.case_id}:
            return Admission(Verdict.DUPLICATE, known)
        return self._compare(candidate)

    def _compare(self, candidate: Candidate) -> Admission:
        case_id, grams = candidate.case.case_id, shingles(candidate.letters)
        if grams:
            signature = signature_of(grams)
            buckets = list(enumerate(buckets_of(signature)))
            for other in self._met(buckets):
                content, facts = self._signatures[other]
                alike = estimated_jaccard(signature, unpacked(content)) >= ALIKE
                if other != case_id and alike and not contradict(candidate.facts, facts):
                    return Admission(Verdict.NEAR_DUPLICATE, other)
            self._signatures[case_id] = packed(signature), candidate.facts
            for bucket in buckets:
                self._buckets[bucket].append(case_id)
        self.cases[case_id] = candidate.case
        if candidate.letters:
            self._contents[candidate.content] = case_id
        return Admission(Verdict.KEPT)

    def _met(self, buckets: Sequence[tuple[int, int]]) -> list[str]:
        """The newest of each bucket, those with the most buckets in common first."""
        met = Counter(chain.from_iterable(self._buckets.get(bucket, ())[-FULLEST_BUCKET:] for bucket in buckets))
        return [case_id for case_id, _ in met.most_common(MOST_COMPARED)]
