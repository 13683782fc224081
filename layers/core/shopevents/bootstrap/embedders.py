"""Wiring of the embedder. No SDK is imported before it embeds."""

from shopevents.adapters.embedder.hashing import HashingEmbedder
from shopevents.adapters.embedder.openai import OpenAIEmbedder
from shopevents.ports.embedder import Embedder
from shopevents.settings import OpenAISettings


def embedder(openai: OpenAISettings) -> Embedder:
    """OpenAI's embedder, or the deterministic one that needs nobody."""
    if openai.is_given and openai.openai_api_key:
        return OpenAIEmbedder(api_key=openai.openai_api_key.get_secret_value(), base_url=openai.openai_base_url)
    return HashingEmbedder()
