"""What the model sees in each step, fixed by the seed before the first one.

Nothing is drawn while a model is trained, so the number of the step is all that has to be known
to go on after a kill.
"""

from collections.abc import Iterator

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor

from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import load_tokens, training_rows


def mixed_rows(
    tokens: Artifact, domains: list[str], training_tokens: int, context: int, seed: int
) -> np.ndarray:
    """Return the training rows of all steps in order, int32 (rows, context).

    Every domain gives the same number of rows; their order is drawn once from `seed`.
    """
    share = training_tokens // context // len(domains)
    order = np.random.default_rng(seed).permutation(share * len(domains))
    place = np.argsort(order).reshape(len(domains), share)
    mixed = np.empty((share * len(domains), context), np.int32)
    for domain, places in zip(domains, place, strict=True):
        mixed[places] = training_rows(load_tokens(tokens, domain, "train"), context, share, seed)
    return mixed


def batches(
    rows: np.ndarray, batch: int, first: int, accelerator: Accelerator
) -> Iterator[tuple[int, Tensor]]:
    """Yield (step, rows of this process) from step `first` on: int64 (batch / processes, context).

    Step s takes `rows[s * batch : (s + 1) * batch]`, each process its own consecutive part. The
    copy to a GPU starts from pinned memory: it is queued behind the previous step's update, which
    the processor does not wait for. Raises ValueError as `rows_each` does.
    """
    share = rows_each(batch, accelerator.num_processes)
    for step in range(first, len(rows) // batch):
        start = step * batch + accelerator.process_index * share
        ids = torch.as_tensor(rows[start : start + share].astype(np.int64))
        if accelerator.device.type == "cuda":
            ids = ids.pin_memory()
        yield step, ids.to(accelerator.device, non_blocking=True)


def rows_each(batch: int, processes: int) -> int:
    """Return how many of a step's rows each process takes; ValueError where they differ."""
    share, left = divmod(batch, processes)
    if left:
        raise ValueError(
            f"a batch of {batch} rows cannot be dealt equally to {processes} processes: start a "
            "number of processes that divides it"
        )
    return share
