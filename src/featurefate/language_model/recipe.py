"""How a model is trained: what is chosen, and what follows from it."""

import math
from dataclasses import dataclass

from torch import nn

from featurefate.corpora.domains import DOMAINS

BETAS = (0.9, 0.95)  # a short memory of the squared gradient suits runs of a thousand steps
GRADIENT_CLIP = 1.0  # largest norm of a step's gradient
LARGEST_SEED = 2**64 - 1  # that torch takes


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; the same for a base and for a child.

    Raises ValueError, naming the field, for a value that no training can be run with.
    """

    domains: list[str]  # equal parts of each
    training_tokens: int  # tokens seen, in rows of the model's context
    batch: int  # rows a step, over all processes
    learning_rate: float  # peak of the schedule
    weight_decay: float  # pull of the matrices towards zero, per step and learning rate
    seed: int  # order of the data; for a new model its initial weights too
    milestones: int = 0  # models kept on the way, logarithmically spaced, the last one included

    def __post_init__(self):
        given = self.domains if isinstance(self.domains, list) else []
        if not given or any(d not in DOMAINS or given.count(d) > 1 for d in given):
            raise ValueError(
                f"domains is {self.domains!r}: at least one, each once, of {list(DOMAINS)}"
            )
        for field, least in {"training_tokens": 1, "batch": 1, "milestones": 0, "seed": 0}.items():
            value = getattr(self, field)
            if type(value) is not int or value < least:
                raise ValueError(f"{field} is {value!r}: a whole number of at least {least}")
        if self.seed > LARGEST_SEED:
            raise ValueError(f"seed is {self.seed}: a whole number of at most {LARGEST_SEED}")
        for field in ("learning_rate", "weight_decay"):
            value = getattr(self, field)
            if type(value) not in (int, float) or not 0 <= value < math.inf:
                raise ValueError(f"{field} is {value!r}: a number from 0 on")


def warm_up_steps(steps: int) -> int:
    """Return for how many of all steps the learning rate rises: 5 %, at least one."""
    return max(1, steps // 20)


def learning_rate_at(step: int, steps: int, peak: float) -> float:
    """Return the learning rate of a step: linear warm-up, then a cosine to 0."""
    warm_up = warm_up_steps(steps)
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Return AdamW's two groups: decay pulls matrices to zero; a norm's gain need not be small."""
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    gains = [p for p in model.parameters() if p.ndim < 2]
    return [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": gains, "weight_decay": 0.0},
    ]
