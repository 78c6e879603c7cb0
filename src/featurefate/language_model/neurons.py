"""What the gated neurons of the layer do: where each speaks, and which next tokens it raises.

The value of a neuron is act(gate) · up. The gate decides whether it speaks: closed, it lets next to
nothing through. `up` decides how loudly, and with which sign. The neuron adds its value times one
column of `down_proj` to the stream, and so its value times one fixed pattern of logits. Above zero
it raises the tokens at one end of that pattern, below zero those at the other: two *sides*. Sides
are numbered 0 … d_mlp − 1 for values above zero, then d_mlp … 2·d_mlp − 1 for values below.
"""

import torch
from torch import Tensor
from transformers import MistralForCausalLM

from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.activations import mlp_activations
from featurefate.language_model.circuits import unembedded


def neuron_values(model: MistralForCausalLM, evaluation: EvaluationRows) -> Tensor:
    """Return the neurons' values where each measured token is predicted, (tokens, d_mlp)."""
    values = mlp_activations(model, evaluation.rows[:, :-1])
    return values[torch.as_tensor(evaluation.mask[:, 1:])]


@torch.inference_mode()
def written_logits(model: MistralForCausalLM) -> Tensor:
    """Return what each side adds to the logits when its neuron's value is ±1, (sides, vocabulary).

    down_proj → gain of the final norm → unembedding, less the mean over the vocabulary (a constant
    changes no probability), before the final norm divides.
    """
    pattern = unembedded(model, model.model.layers[0].mlp.down_proj.weight.T)
    pattern = pattern - pattern.mean(dim=1, keepdim=True)
    return torch.cat([pattern, -pattern])


def loudness(values: Tensor, written: Tensor) -> Tensor:
    """Return how loudly each side speaks, (sides,): its mean value times the spread of its pattern.

    values: (tokens, d_mlp), of which a side speaks at those of its own sign; written: (sides,
    vocabulary). In logits, root mean square over the vocabulary, before the final norm divides.
    """
    above, below = values.clamp(min=0).mean(dim=0), values.clamp(max=0).mean(dim=0)
    return torch.cat([above, -below]) * written.std(dim=1, correction=0)


def strongest(values: Tensor, places: int) -> Tensor:
    """Return at which tokens each side's value is largest, largest first: int (sides, places)."""
    return torch.cat([values.topk(places, 0, largest=up).indices.T for up in (True, False)])


def foreseen(written: Tensor, following: Tensor, share: float) -> tuple[Tensor, float]:
    """Does each side raise what follows where it speaks, more than other sides would?

    written: (sides, vocabulary), of the sides that are compared with each other. following: the
    tokens that did follow at the places of each side, int (sides, places). share: of the sides, how
    many count as raising a token. Returns 1 where the side is one of those that raise the token
    most, each measured by the spread of its own pattern, else 0, float32 (sides, places); and the
    floor, the rate when patterns are dealt to sides at random. It is the same for every token, so a
    pattern gains nothing by raising tokens that follow often.
    """
    if not 0 < share < 1:
        raise ValueError(f"the share of the sides lies between 0 and 1; it is {share}")
    kept = max(1, round(share * len(written)))
    standard = written / written.std(dim=1, correction=0, keepdim=True)
    keenest = standard.topk(kept, dim=0).indices  # (kept, vocabulary)
    raised = torch.zeros_like(written).scatter_(0, keenest, 1)
    return raised.gather(1, following), kept / len(written)


def above_floor(
    written: Tensor, following: Tensor, share: float, seed: int, deals: int = 20
) -> tuple[float, float]:
    """Return the share of sides that `foreseen` has above its floor, and the share by chance.

    Arguments as in `foreseen`. By chance: the mean over `deals` random deals of the patterns to the
    sides, drawn from `seed`.
    """
    draw = torch.Generator().manual_seed(seed)
    own = torch.arange(len(written))
    shares = []
    for deal in [own, *(torch.randperm(len(written), generator=draw) for _ in range(deals))]:
        hit, floor = foreseen(written[deal], following, share)
        shares.append((hit.mean(dim=1) > floor).float().mean().item())
    return shares[0], sum(shares[1:]) / deals


def quieter_side(loud: Tensor) -> float:
    """Return how loud the quieter side of the median neuron is, as a share of the louder one.

    loud: as `loudness` returns it, (sides,).
    """
    above, below = loud.view(2, -1)
    return (torch.minimum(above, below) / torch.maximum(above, below)).median().item()
