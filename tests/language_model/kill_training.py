"""Kill a training with SIGKILL at random moments, let it go on, compare with one left alone.

    python tests/language_model/kill_training.py --kills 10 --laptop

Every run goes through the artifact store, as a notebook's step does, and saves checkpoints as
often as it can. A run that ends before its moment comes is compared, deleted and begun again, until
all kills have been dealt. Exits with 1 where one weight differs in one bit. The moments differ
from call to call; `--seed` repeats them.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from planted_language import RECIPE, SHAPE, plant_corpora

from featurefate.artifacts.manifest import sha256_of
from featurefate.artifacts.store import ArtifactStore
from featurefate.language_model import logbook
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
        **RECIPE,
        "training_tokens": 128 * 16 * 40,
        "batch": 16,
        "learning_rate": 4e-3,
        "milestones": 4,
    },
}


def start(root: Path, settings: dict) -> int:
    """Ask for the model in a process of its own; return its id."""
    process = os.fork()
    if process:
        return process
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    logbook.SECONDS_BETWEEN_CHECKPOINTS = SECONDS_BETWEEN_CHECKPOINTS
    store = ArtifactStore(root)
    inputs = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
    store.step("models/base", train_base, settings, inputs)
    os._exit(0)


def ended_by(process: int) -> int:
    """Wait for a process; return the signal that ended it, 0 if none did."""
    _, status = os.waitpid(process, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a training failed by itself")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def content(root: Path) -> dict[str, str]:
    """Name → sha256 of what must be equal: all but the measured speeds and times."""
    artifact = ArtifactStore(root).verify("models/base")
    timed = ("training_curve.parquet",)
    files = artifact.manifest.files
    return {name: sha256_of(artifact.path / name) for name in files if name not in timed}


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill a training at random moments.")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=None, help="repeats the moments")
    parser.add_argument("--laptop", action="store_true", help="a model of laptop size")
    options = parser.parse_args()
    settings, moments = LAPTOP if options.laptop else TINY, random.Random(options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        plant_corpora(root)
        began = time.perf_counter()
        ended_by(start(root, settings))
        seconds = time.perf_counter() - began
        whole = content(root)
        shutil.rmtree(root / "models")

        kills, finished = 0, 0
        while kills < options.kills or not finished:
            process = start(root, settings)
            if kills < options.kills:
                time.sleep(moments.uniform(0, seconds))
                os.kill(process, signal.SIGKILL)
            if ended_by(process) == signal.SIGKILL:
                kills += 1
                continue
            finished += 1
            if content(root) != whole:
                sys.exit(f"after {kills} kills the model is another one")
            if kills < options.kills:
                shutil.rmtree(root / "models")
        left = [path.name for path in root.rglob("*.tmp")]
        if left or (root / "models/base/checkpoint.safetensors").exists():
            sys.exit(f"left behind: {left}")
    print(f"{kills} kills in {finished} trainings of {seconds:.1f} s: bit-identical every time")


if __name__ == "__main__":
    main()
