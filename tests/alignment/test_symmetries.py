"""What changes the weights and not the model, in float64; and what looks alike and does not."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from uneven_models import SHAPE, TEXT, uneven_model

from featurefate.alignment import symmetries
from featurefate.alignment.drawing import random_orthogonal
from featurefate.alignment.exact import exact_model, log_probabilities
from featurefate.alignment.folding import fold_gains, is_folded
from featurefate.alignment.impostors import inner_order, stretched_stream
from featurefate.alignment.weights import KEY, QUERY, READ_THROUGH, UNEMBEDDING

SAME = 1e-9  # nats
SEEDS = st.integers(0, 2**32)
GROUPS, QUERIES, HEAD = 2, 2, 4
HIDDEN, NEURONS = SHAPE["hidden_size"], SHAPE["mlp_size"]


def draw(seed):
    return torch.Generator().manual_seed(seed)


def normal(*shape, seed):
    return torch.randn(*shape, dtype=torch.float64, generator=draw(seed))


def spread(*shape, seed):
    """Numbers from 1/4 to 4, as many below 1 as above."""
    return 4 ** (2 * torch.rand(*shape, dtype=torch.float64, generator=draw(seed)) - 1)


@pytest.fixture(scope="module")
def moved_by(exact, state):
    """How far a change of the folded weights moves log p, and how many tensors it changes."""
    before = log_probabilities(exact, state, TEXT)

    def measure(changed):
        different = sum(not torch.equal(changed[name], state[name]) for name in state)
        return (log_probabilities(exact, changed, TEXT) - before).abs().max().item(), different

    return measure


def test_folding_changes_no_probability(exact, state, moved_by):
    unfolded = exact.state_dict()
    assert not is_folded(unfolded) and is_folded(state)
    assert moved_by(unfolded)[0] < SAME
    assert all((unfolded[gain] != 1).any() for gain in READ_THROUGH)


def test_folding_refuses_what_is_no_model_of_one_layer(state):
    without = {name: tensor for name, tensor in state.items() if name != KEY}
    with pytest.raises(ValueError, match="k_proj"):
        fold_gains(without)


@settings(max_examples=15)
@given(seed=SEEDS)
def test_the_stream_can_be_turned(state, moved_by, seed):
    change, different = moved_by(
        symmetries.residual_map(state, random_orthogonal(HIDDEN, draw(seed)))
    )
    assert change < SAME and different == 9


@settings(max_examples=15)
@given(seed=SEEDS)
def test_the_stream_can_be_permuted(state, moved_by, seed):
    order = torch.randperm(HIDDEN, generator=draw(seed))
    changed = symmetries.residual_map(state, torch.eye(HIDDEN)[order])
    assert torch.equal(changed[UNEMBEDDING], state[UNEMBEDDING][:, order])
    assert moved_by(changed)[0] < SAME


@settings(max_examples=15)
@given(factor=st.floats(0.01, 100))
def test_the_stream_can_be_scaled_where_epsilon_is_0_or_scaled_too(state, factor):
    changed = symmetries.residual_scale(state, factor)
    model = uneven_model(1)
    for epsilon in (0.0, model.config.rms_norm_eps):
        before = log_probabilities(exact_model(model, epsilon), state, TEXT)
        after = log_probabilities(exact_model(model, factor**2 * epsilon), changed, TEXT)
        assert (after - before).abs().max() < SAME


def test_the_scale_of_the_stream_is_felt_through_epsilon(state, moved_by):
    assert moved_by(symmetries.residual_scale(state, 0.01))[0] > 1e-4
    with pytest.raises(ValueError, match="factor is -1"):
        symmetries.residual_scale(state, -1)


@settings(max_examples=15)
@given(groups=st.permutations(range(GROUPS)), seed=SEEDS)
def test_heads_can_be_reordered_within_what_they_share(state, moved_by, groups, seed):
    queries = torch.rand(GROUPS, QUERIES, generator=draw(seed)).argsort(dim=1)
    assert moved_by(symmetries.head_order(state, torch.tensor(groups), queries))[0] < SAME


def test_heads_are_moved_whole(state):
    changed = symmetries.head_order(state, torch.tensor([1, 0]), torch.tensor([[1, 0], [0, 1]]))
    heads, old = changed[QUERY].view(4, HEAD, HIDDEN), state[QUERY].view(4, HEAD, HIDDEN)
    assert torch.equal(heads, old[[3, 2, 0, 1]])


@settings(max_examples=15)
@given(seed=SEEDS)
def test_values_can_be_taken_in_any_basis(state, moved_by, seed):
    maps = normal(GROUPS, HEAD, HEAD, seed=seed) + 3 * torch.eye(HEAD)
    change, different = moved_by(symmetries.value_maps(state, maps))
    assert change < SAME * max(1, torch.linalg.cond(maps).max().item()) and different == 2


@settings(max_examples=15)
@given(seed=SEEDS)
def test_queries_and_keys_can_be_turned_and_scaled_in_a_rotary_plane(state, moved_by, seed):
    angles = 3 * normal(GROUPS, HEAD // 2, seed=seed)
    scales = spread(GROUPS, HEAD // 2, seed=seed + 1)
    change, different = moved_by(symmetries.query_key_planes(state, angles, scales))
    assert change < SAME and different == 2


@settings(max_examples=15)
@given(seed=SEEDS)
def test_neurons_can_be_reordered_and_scaled_with_sign(state, moved_by, seed):
    order = torch.randperm(NEURONS, generator=draw(seed))
    scales = spread(NEURONS, seed=seed) * normal(NEURONS, seed=seed + 1).sign()
    change, different = moved_by(symmetries.neuron_order(state, order, scales))
    assert change < SAME and different == 3


@settings(max_examples=15)
@given(seed=SEEDS, size=st.floats(0.01, 10))
def test_the_unembedding_can_be_shifted(state, moved_by, seed, size):
    change, different = moved_by(
        symmetries.unembedding_shift(state, size * normal(HIDDEN, seed=seed))
    )
    assert change < SAME and different == 1


@settings(max_examples=5)
@given(seed=SEEDS)
def test_a_general_map_of_the_stream_changes_the_model(state, moved_by, seed):
    """A general map does, and an orthogonal one, taken the same way, does not."""
    matrix = torch.eye(HIDDEN) + 0.2 * normal(HIDDEN, HIDDEN, seed=seed)
    assert moved_by(stretched_stream(state, matrix))[0] > 1e-2
    assert moved_by(stretched_stream(state, random_orthogonal(HIDDEN, draw(seed))))[0] < SAME


def test_one_inner_permutation_of_queries_and_keys_changes_the_model(state, moved_by):
    """Rotary positions turn each plane at its own speed, so its dimensions cannot change places."""
    order = torch.tensor([1, 0, 3, 2])  # planes (0, 2) and (1, 3) swap: without rotation, nothing
    changed = inner_order(state, order)
    products = [s[QUERY].view(4, HEAD, -1)[0].T @ s[KEY][:HEAD] for s in (state, changed)]
    torch.testing.assert_close(*products)
    assert moved_by(changed)[0] > 1e-2
