"""What firings on translated words meet: counted by hand, planted features, no knowledge."""

import numpy as np
import pandas as pd
import torch
from scipy import sparse

from featurefate.corpora.parallel.functions import CHANGED, SAME_TOKEN
from featurefate.corpora.tokens import END_OF_TEXT_ID
from featurefate.tracking.translated_words import (
    COUNTED,
    Firings,
    TranslatedWords,
    _active,
    _at_last_token,
    measure,
    only,
)

FUNCTIONS, PAIRS, FEATURES = 40, 12, 6  # twelve changed words of six kinds in each function


def planted(seed: int = 1, knows: bool = True) -> TranslatedWords:
    """Feature 0 fires on words of kind 0 in both languages, 1 on a fifth of all words of Python and
    of Lua each, 2 on all words of Lua, 3 on kind 0 in Python alone; the others never."""
    generator = np.random.default_rng(seed)
    pairs = FUNCTIONS * PAIRS
    kind = np.tile(np.arange(PAIRS) % 6, FUNCTIONS)
    python, lua = np.zeros((pairs, FEATURES), bool), np.zeros((pairs, FEATURES), bool)
    python[:, 0] = python[:, 3] = kind == 0
    lua[:, 0] = kind == 0 if knows else generator.permutation(kind) == 0
    python[:, 1], lua[:, 1] = generator.random((2, pairs)) < 0.2
    python[:, 2], lua[:, 2] = generator.random(pairs) < 0.3, True
    words = np.repeat(lua, 2, axis=0)  # after each translation a word that is nobody's, silent
    words[1::2] = False
    words[1::2, 2] = True
    return TranslatedWords(
        python=sparse.csr_array(python),
        lua=sparse.csr_array(lua),
        words=sparse.csr_array(words),
        word=2 * np.arange(pairs),
        line=np.arange(2 * pairs) // 6,  # three translations and three others on each line
        function=np.arange(pairs) // PAIRS,
        text=np.array([f"word {k}" for k in kind]),
        origin=np.arange(pairs) // (2 * PAIRS),
    )


def by_hand(pairs: TranslatedWords) -> np.ndarray:
    """The sums of COUNTED over all pairs and features, one pair after another."""
    python, lua, words = (m.toarray() for m in (pairs.python, pairs.lua, pairs.words))
    sums = np.zeros(len(COUNTED))
    for place in range(len(python)):
        line = pairs.line == pairs.line[pairs.word[place]]
        line[pairs.word[place]] = False
        other = pairs.function == pairs.function[place]
        other &= pairs.text != pairs.text[place]
        if not line.any() or not other.any():
            continue
        active = python[place]
        rates = (lua[place], words[line].mean(0), lua[other].mean(0), words.mean(0))
        sums += [active.sum(), *(rate[active].sum() for rate in rates)]
    return sums


def test_the_sums_are_those_of_a_count_by_hand():
    pairs = planted()
    row = Firings.of(pairs).total(seed=2)
    expected = by_hand(pairs)
    assert row["active"] == expected[0] and row["pairs"] == FUNCTIONS * PAIRS
    found = [row[name] for name in COUNTED[1:]]
    np.testing.assert_allclose(found, expected[1:] / expected[0], atol=1e-12)


def test_some_pairs_are_counted_like_all():
    chosen = np.random.default_rng(3).random(FUNCTIONS * PAIRS) < 0.4
    pairs = only(planted(), chosen)
    expected = by_hand(pairs)
    row = Firings.of(pairs).total(seed=2)
    np.testing.assert_allclose([row[n] for n in COUNTED[1:]], expected[1:] / expected[0])


def test_a_feature_that_knows_translations_is_told_from_one_that_fires_everywhere():
    table = pd.DataFrame(Firings.of(planted()).by_feature(permutations=99, seed=4))
    table = table.set_index("feature")
    assert set(table.index) == {0, 1, 2, 3}
    assert table.loc[0, "hit"] == 1 and table.loc[0, "exchanged"] == 0
    assert table.loc[0, "p"] == 0.01 and table.loc[0, "above_beside_low"] > 0.5
    assert table.loc[2, "hit"] == table.loc[2, "beside"] == table.loc[2, "exchanged"] == 1
    assert table.loc[2, "above_exchanged"] == 0 and table.loc[2, "p"] == 1
    assert table.loc[3, "hit"] == 0
    assert abs(table.loc[1, "above_exchanged"]) < 0.1 and table.loc[1, "p"] > 0.05


def test_without_knowledge_few_families_find_any():
    least = [
        min(r["p"] for r in Firings.of(planted(seed, knows=False)).by_feature(49, seed=seed))
        for seed in range(40)
    ]
    assert (np.array(least) <= 0.1).mean() <= 0.25


def test_pairs_with_nothing_to_compare_are_left_out():
    pairs = planted()
    alone = TranslatedWords(**{**vars(pairs), "text": np.full(len(pairs.text), "nil")})
    firings = Firings.of(alone)
    assert not firings.usable.any() and firings.by_feature(9, seed=5) == []
    assert np.isnan(firings.total(seed=5)["hit"])


def test_a_word_is_read_at_its_last_token():
    active = sparse.csr_array(np.eye(8, dtype=bool))  # token t has feature t; two rows of four
    words = pd.DataFrame({"function": [0, 0, 1], "first": [1, 3, 0], "last": [2, 3, 1]})
    found = _at_last_token(active, words, context=4).toarray()
    expected = [[2], [3], [5]]
    assert [np.flatnonzero(row).tolist() for row in found] == expected


def test_kinds_are_measured_apart():
    pairs = planted()
    kind = np.where(np.arange(len(pairs.text)) % 2 == 0, CHANGED, SAME_TOKEN)
    table = pd.DataFrame({"python": pairs.text, "lua": pairs.text, "kind": kind})
    found = measure(pairs, table, permutations=9, seed=6)
    kinds = found["kinds"].set_index("kind")
    assert kinds.loc[CHANGED, "pairs"] == kinds.loc[SAME_TOKEN, "pairs"] == len(pairs.text) / 2
    assert kinds.loc[CHANGED, "hit"] == Firings.of(only(pairs, kind == CHANGED)).total(6)["hit"]
    assert len(found["translations"]) == 6 and 0 in set(found["features"]["feature"])


class Threshold:
    """A dictionary whose features are the activations themselves, from 1 on."""

    def encode(self, activations):
        return torch.where(activations >= 1, activations, 0.0)


def test_padding_has_no_active_features():
    rows = np.array([[END_OF_TEXT_ID, 5, 6, END_OF_TEXT_ID], [END_OF_TEXT_ID, 7, 0, 0]])
    activations = torch.tensor([[1.0, 0.5], [0.0, 2.0], [3.0, 3.0]])  # of tokens 5, 6 and 7
    found = _active(Threshold(), activations, rows).toarray()
    expected = {1: [0], 2: [1], 5: [0, 1]}
    assert found.shape == (8, 2)
    assert {t: np.flatnonzero(row).tolist() for t, row in enumerate(found) if row.any()} == expected
