"""How many tokens a text is, before the vendor has counted them."""

import re

# No tokenizer is published for Claude 5.x. A Hangul syllable is taken as 1.2 tokens (0.9 for Claude 4.5's
# tokenizer, and 4.7 and later count some 30 % more), any other character, JSON's signs included, as a third.
HANGUL_TOKENS = 1.2
OTHER_TOKENS = 0.33

_HANGUL = re.compile("[가-힣]+")


def estimated_tokens(text: str) -> int:
    """The estimated tokens of a text, rounded up. Good for reservations and plans, not for bills."""
    hangul = sum(map(len, _HANGUL.findall(text)))
    return -int(-(hangul * HANGUL_TOKENS + (len(text) - hangul) * OTHER_TOKENS) // 1)
