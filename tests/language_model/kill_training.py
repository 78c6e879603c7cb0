"""Kill a training with SIGKILL at random moments, let it go on, compare with one left alone.

    python tests/language_model/kill_training.py --kills 10 --corpora build/laptop/artifacts

trains a model of laptop size on the corpora of a finished run; without `--corpora`, a tiny one on
a planted language. Every run goes through the artifact store, as a notebook's step does, and saves
checkpoints as often as it can. Only a kill that leaves a checkpoint to go on from counts; earlier
ones are dealt too, and told. A run that ends before its moment comes is compared, deleted and begun
again, until all kills have been dealt. Exits with 1 where one weight differs in one bit, or one
number of the curves but the measured speed. The moments differ from call to call; `--seed` repeats
them.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from planted_language import RECIPE, SHAPE, plant_corpora

from featurefate.artifacts.manifest import sha256_of
from featurefate.artifacts.store import ArtifactStore
from featurefate.language_model import checkpoint, logbook
from featurefate.language_model.training import train_base

SECONDS_BETWEEN_CHECKPOINTS = 0.1
TINY = {"shape": SHAPE, "recipe": {**RECIPE, "training_tokens": 24 * 8 * 200, "milestones": 4}}
LAPTOP = {
    "shape": {
        "hidden_size": 128,
        "mlp_size": 512,
        "heads": 4,
        "key_value_heads": 2,
        "vocabulary": 4_096,
        "context": 128,
    },
    "recipe": {
        "domains": ["english", "python"],
        "training_tokens": 128 * 16 * 400,
        "batch": 16,
        "learning_rate": 4e-3,
        "weight_decay": 0.1,
        "seed": 11,
        "milestones": 4,
    },
}


def start(store: ArtifactStore, settings: dict) -> int:
    """Ask for the model in a process of its own; return its id."""
    process = os.fork()
    if process:
        return process
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    logbook.SECONDS_BETWEEN_CHECKPOINTS = SECONDS_BETWEEN_CHECKPOINTS
    inputs = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
    store.step("models/base", train_base, settings, inputs)
    os._exit(0)


def ended_by(process: int) -> int:
    """Wait for a process; return the signal that ended it, 0 if none did."""
    _, status = os.waitpid(process, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a training failed by itself")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def content(store: ArtifactStore) -> dict[str, str]:
    """Name → sha256 of all that must be equal: of the training curve without the measured speed."""
    artifact = store.verify("models/base")
    found = {name: sha256_of(artifact.path / name) for name in artifact.manifest.files}
    curve = pd.read_parquet(artifact.file("training_curve.parquet"))
    exact = curve.drop(columns="tokens_per_second").to_numpy().tobytes()
    return found | {"training_curve.parquet": hashlib.sha256(exact).hexdigest()}


def can_go_on(store: ArtifactStore) -> bool:
    """Is there a checkpoint of unfinished work?"""
    return any(store.root.glob(f".unfinished/models--base/*/{checkpoint.FILE_NAME}"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill a training at random moments.")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=None, help="repeats the moments")
    parser.add_argument("--corpora", type=Path, help="the artifacts of a laptop run")
    options = parser.parse_args()
    settings, moments = LAPTOP if options.corpora else TINY, random.Random(options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        store = ArtifactStore(Path(scratch), published=options.corpora)
        if not options.corpora:
            plant_corpora(store.root)
        began = time.perf_counter()
        ended_by(start(store, settings))
        seconds = time.perf_counter() - began
        whole = content(store)
        shutil.rmtree(store.root / "models")

        kills, too_early, finished = 0, 0, 0
        while kills < options.kills or not finished:
            process = start(store, settings)
            if kills < options.kills:
                time.sleep(moments.uniform(0, seconds))
                os.kill(process, signal.SIGKILL)
            if ended_by(process) == signal.SIGKILL:
                kills += can_go_on(store)
                too_early += not can_go_on(store)
                continue
            finished += 1
            if content(store) != whole:
                sys.exit(f"after {kills} kills the model is another one")
            if kills < options.kills:
                shutil.rmtree(store.root / "models")
        if left := [path.name for path in (store.root / "models/base").rglob(".*")]:
            sys.exit(f"left behind: {left}")
    print(
        f"{kills} kills with a checkpoint to go on from ({too_early} more before the first one) in "
        f"{finished} trainings of {seconds:.1f} s: weights and curves identical every time"
    )


if __name__ == "__main__":
    main()
