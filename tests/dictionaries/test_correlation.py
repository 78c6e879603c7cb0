"""Sparse correlation against numpy's dense one; shards against the whole."""

import pickle
import tracemalloc
from dataclasses import replace
from functools import reduce
from operator import iadd

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from featurefate.dictionaries import correlation as module
from featurefate.dictionaries.correlation import CrossSums, correlation, correlations
from featurefate.dictionaries.shards import StoredShards


def brute_force(first, second):
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.corrcoef(first.toarray().T.astype(float), second.toarray().T.astype(float))
    return np.nan_to_num(r[: first.shape[1], first.shape[1] :])


def random_values(generator, tokens, features):
    values = generator.lognormal(0, 2, (tokens, features)).astype(np.float32)
    return sparse.csr_array(values * (generator.random((tokens, features)) < 0.4))


def cut(dictionaries, at):
    """The activations of several dictionaries in shards that end at the tokens `at`."""
    edges = [0, *sorted(at), dictionaries[0].shape[0]]
    return [
        [values[start:stop] for values in dictionaries]
        for start, stop in zip(edges, edges[1:], strict=False)
    ]


def test_equals_numpy_at_256_features(plant):
    first, second = plant(256, seed=1).values, plant(256, seed=2).values
    second = sparse.csr_array(0.5 * second + 0.5 * first)
    np.testing.assert_allclose(correlation(first, second), brute_force(first, second), atol=1e-6)


@settings(max_examples=25)
@given(st.integers(2, 40), st.integers(1, 9), st.integers(1, 9), st.integers(0, 10_000))
def test_equals_numpy_for_any_shape(tokens, first_features, second_features, seed):
    generator = np.random.default_rng(seed)

    def random(features):
        values = generator.random((tokens, features)) * (generator.random((tokens, features)) < 0.4)
        return sparse.csr_array(values)

    first, second = random(first_features), random(second_features)
    np.testing.assert_allclose(correlation(first, second), brute_force(first, second), atol=1e-6)


def test_blocks_of_features_and_threads_change_nothing(plant, monkeypatch):
    first, second = plant(50, seed=1).values, plant(40, seed=2).values
    whole = correlation(first, second)
    monkeypatch.setattr(module, "FEATURES_AT_A_TIME", 14)
    monkeypatch.setattr(module, "ROWS_AT_A_TIME", 3)
    for threads in (1, 4):
        monkeypatch.setattr(module.torch, "get_num_threads", lambda threads=threads: threads)
        np.testing.assert_array_equal(correlation(first, second), whole)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 60), st.integers(0, 10_000), st.data())
def test_shards_in_any_number_and_order_give_the_same_sums(tokens, seed, data):
    """To the last bit where the sums can be written exactly; else within 1e-12 of r's scale."""
    generator = np.random.default_rng(seed)
    activations = [random_values(generator, tokens, features) for features in (7, 5, 4)]
    in_eighths = [sparse.csr_array(np.ceil(8 * v.toarray()) / 8) for v in activations]
    at = data.draw(st.lists(st.integers(0, tokens), max_size=8))
    for dictionaries, tolerance in ((activations, 1e-12), (in_eighths, 0)):
        shards = data.draw(st.permutations(cut(dictionaries, at)))
        whole = CrossSums.over([dictionaries])
        split = data.draw(st.integers(1, len(shards)))
        parts = [part for part in (shards[:split], shards[split:]) if part]
        for found in (CrossSums.over(shards), reduce(iadd, map(CrossSums.over, parts))):
            assert found.tokens == tokens
            norms = [np.sqrt(squares) for squares in whole.squares]
            for mine, theirs, norm in zip(found.products, whole.products, norms[1:], strict=True):
                assert (np.abs(mine - theirs) <= tolerance * np.outer(norms[0], norm)).all()
            for mine, theirs, norm in zip(found.plain, whole.plain, norms, strict=True):
                assert (np.abs(mine - theirs) <= tolerance * norm * np.sqrt(tokens)).all()
            for mine, theirs in zip(found.squares, whole.squares, strict=True):
                np.testing.assert_allclose(mine, theirs, rtol=tolerance)


@pytest.fixture
def family(plant):
    """A parent and two children."""
    return [plant(n, seed=seed).values for n, seed in ((50, 1), (40, 2), (30, 3))]


class Counted(list):
    """Shards that know how often they were walked."""

    walks = 0

    def __iter__(self):
        self.walks += 1
        return super().__iter__()


def test_all_children_are_correlated_while_the_text_is_walked_once(family):
    shards = Counted(cut(family, [500, 501, 3_000]))
    ours = correlations(shards)
    assert shards.walks == 2  # and a look at the first shard, for the number of features
    for r, child in zip(ours, family[1:], strict=True):
        np.testing.assert_allclose(r, correlation(family[0], child), atol=1e-7)
        np.testing.assert_allclose(r, brute_force(family[0], child), atol=1e-6)


def test_an_iterator_is_enough(family, monkeypatch):
    monkeypatch.setattr(module, "FEATURES_AT_A_TIME", 16)
    shards = cut(family, [900, 4_000])
    for mine, theirs in zip(correlations(iter(shards)), correlations(shards), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def stored(streams, folder, at):
    """The streams in files, cut at the tokens `at`."""
    files = []
    edges = [0, *at, len(streams[0].token)]
    for number, (start, stop) in enumerate(zip(edges, edges[1:], strict=False)):
        files.append([folder / f"{number}_{name}.npz" for name in range(len(streams))])
        for stream, file in zip(streams, files[-1], strict=True):
            arrays = ("values", "document", "domain", "token")
            part = {name: getattr(stream, name)[start:stop] for name in arrays}
            replace(stream, **part).save(file)
    return StoredShards(files)


def test_shards_on_disk_summed_in_two_places(plant, tmp_path, monkeypatch):
    def elsewhere(function, calls):
        """What comes and goes is sent as between processes (`test_parallel` has real ones)."""
        sent = pickle.loads(pickle.dumps((function, calls)))
        return [pickle.loads(pickle.dumps(sent[0](**call))) for call in sent[1]]

    monkeypatch.setattr(module, "parallel_map", elsewhere)
    monkeypatch.setattr(module, "FEATURES_AT_A_TIME", 30)
    streams = [plant(50, seed=1), plant(40, seed=2)]
    shards = stored(streams, tmp_path, [1_000, 1_500, 4_000, 6_999])
    (r,) = correlations(*shards.dealt(2))
    np.testing.assert_allclose(r, correlation(*(s.values for s in streams)), atol=1e-7)


def test_memory_is_that_of_the_result_and_a_few_rows(monkeypatch):
    """Neither the tokens nor float64 sums of all pairs are ever held: 1.5 times the result."""
    features, tokens = 1_024, 512
    monkeypatch.setattr(module, "FEATURES_AT_A_TIME", 64)
    monkeypatch.setattr(module, "ROWS_AT_A_TIME", 16)
    values = sparse.random_array((tokens, features), density=0.01, rng=1, format="csr")
    shards = 20 * [[values, values]]  # 42 MB if they were dense
    tracemalloc.start()
    try:
        (r,) = correlations(shards)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert r.nbytes == 4 * features**2
    assert peak < 1.5 * r.nbytes


@pytest.mark.parametrize("always", [0.0, 3.7])
def test_a_feature_that_never_changes_correlates_with_nothing(plant, always):
    values = plant(10, seed=1).values.toarray()
    values[:, 3] = always
    r = correlation(sparse.csr_array(values), sparse.csr_array(values))
    assert (r[3] == 0).all() and (r[:, 3] == 0).all()
    np.testing.assert_allclose(np.delete(np.diag(r), 3), 1, atol=1e-6)


def test_what_does_not_fit_together_is_refused(plant, family, tmp_path):
    with pytest.raises(ValueError, match="not the same text"):
        correlation(plant(4).values, plant(4, documents=20).values)
    with pytest.raises(ValueError, match="no shards"):
        correlations([])
    with pytest.raises(ValueError, match="no shards"):
        correlations(iter([]))
    with pytest.raises(ValueError, match=r"of \[50, 40\] and of \[50, 30\] features"):
        correlations([family[:2], family[::2]])
    with pytest.raises(ValueError, match="an iterator cannot be sent"):
        correlations(iter([family]), [family])
    other_text = replace(plant(4), token=np.ones(7_200, np.int32))
    with pytest.raises(ValueError, match="1.npz and .*0.npz are not of the same tokens"):
        correlations(stored([plant(4), other_text], tmp_path, []))
