"""Build, tokenise and pack a corpus of generated rows; say the peak of memory in MB.

python ingest.py FOLDER MEGABYTES
"""

import json
import random
import resource
import sys
from pathlib import Path

from featurefate.artifacts.store import ArtifactStore
from featurefate.corpora.documents import build_documents
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.sources import BUILT_IN, identified
from featurefate.corpora.tokenizer import train_tokenizer
from featurefate.corpora.tokens import tokenize


def write_rows(path: Path, megabytes: float) -> None:
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(5000)]
    with path.open("w") as file:
        while file.tell() < megabytes * 1e6:
            file.write(json.dumps({"text": " ".join(draw.choices(words, k=2500))}) + "\n")


def main(folder: Path, megabytes: float) -> None:
    path = folder / "rows.jsonl"
    write_rows(path, megabytes)
    store = ArtifactStore(folder / "artifacts")
    sources = identified(BUILT_IN | {"english": {"files": str(path)}}) | {"packages": {}}
    characters = dict.fromkeys(DOMAINS, 0) | {"english": None}
    settings = dict(seed=1, characters=characters, sources=sources, workers=1)
    documents = store.step("documents", build_documents, settings)
    inputs = dict(documents=documents)
    inputs["tokenizer"] = store.step(
        "tokenizer", train_tokenizer, dict(vocabulary=400, seed=1), inputs
    )
    store.step("tokens", tokenize, inputs=inputs)
    unit = 1e6 if sys.platform == "darwin" else 1e3
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
