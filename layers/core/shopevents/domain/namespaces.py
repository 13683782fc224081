"""Vector namespaces: one per industry and embedder, in ASCII, so that vectors never mix."""

from shopevents.domain.vocabulary import IndustryCategory

_ASCII_NAMES = {
    IndustryCategory.FOOD: "food",
    IndustryCategory.RETAIL: "retail",
    IndustryCategory.SERVICE: "service",
    IndustryCategory.LODGING: "lodging",
    IndustryCategory.OTHER: "other",
}


def namespace_of(industry: IndustryCategory, embedder_name: str) -> str:
    """The namespace of an industry's cases as embedded by `embedder_name`: "food--openai-3-large-3072"."""
    return f"{_ASCII_NAMES[industry]}--{embedder_name}"
