"""`python -m tests.vendors` runs the three fakes and prints the settings that make the product use them."""

import argparse
import signal
import sys

from tests.vendors.claude import ClaudeFake
from tests.vendors.openai import OpenAIFake
from tests.vendors.pinecone import PineconeFake

_ENDINGS = {signal.SIGINT, signal.SIGTERM}


def main() -> None:
    """Listens until Ctrl-C."""
    arguments = argparse.ArgumentParser(prog="python -m tests.vendors", description=__doc__)
    for name, port in (("claude", 8101), ("openai", 8102), ("pinecone", 8103)):
        arguments.add_argument(f"--{name}", type=int, default=port, metavar="PORT", help=f"port (default {port})")
    ports = arguments.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)  # so that one that comes early still ends it well
    with (
        ClaudeFake(port=ports.claude) as claude,
        OpenAIFake(port=ports.openai) as openai,
        PineconeFake(port=ports.pinecone) as pinecone,
    ):
        lines = (
            f"export CLAUDE_API_KEY=sk-fake CLAUDE_BASE_URL={claude.url}",
            f"export OPENAI_API_KEY=sk-fake OPENAI_BASE_URL={openai.base_url}",
            f"export PINECONE_API_KEY=pc-fake PINECONE_HOST={pinecone.url}",
        )
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        signal.sigwait(_ENDINGS)


if __name__ == "__main__":
    main()
