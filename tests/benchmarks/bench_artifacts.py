"""Reading an artifact back: checking names, sizes and times, against hashing every file."""

import atexit
import tempfile
from pathlib import Path

from harness import benchmark

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import ArtifactStore

NAME = "models/base"
MEGABYTES = 64


@benchmark("artifact_read", what="a checked read of a 64 MB artifact, against `make verify`")
def artifact_read():
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    store = ArtifactStore(Path(folder.name))
    artifact = store.root / NAME
    artifact.mkdir(parents=True)
    for number in range(4):
        (artifact / f"{number}.bin").write_bytes(bytes(MEGABYTES * 2**20 // 4))
    Manifest(NAME, "benchmark", {}, Cost(), "").write(artifact)
    return lambda: store.read(NAME), lambda: store.verify(NAME)
