"""How much of a barrier is left where some weights of the middle need not be an average at all.

Whatever symmetries do to heads, values, rotary planes and neurons, it ends in *some* weights there.
So training these weights freely, while the averaged tables of words stay, finds a loss that no
such symmetry can undercut, as far as training finds it.
"""

from pathlib import Path

import numpy as np
import torch
from transformers import MistralForCausalLM

from featurefate.alignment.aligned import aligned
from featurefate.alignment.weights import PLACES
from featurefate.artifacts.store import Account, Artifact
from featurefate.language_model.architecture import save_model
from featurefate.language_model.loss import NextTokenLoss
from featurefate.language_model.order import mixed_rows
from featurefate.language_model.recipe import BETAS, learning_rate_at
from featurefate.language_model.training import precision
from featurefate.merging.interpolation import linear


def freed_middle(
    folder: Path,
    *,
    first: Artifact,
    second: Artifact,
    tokens: Artifact,
    tokenizer: Artifact,
    t: float,
    places: list[str],
    domains: list[str],
    training_tokens: int,
    batch: int,
    learning_rate: float,
    seed: int,
    transforms: Artifact | None = None,
    arm: str | None = None,
) -> Account:
    """Step: write the point at `t` between two aligned models, some of its weights trained further.

    places: of `weights.PLACES`, what is trained; all else stays the average. The text is training
    text, equally much of each domain, read once; other arguments as for `merge_aligned`. Returns
    the `precision` of the forward pass.
    """
    model, a, b = aligned(first, second, transforms, arm)
    model.load_state_dict(linear(a, b, t))
    free = {name for place in places for name in PLACES[place]}
    for name, weight in model.named_parameters():
        weight.requires_grad_(name in free)
    context = model.config.max_position_embeddings
    rows = mixed_rows(tokens, domains, training_tokens, context, seed=seed)
    batches = [rows[i : i + batch] for i in range(0, len(rows), batch)]
    _train(model, batches, learning_rate)
    save_model(model, tokenizer, folder)
    return Account({"precision": "bf16" if precision() == "bf16" else "float32"})


def _train(model: MistralForCausalLM, batches: list[np.ndarray], learning_rate: float) -> None:
    """Lower the loss on the batches, a step each, by the weights that may move."""
    loss_of = NextTokenLoss(model.to("cuda" if torch.cuda.is_available() else "cpu"))
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, betas=BETAS, weight_decay=0.0)
    for step, rows in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate_at(step, len(batches), learning_rate)
        ids = torch.as_tensor(rows.astype(np.int64)).to(model.device)
        with torch.autocast(model.device.type, torch.bfloat16, enabled=precision() == "bf16"):
            loss = loss_of(ids)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.requires_grad_(True).cpu()
