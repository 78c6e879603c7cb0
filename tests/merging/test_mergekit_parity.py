"""Every method that mergekit has gives what `mergekit.merge.run_merge` gives on saved models."""

import contextlib
import io

import mergekit.sparsify
import pytest
import torch
from mergekit.config import MergeConfiguration
from mergekit.merge import run_merge
from mergekit.options import MergeOptions
from safetensors.torch import load_file

from featurefate.language_model.architecture import read_model
from featurefate.merging.arithmetic import task_vector
from featurefate.merging.interpolation import paths, slerp
from featurefate.merging.methods import Family, merge_by
from featurefate.merging.sparsified import dare_linear, dare_ties

every_t = pytest.mark.parametrize("t", [0.15, 0.3, 0.8])


@pytest.fixture(scope="module")
def family(saved):
    return Family(**{name: read_model(folder).state_dict() for name, folder in saved.items()})


@pytest.fixture
def mergekits(saved, tmp_path):
    """Return a function that lets mergekit merge the saved models: its weights by name."""

    def merge(method, weights=None, parameters=None, each=None, base=None, also=()):
        models = [
            {"model": str(saved[child]), "parameters": {"weight": weight, **(each or {})}}
            if weights
            else {"model": str(saved[child])}
            for child, weight in zip(("first", "second"), weights or (None, None), strict=True)
        ]
        plan = {
            "merge_method": method,
            "models": [*models, *({"model": str(saved[name])} for name in also)],
            "parameters": parameters or {},
            "dtype": "float32",
        }
        if base:
            plan["base_model"] = str(saved[base])
        options = MergeOptions(
            cuda=False,
            device="cpu",
            copy_tokenizer=False,
            lazy_unpickle=False,
            write_model_card=False,
            quiet=True,
            random_seed=0,
        )
        out = tmp_path / "merged"
        with contextlib.redirect_stdout(io.StringIO()):
            run_merge(MergeConfiguration.model_validate(plan), str(out), options)
        return load_file(out / "model.safetensors")

    return merge


def assert_equal(ours, theirs):
    assert ours.keys() == theirs.keys()
    for name, tensor in ours.items():
        torch.testing.assert_close(tensor, theirs[name], atol=1e-5, rtol=0, msg=name)


@every_t
def test_linear(family, mergekits, t):
    assert_equal(merge_by(family, "linear", t), mergekits("linear", weights=(1 - t, t)))


@pytest.mark.parametrize("t", [0.0, 0.15, 0.3, 0.8, 1.0])
def test_slerp_whose_t_is_the_weight_of_the_model_that_is_not_the_base(family, mergekits, t):
    theirs = mergekits("slerp", parameters={"t": t}, base="first")
    assert_equal(merge_by(family, "slerp", t), theirs)


def test_slerp_with_a_t_for_each_tensor(family, mergekits):
    """mergekit's filters name a part of a tensor's name; what none fits takes the last value."""
    filters = {"self_attn": 0.2, "mlp": 0.7, "lm_head": 0.9}
    plan = [{"filter": part, "value": t} for part, t in filters.items()] + [{"value": 0.4}]
    theirs = mergekits("slerp", parameters={"t": plan}, base="first")
    each = {
        name: next((t for part, t in filters.items() if part in name), 0.4) for name in family.first
    }
    assert set(each.values()) == {0.2, 0.7, 0.9, 0.4}
    assert_equal(slerp(family.first, family.second, each), theirs)


def test_the_arc_was_taken_and_the_chord_too(family):
    """The saved models try both branches of SLERP."""
    assert set(paths(family.first, family.second).path) == {"arc", "chord"}


@pytest.mark.parametrize(("scale", "t"), [(0.5, 0.3), (1.5, 0.15), (1.5, 0.8)])
def test_task_arithmetic(family, mergekits, scale, t):
    theirs = mergekits("task_arithmetic", (1 - t, t), parameters={"lambda": scale}, base="base")
    assert_equal(merge_by(family, "task_arithmetic", t, scale=scale), theirs)


@pytest.mark.parametrize(("density", "t"), [(0.2, 0.3), (0.7, 0.15), (1.0, 0.8)])
def test_ties(family, mergekits, density, t):
    theirs = mergekits("ties", (1 - t, t), each={"density": density}, base="base")
    assert_equal(merge_by(family, "ties", t, density=density), theirs)


def test_model_stock(family, mergekits):
    theirs = mergekits("model_stock", base="base")
    assert_equal(merge_by(family, "model_stock", 0.5), theirs)


@every_t
@pytest.mark.parametrize("ours", [dare_linear, dare_ties])
def test_dare_given_the_same_masks(family, mergekits, monkeypatch, ours, t):
    """mergekit draws its masks from one stream, in an order of its own: they are listened to."""
    drawn = []
    theirs_of = mergekit.sparsify.rescaled_masked_tensor

    def listening(tensor, mask, norm, eps=1e-7):
        drawn.append((tensor.clone(), mask.clone()))
        return theirs_of(tensor, mask, norm, eps)

    monkeypatch.setattr(mergekit.sparsify, "rescaled_masked_tensor", listening)
    theirs = mergekits(ours.__name__, (1 - t, t), each={"density": 0.4}, base="base")
    masks = tuple(
        {
            name: next(mask for tensor, mask in drawn if torch.equal(tensor, move))
            for name, move in task_vector(family.base, child).items()
        }
        for child in (family.first, family.second)
    )
    assert len(drawn) == 2 * len(family.base)
    share = sum(mask.sum() for mask in masks[0].values()) / sum(
        mask.numel() for mask in masks[0].values()
    )
    assert share == pytest.approx(0.4, abs=0.03)
    assert_equal(ours(family.base, family.first, family.second, t, masks), theirs)
