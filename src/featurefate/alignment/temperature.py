"""One temperature for all logits: is a merged model wrong, or only unsure?

Averaging makes logits smaller, which costs loss without changing a single guess. A temperature
fitted on validation text takes that part away (Guo et al. 2017).
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor
from transformers import MistralForCausalLM

from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.architecture import load_model
from featurefate.merging.state import StateDict

TOKENS_AT_ONCE = 1_024
FINEST = 1e-3  # of the logarithm of the factor


@torch.inference_mode()
def sharpened(model: MistralForCausalLM, validation: list[EvaluationRows]) -> float:
    """Multiply the unembedding by the factor that validation likes best, and return the factor.

    The loss is convex in the factor, which is 1 / temperature; it is looked for between 1/8 and 8.
    """
    hidden, targets = (
        torch.cat(parts) for parts in zip(*(_read(model, v) for v in validation), strict=True)
    )

    def loss(log_factor: float) -> float:
        total = 0.0
        for h, y in zip(hidden.split(TOKENS_AT_ONCE), targets.split(TOKENS_AT_ONCE), strict=True):
            logits = np.exp(log_factor) * model.lm_head(h)
            total += torch.nn.functional.cross_entropy(logits, y, reduction="sum").item()
        return total / len(targets)

    found = minimize_scalar(
        loss, bounds=(-np.log(8), np.log(8)), method="bounded", options={"xatol": FINEST}
    )
    factor = float(np.exp(found.x))
    model.lm_head.weight.mul_(factor)
    return factor


def refitted(
    models: Mapping[str, Artifact],
    validation: list[EvaluationRows],
    loss_of: Callable[[StateDict], float],
) -> pd.DataFrame:
    """Return each model's loss, its best factor on the logits, and its loss with that factor.

    models: name → artifact; loss_of: the loss of a model with these weights. One row a model, with
    columns `model`, `loss`, `factor`, `refitted`.
    """
    rows = []
    for name, artifact in models.items():
        model = load_model(artifact)
        before = loss_of(model.state_dict())
        factor = sharpened(model, validation)
        rows.append((name, before, factor, loss_of(model.state_dict())))
    return pd.DataFrame(rows, columns=["model", "loss", "factor", "refitted"])


def _read(model: MistralForCausalLM, rows: EvaluationRows) -> tuple[Tensor, Tensor]:
    """What the unembedding sees at every measured token's place, and the tokens."""
    ids = torch.as_tensor(rows.rows.astype(np.int64))
    measured = torch.as_tensor(rows.mask[:, 1:])
    hidden = model.model(input_ids=ids[:, :-1], use_cache=False).last_hidden_state
    return hidden[measured], ids[:, 1:][measured]
