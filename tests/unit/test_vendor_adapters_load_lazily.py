"""No vendor's SDK is loaded by importing its adapter, nor by making one: only by using it."""

import subprocess
import sys

_LOADED = """
import sys
from shopevents.adapters.embedder.openai import OpenAIEmbedder
from shopevents.adapters.plan_writer.claude import ClaudeAccess, ClaudePlanWriter
from shopevents.adapters.vector_index.pinecone import PineconeIndex

ClaudePlanWriter(ClaudeAccess(api_key="k", model="claude-haiku-5-5"))
OpenAIEmbedder(api_key="k")
PineconeIndex(api_key="k", host="localhost")
print(sorted({"anthropic", "openai", "pinecone", "httpx", "httpx2", "boto3"} & sys.modules.keys()))
"""


def test_making_the_adapters_loads_no_sdk() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
