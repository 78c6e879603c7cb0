"""The manifest: what is in an artifact's folder, and how it came to be.

A file or folder whose name begins with a dot is *scratch*: a checkpoint, or what a killed run was
half-way through writing. It belongs to unfinished work, is in no manifest, and is dropped once
there is one.
"""

import hashlib
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from featurefate.artifacts.errors import DamagedArtifact

FILE_NAME = "manifest.json"


@dataclass
class FileRecord:
    """One file as it was when the artifact was finished."""

    sha256: str
    bytes: int
    modified_ns: int


@dataclass
class Cost:
    """What a step took: seconds of wall clock, peak memory of the process in MB, the device."""

    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    device: str = ""


@dataclass
class Manifest:
    """Everything there is to know about an artifact without opening its files.

    `conditions`: under which its step worked, as the step itself says, such as the precision of a
    training. They depend on the machine, so they are no part of the identity.
    """

    name: str
    identity: str
    recipe: dict[str, Any]
    cost: Cost
    written: str
    files: dict[str, FileRecord] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest in `folder`; raise DamagedArtifact when it is not one."""
        path = folder / FILE_NAME
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            values["cost"] = Cost(**values["cost"])
            values["files"] = {n: FileRecord(**r) for n, r in values["files"].items()}
            return cls(**values)
        except (ValueError, TypeError, KeyError, OSError) as error:
            raise DamagedArtifact(
                f"{path} is not a readable manifest ({error}): delete the folder {folder} "
                "and run its notebook again"
            ) from error

    def write(self, folder: Path) -> None:
        """Record the files of `folder`, sync everything to disk, write the manifest last.

        All files become as readable as the folder: safetensors writes its own for one user alone.
        """
        readable = folder.stat().st_mode & 0o666
        self.files = {name: record(folder / name) for name in files_in(folder)}
        for name in self.files:
            (folder / name).chmod(readable)
            sync(folder / name)
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        write_atomically(folder / FILE_NAME, text.encode())

    def check(self, folder: Path, rehash: bool = False) -> None:
        """Raise DamagedArtifact, naming the file, where `folder` is not what the manifest says.

        Names, sizes and times are compared; a file whose time differs (a copied folder) is hashed
        again, and with `rehash` every file is.
        """
        for name, expected in self.files.items():
            path = folder / name
            if not path.is_file():
                raise _damaged(path, folder, "is missing")
            found = path.stat()
            if found.st_size != expected.bytes:
                raise _damaged(
                    path, folder, f"has {found.st_size} bytes instead of {expected.bytes}"
                )
            suspect = rehash or found.st_mtime_ns != expected.modified_ns
            if suspect and sha256_of(path) != expected.sha256:
                raise _damaged(path, folder, "has changed since it was written")


def _damaged(path: Path, folder: Path, what: str) -> DamagedArtifact:
    return DamagedArtifact(
        f"{path} {what}: delete the folder {folder} and run its notebook again "
        "(everything else is kept)"
    )


def files_in(folder: Path) -> list[str]:
    """Return the names of all files below `folder`, sorted; neither manifest nor scratch."""
    names = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(name for name in names if name != FILE_NAME and not _is_scratch(name))


def remove_scratch(folder: Path) -> None:
    """Delete the scratch of finished work."""
    for path in list(folder.rglob(".*")):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)  # it may have gone with its folder


def _is_scratch(name: str) -> bool:
    return any(part.startswith(".") for part in PurePosixPath(name).parts)


def record(path: Path) -> FileRecord:
    found = path.stat()
    return FileRecord(sha256_of(path), found.st_size, found.st_mtime_ns)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Force a file, or the entries of a folder, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a kill at any moment leaves the old one or the new one, never half."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(content)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure what the block costs; the yielded Cost is filled in when the block ends."""
    cost = Cost()
    _reset_peak_memory()
    start = time.perf_counter()
    yield cost
    cost.seconds = round(time.perf_counter() - start, 2)
    cost.peak_memory_mb = round(_peak_memory_mb(), 1)
    cost.device = _device()


def _reset_peak_memory() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return  # not Linux, or not allowed: the peak is then that of the whole process


def _peak_memory_mb() -> float:
    try:
        status = Path("/proc/self/status").read_text()
        return next(int(x.split()[1]) / 1024 for x in status.splitlines() if "VmHWM" in x)
    except (OSError, StopIteration):
        import resource

        unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, kB elsewhere
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _device() -> str:
    torch = sys.modules.get("torch")  # asked only where the step itself has loaded it
    if torch is not None and torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"{platform.machine()} CPU, {os.cpu_count()} cores"
