"""What vendors charge, from `catalog/prices.toml`."""

from functools import cache

from pydantic import BaseModel, ConfigDict

from shopevents.catalog.files import read_toml
from shopevents.domain.briefs import Usage

_PER_MILLION = 1_000_000


class ModelPrice(BaseModel):
    """List prices in USD per million tokens; see the data file for sources."""

    model_config = ConfigDict(frozen=True)

    input: float
    output: float
    cache_write: float
    cache_write_1h: float
    cache_read: float
    long_prompt_tokens: int | None = None
    long_prompt_factor: float = 1.0

    def usd(self, usage: Usage) -> float:
        """The price of `usage` in USD. Our prompts are cached for an hour, hence that write price."""
        total = (
            usage.input_tokens * self.input
            + usage.output_tokens * self.output
            + usage.cache_write_tokens * self.cache_write_1h
            + usage.cache_read_tokens * self.cache_read
        )
        is_long = self.long_prompt_tokens is not None and usage.prompt_tokens > self.long_prompt_tokens
        return total * (self.long_prompt_factor if is_long else 1.0) / _PER_MILLION


@cache
def price_of(model: str) -> ModelPrice:
    """The price of a model. An unknown one is charged like the dearest known, so that the daily cap
    still holds: matching is by the id's end ("anthropic.claude-haiku-5-5" of Bedrock is the same model).
    """
    prices = {name: ModelPrice.model_validate(row) for name, row in read_toml("prices.toml")["models"].items()}
    known = [name for name in prices if model == name or model.endswith(f".{name}")]
    return prices[known[0]] if known else max(prices.values(), key=lambda price: price.output)
