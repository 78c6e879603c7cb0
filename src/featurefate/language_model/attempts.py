"""The attempts that a training took: the last one reached its end, the others were killed."""

from dataclasses import dataclass
from itertools import groupby

from accelerate import Accelerator

from featurefate.artifacts.store import Account


@dataclass
class Attempt:
    """One attempt: what the same training may do in another way elsewhere, and what was done.

    `precision`: "bf16" (autocast; the weights are float32) or "float32". `processes`: how many
    worked together. `steps` that it took, in `seconds` of wall clock, as far as a checkpoint tells.
    """

    precision: str
    processes: int
    steps: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.precision}, processes: {self.processes}"


def new_attempt(accelerator: Accelerator) -> Attempt:
    """Return the attempt that begins on this machine."""
    precision = {"bf16": "bf16", "no": "float32"}[accelerator.mixed_precision]
    return Attempt(precision, accelerator.num_processes)


def account(attempts: list[Attempt]) -> Account:
    """Return what the manifest is to say of a training: `precision` and `processes`, and the time.

    Where they changed from one attempt to the next, all are said: "float32, then bf16". The device
    stands in the manifest of every artifact.
    """
    conditions = {}
    for name in ("precision", "processes"):
        values = [value for value, _ in groupby(getattr(a, name) for a in attempts if a.steps)]
        conditions[name] = values[0] if len(values) == 1 else ", then ".join(map(str, values))
    return Account(conditions, sum(attempt.seconds for attempt in attempts[:-1]))
