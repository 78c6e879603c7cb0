"""Six fine-tunes on Dask with two workers, one of them killed midway: the models of one process.

    python tests/regions/kill_a_worker.py

Exits with 1 where a model differs in one bit, or where no worker was at work to be killed.
"""

import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import dask
from distributed import Client, LocalCluster
from planted_datasets import fine_tuning, plant_datasets

from featurefate.artifacts import parallel
from featurefate.artifacts.manifest import sha256_of

WANTED = [(dataset, seed) for dataset in ("torch", "others", "lost") for seed in (1, 2)]
STEPS = 150  # about a second each, so that a worker can be met at work


def models(root: Path) -> list[str]:
    """The hash of each model, all computed by one map."""
    store = plant_datasets(root)
    calls = [fine_tuning(store, *each, steps=STEPS) for each in WANTED]
    found = parallel.parallel_map(store.step, calls)
    return [sha256_of(artifact.file("model.safetensors")) for artifact in found]


def kill_one(cluster: LocalCluster, root: Path, killed: list[str]) -> None:
    """Once a model is finished, kill a worker while it computes another."""
    with Client(cluster, set_as_default=False) as client:
        while not killed:
            finished = len(list(root.glob("regions/*/*/manifest.json")))
            at_work = [worker for worker, tasks in client.processing().items() if tasks]
            if 0 < finished < len(WANTED) - 1 and at_work:
                process = client.run(os.getpid, workers=at_work[:1])
                os.kill(process[at_work[0]], signal.SIGKILL)
                killed.append(f"after {finished} of {len(WANTED)}")
            time.sleep(0.05)


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["LOKY_MAX_CPU_COUNT"] = "1"
        alone = models(Path(scratch) / "alone")
        os.environ[parallel.BACKEND] = "dask"
        root, killed = Path(scratch) / "dask", []
        here = dict(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
        with LocalCluster(**here) as cluster:
            dask.config.set({"scheduler-address": cluster.scheduler_address})
            killer = threading.Thread(target=kill_one, args=(cluster, root, killed), daemon=True)
            killer.start()
            spread = models(root)
    if not killed:
        sys.exit("all was done before a worker could be killed")
    if spread != alone:
        sys.exit("the models are others")
    print(f"{len(WANTED)} fine-tunes on 2 workers, one killed {killed[0]}: the same weights")


if __name__ == "__main__":
    main()
