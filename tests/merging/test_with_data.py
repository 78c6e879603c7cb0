"""RegMean against plain least squares, and Gram matrices against inputs caught on the way."""

import numpy as np
import pytest
import torch
from planted_family import random_family, random_grams
from safetensors.torch import load_file

from featurefate.merging.interpolation import linear
from featurefate.merging.with_data import collect_grams, input_grams, regmean, regmean_layer

ROWS = np.random.default_rng(3).integers(0, 64, (5, 24)).astype(np.int32)


@pytest.mark.parametrize("t", [0.2, 0.5])
def test_a_merged_map_is_the_least_squares_answer(t):
    """Stack both children's inputs, weighed by √weight, and let numpy solve for the map."""
    draw = np.random.default_rng(0)
    inputs = [draw.normal(size=(60, 5)) @ draw.normal(size=(5, 5)) for _ in range(2)]
    maps = [draw.normal(size=(6, 5)) for _ in range(2)]
    weights = np.sqrt([(1 - t) / 60, t / 60])
    x = np.concatenate([w * i for w, i in zip(weights, inputs, strict=True)])
    y = np.concatenate([w * i @ m.T for w, i, m in zip(weights, inputs, maps, strict=True)])
    expected = np.linalg.lstsq(x, y, rcond=None)[0].T
    states = [{"w": torch.tensor(m)} for m in maps]
    grams = [{"w": torch.tensor(i.T @ i / 60)} for i in inputs]
    merged = regmean(*states, *grams, t, keep=1)["w"]
    np.testing.assert_allclose(merged.numpy(), expected, atol=1e-4)


def test_a_word_is_read_as_the_child_reads_it_that_meets_it():
    first, second = {"words": torch.zeros(3, 2)}, {"words": torch.ones(3, 2)}
    counts = {"words": torch.tensor([0.5, 0, 0.5])}, {"words": torch.tensor([0, 0, 1.0])}
    merged = regmean(first, second, *({k: v.double() for k, v in c.items()} for c in counts), 0.5)
    expected = torch.tensor([0.0, 0.5, 2 / 3])[:, None].expand(3, 2)
    torch.testing.assert_close(merged["words"], expected, atol=1e-4, rtol=0)


def test_equal_inputs_or_none_give_the_chord():
    f = random_family(1)
    chord = linear(f.first, f.second, 0.3)
    for grams in (({}, {}), (f.first_grams, f.first_grams)):
        merged = regmean(f.first, f.second, *grams, 0.3)
        for name in chord:
            torch.testing.assert_close(merged[name], chord[name])


def test_the_layer_alone_leaves_the_word_tables_on_the_chord(models):
    first, second = models["first"].state_dict(), models["second"].state_dict()
    grams = [input_grams(models[c], r) for c, r in (("first", ROWS[:2]), ("second", ROWS[2:]))]
    merged, chord = regmean_layer(first, second, *grams, 0.4), linear(first, second, 0.4)
    whole = regmean(first, second, *grams, 0.4)
    for name in grams[0]:
        on_chord = name in ("model.embed_tokens.weight", "lm_head.weight")
        torch.testing.assert_close(merged[name], (chord if on_chord else whole)[name])
        assert not torch.allclose(whole[name], chord[name], atol=1e-6)


def test_gram_matrices_that_do_not_fit_are_named():
    f = random_family(1)
    fewer = {"matrix": random_grams(1)["matrix"]}
    with pytest.raises(ValueError, match="of the same tensors; see words"):
        regmean(f.first, f.second, f.first_grams, fewer, 0.5)
    with pytest.raises(ValueError, match="see elsewhere"):
        both = {"elsewhere": torch.eye(5)}
        regmean(f.first, f.second, both, both, 0.5)
    empty = {"matrix": torch.zeros(5, 5, dtype=torch.float64)}
    with pytest.raises(ValueError, match="Gram matrix of matrix has a negative diagonal, or an em"):
        regmean(f.first, f.second, empty, empty, 0.5)
    for misfit in (torch.eye(6), torch.ones(5), torch.ones(5, 6)):
        odd = {"matrix": misfit.double()}
        with pytest.raises(ValueError, match="Gram matrix of matrix is .*the weight"):
            regmean(f.first, f.second, {"matrix": torch.eye(5).double()}, odd, 0.5)
    with pytest.raises(ValueError, match="keep is a share"):
        regmean(f.first, f.second, f.first_grams, f.second_grams, 0.5, keep=2)


def test_gram_matrices_are_of_the_inputs_that_the_maps_see(models):
    model, caught = models["first"], {}

    def catch(name):
        def hook(_, inputs, __):
            caught[name] = inputs[0]

        return dict(model.named_modules())[name].register_forward_hook(hook)

    parts = ("model.layers.0.mlp.down_proj", "model.layers.0.self_attn.o_proj", "lm_head")
    handles = [catch(name) for name in parts]
    with torch.no_grad():
        model(input_ids=torch.tensor(ROWS.astype(np.int64)))
    for handle in handles:
        handle.remove()
    grams = input_grams(model, ROWS, batch=2)
    for name, inputs in caught.items():
        x = inputs.flatten(0, 1).double().numpy()
        np.testing.assert_allclose(grams[f"{name}.weight"], x.T @ x / len(x), atol=1e-6)
    counts = np.bincount(ROWS.ravel(), minlength=64) / ROWS.size
    np.testing.assert_allclose(grams["model.embed_tokens.weight"], counts)
    gained = {name for name in model.state_dict() if "norm" in name}
    assert grams.keys() == model.state_dict().keys() - gained


def test_the_step_writes_what_regmean_reads(tmp_path, family_artifacts, tokens, models):
    for child, domain in (("first", "stories"), ("second", "lua")):
        (tmp_path / child).mkdir()
        collect_grams(tmp_path / child, model=family_artifacts[child], tokens=tokens,
                      domain=domain, rows=8, seed=1)  # fmt: skip
    grams = [load_file(tmp_path / child / "grams.safetensors") for child in ("first", "second")]
    merged = regmean(models["first"].state_dict(), models["second"].state_dict(), *grams, 0.5)
    assert all(tensor.isfinite().all() for tensor in merged.values())
