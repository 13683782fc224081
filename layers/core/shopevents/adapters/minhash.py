"""MinHash signatures by `rensa`, and the LSH bands in which alike texts meet."""

import hashlib
import struct
from collections.abc import Sequence

from shopevents.domain.near_duplicates import BANDS, PERMUTATIONS, ROWS

# A stored signature is compared with later ones: neither this nor the number of permutations may change without
# computing all of them anew.
_SEED = 20261123
_FORM = struct.Struct(f"<{PERMUTATIONS}I")
_BAND = struct.Struct(f"<{ROWS}I")

type Signature = tuple[int, ...]


def signature_of(shingles: Sequence[str]) -> Signature:
    """128 unsigned 32-bit numbers."""
    from rensa import RMinHash

    minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minhash.update(list(shingles))
    return tuple(minhash.digest())


def buckets_of(signature: Signature) -> list[int]:
    """One signed 64-bit number per band: alike texts are likely to have one in common."""
    rows = (_BAND.pack(*signature[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS))
    return [int.from_bytes(hashlib.blake2b(row, digest_size=8).digest(), signed=True) for row in rows]


def estimated_jaccard(one: Signature, other: Signature) -> float:
    """The share of equal numbers: the Jaccard similarity, with a standard error of at most 0.045."""
    return sum(map(int.__eq__, one, other)) / PERMUTATIONS


def packed(signature: Signature) -> bytes:
    """512 bytes."""
    return _FORM.pack(*signature)


def unpacked(content: bytes) -> Signature:
    """The inverse of `packed`."""
    return _FORM.unpack(content)
