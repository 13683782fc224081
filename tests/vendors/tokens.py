"""How many tokens a text is, without a tokenizer.

Assumption (no tokenizer is published for Claude 5.x): a Hangul syllable costs 1.2 tokens and three other
characters cost one. The first figure is about 0.9 for Claude 4.5's tokenizer, and 4.7 and later count
some 30 % more.
"""

HANGUL_TOKENS = 1.2
OTHER_TOKENS = 0.33


def tokens_of(character: str) -> float:
    """The share of a token that one character is."""
    return HANGUL_TOKENS if "가" <= character <= "힣" else OTHER_TOKENS


def count_tokens(text: str) -> int:
    """The estimated tokens of a text, at least 1."""
    return max(1, round(sum(map(tokens_of, text))))


def split_by_tokens(text: str, tokens: float) -> list[str]:
    """Pieces of about `tokens` tokens each, in order; together they are the text."""
    pieces: list[str] = []
    start, spent = 0, 0.0
    for place, character in enumerate(text):
        spent += tokens_of(character)
        if spent >= tokens:
            pieces.append(text[start : place + 1])
            start, spent = place + 1, 0.0
    if start < len(text):
        pieces.append(text[start:])
    return pieces
