"""Mean ablation against a hook that replaces what the matrix reads."""

import pytest
import torch

from featurefate.language_model.ablation import HEADS, NEURONS, mean_ablated

ROWS = torch.randint(0, 64, (10, 12), generator=torch.Generator().manual_seed(5))
TEXT = torch.randint(0, 64, (3, 9), generator=torch.Generator().manual_seed(6))


@pytest.mark.parametrize("matrix, inputs", [(HEADS, slice(4, 8)), (NEURONS, slice(None))])
@torch.no_grad()
def test_equals_replacing_the_inputs_by_their_mean(tiny_model, matrix, inputs):
    ablated = mean_ablated(tiny_model, matrix, inputs, ROWS, batch=3)(TEXT).logits
    read, seen = tiny_model.model.layers[0].get_submodule(matrix), []
    with read.register_forward_pre_hook(lambda _, args: seen.append(args[0])):
        tiny_model(ROWS)
    mean = seen[0].mean(dim=(0, 1))

    def replace(_, args):
        changed = args[0].clone()
        changed[..., inputs] = mean[inputs]
        return (changed,)

    with read.register_forward_pre_hook(replace):
        torch.testing.assert_close(ablated, tiny_model(TEXT).logits, rtol=1e-4, atol=1e-6)


@torch.no_grad()
def test_the_model_itself_is_left_as_it_was(tiny_model):
    before = tiny_model(TEXT).logits
    ablated = mean_ablated(tiny_model, NEURONS, slice(None), ROWS)
    assert torch.equal(tiny_model(TEXT).logits, before)
    assert not torch.allclose(ablated(TEXT).logits, before, atol=1e-3)


@torch.no_grad()
def test_two_parts_one_after_the_other(tiny_model):
    """Without heads and neurons a token knows itself only: its logits are alike everywhere."""
    alone = mean_ablated(tiny_model, HEADS, slice(None), ROWS)
    alone = mean_ablated(alone, NEURONS, slice(None), ROWS)
    logits = alone(torch.tensor([[3, 9, 3], [40, 41, 3]])).logits
    torch.testing.assert_close(logits[0, 0], logits[0, 2])
    torch.testing.assert_close(logits[0, 0], logits[1, 2])
    halves = mean_ablated(tiny_model, HEADS, slice(0, 8), ROWS)
    halves = mean_ablated(halves, HEADS, slice(8, 16), ROWS)
    whole = mean_ablated(tiny_model, HEADS, slice(None), ROWS)
    torch.testing.assert_close(halves(TEXT).logits, whole(TEXT).logits, rtol=1e-4, atol=1e-6)
