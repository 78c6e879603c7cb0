"""Weight matching finds what was planted, never loses ground, and rests on checked pieces."""

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_pair import copy_of, model_with_gains
from scipy.linalg import orthogonal_procrustes
from uneven_models import TEXT, uneven_model

from featurefate.alignment.attention_matching import matched_bases, matched_heads, polar
from featurefate.alignment.exact import log_probabilities
from featurefate.alignment.folding import fold_gains
from featurefate.alignment.gauge import balancing
from featurefate.alignment.transform import FIELDS, Transform
from featurefate.alignment.weight_matching import (
    match_weights,
    matched_neurons,
    weight_matching,
)
from featurefate.alignment.weights import DOWN, GATE, KEY, OUTPUT, QUERY, UP, VALUE
from featurefate.merging.interpolation import linear
from featurefate.merging.state import IncompatibleModels

SEEDS = st.integers(0, 2**32)
COVERED = {  # which planted kinds each choice of parts must find
    "neurons": ["neurons", "neuron_scales"],
    "neurons heads": ["neurons", "neuron_scales", "heads"],
    "neurons heads residual_order": ["neurons", "neuron_scales", "heads", "residual_order"],
    "neurons heads residual": ["neurons", "neuron_scales", "heads", "residual"],
    "neurons heads values residual": ["neurons", "neuron_scales", "heads", "values", "residual"],
    "neurons heads values planes residual": [
        *("neurons", "neuron_scales", "heads", "values", "planes", "residual")
    ],
}
EVERYTHING = list(COVERED)[-1].split()


@pytest.fixture(scope="module")
def same(exact):
    return Transform.identity(exact.config)


@pytest.fixture(scope="module")
def stranger():
    return fold_gains(uneven_model(2).double().state_dict())


@pytest.mark.parametrize("parts", COVERED)
@settings(max_examples=4)
@given(seed=SEEDS)
def test_a_copy_in_another_form_is_recovered(exact, same, state, parts, seed):
    copy = Transform.random(exact.config, seed, COVERED[parts]).apply(state)
    found = weight_matching(same, state, copy, parts.split())
    before = log_probabilities(exact, state, TEXT)
    recovered = found.transform.apply(copy)
    for t in (0.25, 0.5, 0.75):
        merged = log_probabilities(exact, linear(state, recovered, t), TEXT)
        assert (merged - before).abs().max() < 1e-6
    plain = log_probabilities(exact, linear(state, copy, 0.5), TEXT)
    assert (plain - before).abs().max() > 0.05, "nothing to recover"
    assert found.traces[0][-1] == pytest.approx(1)


@pytest.mark.parametrize("noise", [0.02, 0.1])
def test_a_noisy_copy_is_brought_back(exact, same, state, noise):
    """The order of units exactly; the weights as near as the noise allows."""
    planted = Transform.random(exact.config, 5)
    generator = torch.Generator().manual_seed(6)
    noisy = {
        name: weight
        if weight.dim() == 1
        else weight + noise * weight.std() * torch.randn(weight.shape, generator=generator)
        for name, weight in state.items()
    }
    found = weight_matching(same, state, planted.apply(noisy), EVERYTHING).transform
    round_trip = found.compose(planted)
    for name in ("groups", "queries", "neurons"):
        assert torch.equal(getattr(round_trip, name), getattr(same, name))
    assert (round_trip.residual - same.residual).abs().max() < 2 * noise
    assert (round_trip.neuron_scales - 1).abs().max() < 10 * noise


@settings(max_examples=8)
@given(seed=SEEDS, parts=st.lists(st.sampled_from(EVERYTHING), min_size=1, unique=True))
def test_the_cosine_never_falls(same, state, stranger, seed, parts):
    found = weight_matching(same, state, stranger, parts, starts=2, seed=seed)
    for trace in found.traces:
        assert (np.diff(trace) > -1e-12).all()
        assert trace[0] <= trace[-1] < 1


@settings(max_examples=5)
@given(seed=SEEDS)
def test_the_form_of_the_second_model_does_not_matter(exact, same, state, stranger, seed):
    """As long as what is random can be found again: the aligned weights are the same."""
    other = Transform.random(exact.config, seed).apply(stranger)
    found = [weight_matching(same, state, s, EVERYTHING) for s in (stranger, other)]
    first, second = (f.transform.apply(s) for f, s in zip(found, (stranger, other), strict=True))
    for name, weight in first.items():
        torch.testing.assert_close(weight, second[name], atol=1e-6, rtol=1e-6)


def test_what_may_not_move_stays(same, state, stranger):
    expected = {
        "neurons": {"neurons", "neuron_scales"},
        "heads": {"groups", "queries"},
        "values": {"values"},
        "planes": {"angles", "scales"},
        "residual": {"residual"},
        "residual_order": {"residual"},
    }
    for part, fields in expected.items():
        found = weight_matching(same, state, stranger, [part]).transform
        names = (field.name for field in FIELDS)
        moved = {n for n in names if not torch.allclose(getattr(found, n), getattr(same, n))}
        assert moved <= fields and (moved or part == "heads"), part
    order = weight_matching(same, state, stranger, ["residual_order"]).transform.residual
    assert set(order.flatten().tolist()) == {0.0, 1.0}


def test_more_starts_find_at_least_as_much(same, state, stranger):
    one = weight_matching(same, state, stranger, EVERYTHING)
    four = weight_matching(same, state, stranger, EVERYTHING, starts=4, seed=1)
    assert len(four.traces) == 4 and four.traces[0] == one.traces[0]
    assert len({round(trace[0], 6) for trace in four.traces}) == 4
    still = weight_matching(same, state, stranger, ["neurons"], starts=4)
    assert len(still.traces) == 1, "without the stream every start is the same"


def test_bad_input_is_named(same, state):
    with pytest.raises(ValueError, match="parts has head:"):
        weight_matching(same, state, state, ["head"])
    with pytest.raises(ValueError, match="starts is 0"):
        weight_matching(same, state, state, EVERYTHING, starts=0)
    with pytest.raises(IncompatibleModels, match="float32"):
        weight_matching(same, state, {n: w.float() for n, w in state.items()}, EVERYTHING)


def test_polar_is_procrustes():
    generator = torch.Generator().manual_seed(3)
    a, b = torch.randn(2, 30, 6, dtype=torch.float64, generator=generator)
    expected, _ = orthogonal_procrustes(a.numpy(), b.numpy())  # min ‖a R − b‖
    torch.testing.assert_close(polar(a.T @ b), torch.as_tensor(expected))


@settings(max_examples=10)
@given(seed=SEEDS)
def test_balanced_weights_do_not_depend_on_where_they_came_from(exact, same, state, seed):
    form = Transform.random(exact.config, seed, ["values", "planes", "neuron_scales"])
    balanced = [
        balancing(s, same, values=True, planes=True, neurons=True).apply(s)
        for s in (state, form.apply(state))
    ]
    for moved in balanced:
        values = moved[VALUE].view(2, 4, 16)
        outputs = moved[OUTPUT].T.reshape(2, 2, 4, 16)
        written = sum(outputs[:, r] @ outputs[:, r].mT for r in range(2))
        torch.testing.assert_close(values @ values.mT, written)
        torch.testing.assert_close(moved[UP].norm(dim=1), moved[DOWN].norm(dim=0))
        queries = moved[QUERY].view(2, 2, 2, 2, 16).pow(2).sum(dim=(1, 2, 4))
        torch.testing.assert_close(queries, moved[KEY].view(2, 2, 2, 16).pow(2).sum(dim=(1, 3)))
    for name in (VALUE, QUERY, UP):
        torch.testing.assert_close(*(moved[name].norm() for moved in balanced))


def test_balancing_leaves_dead_units_alone(same, state):
    dead = dict(state)
    dead[UP] = state[UP].clone()
    dead[UP][3] = 0
    scales = balancing(dead, same, values=False, planes=False, neurons=True).neuron_scales
    assert scales[3] == 1 and torch.isfinite(scales).all()


def test_heads_are_compared_by_their_products(same, state, stranger):
    """Against the full matrices: OV, and one complex QK for each plane; all orders tried."""

    def heads(s):
        for g, r in product(range(2), range(2)):
            value, key = (s[name].view(2, 4, 16)[g] for name in (VALUE, KEY))
            query = s[QUERY].view(2, 2, 4, 16)[g, r]
            output = s[OUTPUT].T.reshape(2, 2, 4, 16)[g, r]
            planes = [
                torch.outer(torch.complex(query[p], query[p + 2]),
                            torch.complex(key[p], key[p + 2]).conj())
                for p in range(2)
            ]  # fmt: skip
            yield (g, r), torch.stack(planes).flatten(), (output.T @ value).flatten()

    def cosine(x, y):
        return (torch.vdot(x, y).real / x.norm() / y.norm()).item()

    alike = {
        (a, b): cosine(qk, other_qk) + cosine(ov, other_ov)
        for a, qk, ov in heads(state)
        for b, other_qk, other_ov in heads(stranger)
    }
    best = max(
        (sum(alike[(g, r), (groups[g], within[g][r])] for g, r in product(range(2), range(2))),
         groups, within)
        for groups in permutations(range(2))
        for within in product(permutations(range(2)), repeat=2)
    )  # fmt: skip
    found = matched_heads(state, stranger, same.sizes)
    assert tuple(found["groups"].tolist()) == best[1]
    assert tuple(map(tuple, found["queries"].tolist())) == best[2]


def test_bases_are_the_best_there_are(same, state, stranger):
    """The gain that is reported is had, and no small turn has more."""
    order = {"groups": same.groups, "queries": same.queries}
    found, gain = matched_bases(state, stranger, same.sizes, order, ("values", "planes"))

    def had(fields):
        moved = Transform(**{f.name: fields.get(f.name, getattr(same, f.name)) for f in FIELDS})
        moved = moved.apply(stranger)
        return sum((state[n] * moved[n]).sum().item() for n in (QUERY, KEY, VALUE, OUTPUT))

    assert had(found) == pytest.approx(gain)
    skew = torch.triu(torch.full((4, 4), 0.05, dtype=torch.float64), 1)
    turn = torch.linalg.matrix_exp(skew - skew.T)
    assert had(found | {"values": turn @ found["values"]}) < gain
    assert had(found | {"angles": found["angles"] + 0.05}) < gain
    _, without = matched_bases(state, stranger, same.sizes, order, ())
    assert without == pytest.approx(had({})) and without < gain


def test_neurons_are_assigned_as_well_as_can_be():
    generator = torch.Generator().manual_seed(4)
    a, b = (
        {name: torch.randn(shape, dtype=torch.float64, generator=generator)
         for name, shape in ((GATE, (5, 3)), (UP, (5, 3)), (DOWN, (3, 5)))}
        for _ in range(2)
    )  # fmt: skip

    def gain(order, signs):
        pairs = zip(range(5), order, signs, strict=True)
        return sum(
            a[GATE][i] @ b[GATE][j] + s * (a[UP][i] @ b[UP][j] + a[DOWN][:, i] @ b[DOWN][:, j])
            for i, j, s in pairs
        )

    found = matched_neurons(a, b)
    best = max(
        gain(order, signs)
        for order in permutations(range(5))
        for signs in product((1, -1), repeat=5)
    )
    assert gain(found["neurons"], found["neuron_scales"]) == pytest.approx(best)


def test_the_step_writes_a_transform_for_each_arm(tmp_path, artifact_of):
    model = model_with_gains()
    planted = Transform.random(model.config, 1)
    pair = {}
    for name, weights in (("first", model), ("second", copy_of(model, planted))):
        weights.save_pretrained(tmp_path / name)
        pair[name] = artifact_of(tmp_path / name)
    folder = tmp_path / "out"
    folder.mkdir()
    arms = {"all": EVERYTHING, "neurons": ["neurons"]}
    match_weights(folder, **pair, arms=arms, starts=2, seed=0)
    traces = pd.read_parquet(folder / "traces.parquet")
    assert traces.groupby("arm").start.max().to_dict() == {"all": 1, "neurons": 0}
    assert traces[traces.arm == "all"].cosine.max() == pytest.approx(1, abs=1e-5)
    found = Transform.load(folder / "all.safetensors")
    assert torch.equal(found.compose(planted).neurons, torch.arange(32))
