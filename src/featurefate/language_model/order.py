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
    next step's rows travel to a GPU while it computes this one. Raises ValueError where `batch`
    rows cannot be dealt equally to all processes.
    """
    share, left = divmod(batch, accelerator.num_processes)
    if left:
        raise ValueError(
            f"a batch of {batch} rows cannot be dealt equally to {accelerator.num_processes} "
            "processes: start a number of processes that divides it"
        )
    mine = accelerator.process_index * share

    def load(step: int) -> Tensor:
        start = step * batch + mine
        ids = torch.as_tensor(rows[start : start + share].astype(np.int64))
        if accelerator.device.type == "cuda":
            ids = ids.pin_memory()  # only from pinned memory does a copy run beside the GPU
        return ids.to(accelerator.device, non_blocking=True)

    following = load(first)
    for step in range(first, len(rows) // batch):
        current, following = following, load(step + 1)
        yield step, current
