"""Files below a folder."""

import asyncio
import os
import tempfile
from pathlib import Path

from shopevents.domain.errors import NotFound, Rejected, Unavailable


class FolderObjects:
    """A file per key. What was put is there in full or not at all, whatever kills the process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def put(self, key: str, content: bytes) -> None:
        await asyncio.to_thread(self._write, self._path(key), content)

    async def get(self, key: str) -> bytes:
        return await asyncio.to_thread(self._read, self._path(key))

    def _path(self, key: str) -> Path:
        path = (self._folder / key).resolve()
        if not key or not path.is_relative_to(self._folder) or path == self._folder:
            raise Rejected("raw documents", "a key outside the folder")
        return path

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise NotFound from error
        except OSError as error:
            raise Unavailable("raw documents", error.strerror or "can't be read") from error

    def _write(self, path: Path, content: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(path)
        except OSError as error:
            raise Unavailable("raw documents", error.strerror or "can't be written") from error
