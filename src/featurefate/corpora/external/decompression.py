"""Files as streams of bytes, gzip and zstd undone on the way.

Python's readers of the two differ in what they do with an archive cut short (zstandard's stops
without a word). This one hands out every byte before the cut and then raises.
"""

import io
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

CHUNK = 1 << 16
ENDINGS = (".gz", ".zst")


class DamagedFile(Exception):
    """A file that cannot be read to its end."""


def open_bytes(path: Path) -> BinaryIO:
    """Open `path` for reading; undo gzip (.gz) or zstd (.zst), of one or several members.

    Reading raises DamagedFile where an archive is cut short or is none, OSError as `open` does.
    """
    file = open(path, "rb")  # noqa: SIM115  the stream returned closes it
    if path.suffix.lower() not in ENDINGS:
        return file
    return io.BufferedReader(_Decompressed(file, path.suffix.lower()), CHUNK)


class _Decompressed(io.RawIOBase):
    def __init__(self, file: BinaryIO, ending: str):
        self._file, self._ending = file, ending
        self._member: Any = None  # the decompressor of the member that is being read
        self._rest = b""  # compressed bytes after the end of the last member
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, target: memoryview) -> int:
        while not self._ready and self._advance():
            pass
        size = min(len(target), len(self._ready))
        target[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def _advance(self) -> bool:
        """Decompress a little more; return False at the end of the file."""
        chunk = self._rest or self._file.read(CHUNK)
        if not chunk:
            if self._member is not None:
                raise DamagedFile("the archive is cut short")
            return False
        self._member = self._member or _decompressor(self._ending)
        try:
            self._ready = memoryview(self._member.decompress(chunk))
        except (zlib.error, zstandard.ZstdError) as error:
            raise DamagedFile(f"no {self._ending} archive, or damaged ({error})") from error
        self._rest = b""
        if self._member.eof:  # another member may follow, or padding
            self._rest = self._member.unused_data.lstrip(b"\0")
            self._member = None
        return True


def _decompressor(ending: str) -> Any:
    if ending == ".gz":
        return zlib.decompressobj(wbits=31)
    return zstandard.ZstdDecompressor(max_window_size=1 << 31).decompressobj()
