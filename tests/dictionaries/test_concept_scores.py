"""Units as detectors: exact against scikit-learn, planted detectors found, shuffled labels not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.metrics import f1_score, roc_auc_score

from featurefate.dictionaries import detection
from featurefate.dictionaries.chance import circular_chance
from featurefate.dictionaries.concept_comparison import ConceptScores, compare_units
from featurefate.dictionaries.concept_scores import score_units
from featurefate.dictionaries.detection import Pairs, auroc, best_detectors, calls
from featurefate.dictionaries.encoding import EvaluationTokens
from featurefate.dictionaries.labelled_text import LabelledText

DOCUMENTS, LENGTH, CONCEPTS = 80, 25, 6  # 20 documents of each of four domains


def labelled(seed: int) -> LabelledText:
    """Concepts in runs of four tokens, ever rarer; the last is defined in two domains only."""
    generator = np.random.default_rng(seed)
    document = np.repeat(np.arange(DOCUMENTS), LENGTH)
    rate = 0.4 / np.arange(1, CONCEPTS + 1)
    carried = generator.random((len(document) // 4, CONCEPTS)) < rate
    carried = carried.repeat(4, axis=0)
    defined = np.ones((4, CONCEPTS), bool)
    defined[:2, -1] = False
    domain = document * 4 // DOCUMENTS
    carried &= defined[domain]
    names = [f"concept {i}" for i in range(CONCEPTS)]
    return LabelledText(
        names, sparse.csr_array(carried.astype(np.float32)), defined, domain, document
    )


def values_for(text, seed: int, silent: float = 0.6, lean: float = 1) -> np.ndarray:
    """Coarse values, so that many are tied, of units that lean towards their own concept."""
    generator = np.random.default_rng(seed)
    on = text.carried.toarray()
    value = np.round(2 * generator.random((len(on), 2 * CONCEPTS)) + lean * np.tile(on, 2), 1)
    value[generator.random(value.shape) < silent] = 0
    value[:, -1] = 0  # a dead unit
    return value.astype(np.float32)


@pytest.fixture(scope="module")
def texts():
    return {"validation": labelled(1), "test": labelled(2)}


def every_pair(units: int) -> tuple[np.ndarray, np.ndarray]:
    return tuple(grid.ravel() for grid in np.indices((units, CONCEPTS)))


@pytest.mark.parametrize("silent", [0.0, 0.6])
def test_auroc_is_scikit_learns(texts, silent):
    text = texts["test"]
    values = values_for(text, 3, silent)
    unit, concept = every_pair(values.shape[1])
    found = auroc(sparse.csc_array(values[:, unit]), concept, text)
    for u, c, area in zip(unit, concept, found, strict=True):
        here = text.defined[text.domain, c]
        expected = roc_auc_score(text.carried.toarray()[here, c], values[here, u])
        assert area == pytest.approx(expected, abs=1e-12)


def test_the_best_threshold_is_the_best_there_is(texts):
    text = texts["test"]
    values = values_for(text, 3)[:, -5:]
    found = best_detectors(sparse.csc_array(values), text)
    for u, c in zip(*every_pair(values.shape[1]), strict=True):
        here = text.defined[text.domain, c]
        on = text.carried.toarray()[here, c] > 0
        tried = np.unique(values[values[:, u] > 0, u])  # fewer than LEVELS, so all are tried
        scores = [f1_score(on, values[here, u] >= t) for t in tried] or [0.0]
        assert found.f1[u, c] == pytest.approx(max(scores), abs=1e-6)
        if len(tried):
            said = values[here, u] >= found.threshold[u, c]
            assert f1_score(on, said) == pytest.approx(max(scores), abs=1e-6)


def test_of_many_values_a_grid_is_tried_that_misses_little(texts):
    text = texts["test"]
    generator = np.random.default_rng(5)
    values = (text.carried.toarray() + generator.exponential(1, text.carried.shape)).astype("f4")
    found = best_detectors(sparse.csc_array(values), text)
    assert (np.diff(found.grid, axis=1) <= 0).all()
    for c in range(CONCEPTS):
        here = text.defined[text.domain, c]
        on, value = text.carried.toarray()[here, c] > 0, values[here, c]
        hits = on[np.argsort(-value)].cumsum()
        exact = (2 * hits / (np.arange(1, len(on) + 1) + on.sum())).max()
        assert exact - 0.03 < found.f1[c, c] <= exact + 1e-6


def test_units_in_groups_are_the_same_units(texts, monkeypatch):
    values = sparse.csc_array(values_for(texts["test"], 3))
    whole = best_detectors(values, texts["test"])
    monkeypatch.setattr(detection, "UNITS_AT_A_TIME", 5)
    parts = best_detectors(values, texts["test"])
    np.testing.assert_array_equal(whole.f1, parts.f1)
    np.testing.assert_array_equal(whole.threshold, parts.threshold)


@settings(max_examples=15)
@given(seed=st.integers(0, 1_000), power=st.floats(0.3, 3), factor=st.floats(0.1, 10))
def test_monotone_maps_and_the_order_of_units_change_nothing(seed, power, factor):
    text = labelled(seed)
    values = values_for(text, seed + 1)
    order = np.random.default_rng(seed).permutation(values.shape[1])
    moved = (factor * values.astype(np.float64) ** power)[:, order].astype(np.float32)
    first, second = (best_detectors(sparse.csc_array(v), text) for v in (values, moved))
    np.testing.assert_allclose(first.f1[order], second.f1, atol=1e-6)
    pairs = Pairs.of_units(first)
    before = auroc(sparse.csc_array(values), pairs.concept, text)
    after = auroc(sparse.csc_array(moved), pairs.concept[order], text)
    np.testing.assert_allclose(before[order], after, atol=1e-9)


def test_calls_stay_in_the_domains_where_a_concept_is_defined(texts):
    text, last = texts["test"], CONCEPTS - 1
    values = sparse.csc_array(np.ones((len(text.domain), 2), np.float32))
    said = calls(values, Pairs(np.arange(2), np.array([0, last]), np.ones(2)), text)
    assert said.sum(axis=0).tolist() == [len(text.domain), (text.domain >= 2).sum()]


def test_planted_detectors_beat_chance_and_others_do_not(texts):
    text = texts["test"]
    generator = np.random.default_rng(8)
    concept = np.arange(CONCEPTS).repeat(2)
    said = text.carried.toarray()[:, concept] > 0
    said[:, 1::2] = said[generator.permutation(len(said)), 1::2]  # every second one at random
    chance, p = circular_chance(sparse.csc_array(said), concept, text, shifts=49, seed=3)
    assert (p[::2] == 1 / 50).all() and (p[1::2] > 0.05).all()
    of_random = [f1_score(text.carried.toarray()[:, c], said[:, 1 + 2 * c]) for c in range(5)]
    np.testing.assert_allclose(chance[1:10:2], of_random, atol=0.06)


def test_p_values_of_detectors_of_nothing_are_uniform():
    """In at most one of twenty texts does the best of many random detectors look sure."""
    smallest = []
    for seed in range(40):
        text = labelled(seed)
        said = np.random.default_rng(seed + 100).random((len(text.domain), CONCEPTS)) < 0.1
        said &= text.defined[text.domain]
        _, p = circular_chance(sparse.csc_array(said), np.arange(CONCEPTS), text, 19, seed)
        smallest.append(p.min())
    assert np.mean(np.array(smallest) <= 0.05) <= 0.15  # .05 expected, .15 is 3 deviations off


class Planted:
    """Units whose values on each of the two texts are given."""

    def __init__(self, values):
        self.values = values

    def encode(self, activations, token):
        return sparse.csc_array(self.values[activations])


def scored(texts, values) -> dict[str, pd.DataFrame]:
    streams = {
        split: EvaluationTokens(np.zeros(len(t.domain), int), t.domain, t.document, None, None)
        for split, t in texts.items()
    }
    names = {split: split for split in texts}
    return score_units(Planted(values), streams, names, texts, shifts=39, seed=4)


@pytest.fixture(scope="module")
def tables(texts):
    return scored(texts, {split: values_for(t, 9, 0.2, lean=2) for split, t in texts.items()})


def test_planted_concepts_are_found(tables, texts):
    units, concepts = tables["units"], tables["concepts"]
    living = units[units["f1_validation"] > 0]
    own = [f"concept {unit % CONCEPTS}" for unit in living["unit"]]
    assert (living["concept"] == own).mean() > 0.9
    assert (concepts["unit"] % CONCEPTS == range(CONCEPTS)).all()
    assert (concepts["p"] <= 0.05).all() and (concepts["auroc"] > 0.6).all()
    assert units["f1"].iloc[-1] == 0 and units["p"].iloc[-1] == 1  # the dead unit


def test_the_tables_agree_with_direct_counts(tables, texts):
    text = texts["test"]
    values = values_for(text, 9, 0.2, lean=2)
    for row in tables["concepts"].itertuples():
        c = text.names.index(row.concept)
        here = text.defined[text.domain, c]
        on, said = text.carried.toarray()[here, c] > 0, values[here, row.unit] >= row.threshold
        assert row.f1 == pytest.approx(f1_score(on, said))
        assert row.precision == pytest.approx((on & said).sum() / said.sum())
        assert row.recall == pytest.approx((on & said).sum() / on.sum())
        assert row.always == pytest.approx(f1_score(on, np.ones_like(on)))
    sums = tables["documents"].groupby("concept")[["hits", "called", "there"]].sum()
    f1 = (2 * sums["hits"] / (sums["called"] + sums["there"])).to_numpy()
    np.testing.assert_allclose(f1, tables["concepts"]["f1"])


def test_shuffled_labels_are_not_found(texts):
    generator = np.random.default_rng(6)
    values = {s: values_for(t, 9, 0.2, lean=2) for s, t in texts.items()}
    values = {s: v[generator.permutation(len(v))] for s, v in values.items()}
    concepts = scored(texts, values)["concepts"]
    assert (concepts["p"] > 0.05).all()
    assert (concepts["f1"] < concepts["always"] + 0.05).all()


def test_comparison_is_paired(tables, texts):
    weaker = scored(texts, {s: values_for(t, 9, 0.7, lean=2) for s, t in texts.items()})
    scores = {
        name: ConceptScores(t["concepts"], t["documents"])
        for name, t in {"own": tables, "same": tables, "weaker": weaker}.items()
    }
    table = compare_units(scores, "own").set_index(["units", "measure"])
    mean = tables["concepts"]["f1"].mean()
    assert table.loc[("own", "mean F1"), "value"] == pytest.approx(mean)
    same = table.loc[("same", "mean F1")]
    assert same["ahead"] == same["ahead_low"] == same["ahead_high"] == 0
    behind = table.loc[("weaker", "mean F1")]
    assert behind["ahead_low"] > 0
    width = behind["high"] - behind["low"] + table.loc[("own", "mean F1"), "high"] - mean
    assert behind["ahead_high"] - behind["ahead_low"] < 2 * width
    covered = (tables["concepts"]["f1"] >= 0.5).sum()
    assert table.loc[("own", "F1 ≥ 0.5"), "value"] == covered
    assert table.loc[("own", "above chance"), "value"] == CONCEPTS
    other = ConceptScores(tables["concepts"].iloc[1:], tables["documents"])
    with pytest.raises(ValueError, match="not scored on the same concepts"):
        compare_units({"own": scores["own"], "other": other}, "own")


def test_bad_values_are_named(texts):
    text = texts["test"]
    with pytest.raises(ValueError, match="negative values"):
        best_detectors(sparse.csc_array(-values_for(text, 3)), text)
    with pytest.raises(ValueError, match="10 tokens of values, 2000 of labels"):
        best_detectors(sparse.csc_array(values_for(text, 3)[:10]), text)
