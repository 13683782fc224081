"""Wiring of the embedder. No SDK is imported before it embeds."""

from shopevents.adapters.embedder.hashing import HashingEmbedder
from shopevents.adapters.embedder.openai import OpenAIEmbedder
from shopevents.ports.embedder import Embedder
from shopevents.settings.backends import OpenAISettings, PineconeSettings
from shopevents.settings.database import DatabaseSettings


def embedder(openai: OpenAISettings, pinecone: PineconeSettings, postgres: DatabaseSettings) -> Embedder:
    """OpenAI's embedder, or the deterministic one that needs nobody. The latter also where vectors are only held in a
    container's memory: each container would have to buy all of them again."""
    vectors_are_kept = pinecone.is_given or postgres.url is not None
    if openai.is_given and openai.openai_api_key and vectors_are_kept:
        return OpenAIEmbedder(api_key=openai.openai_api_key.get_secret_value(), base_url=openai.openai_base_url)
    return HashingEmbedder()
