"""Amazon S3."""

from shopevents.adapters.aws_client import AwsClient


class S3Objects:
    """Objects of one bucket, whose own settings encrypt and expire them."""

    def __init__(self, client: AwsClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    async def put(self, key: str, content: bytes) -> None:
        await self._client.call("put_object", Bucket=self._bucket, Key=key, Body=content)

    async def get(self, key: str) -> bytes:
        content: bytes = (await self._client.call("get_object", Bucket=self._bucket, Key=key))["Body"]
        return content
