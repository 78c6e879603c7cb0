"""Brackets found in rows worked out by hand, and attention planted on them."""

import numpy as np
import pytest

from featurefate.language_model.attention_pattern import attention_pattern
from featurefate.language_model.brackets import attention_to, bracket_attention, brackets_before


def test_the_innermost_open_bracket_and_the_last_closed_one():
    texts = ["f", "(", "a[", "0", "],", "b", ")", " c", ")"]
    inside, behind = brackets_before(texts)
    assert inside.tolist() == [-1, 1, 2, 2, 1, 1, -1, -1, -1]
    assert behind.tolist() == [-1, -1, -1, -1, -1, -1, 1, 1, 1]


@pytest.mark.parametrize("texts, last", [([")", "x"], -1), (["(", "]", "x"], 0), (["()", "x"], -1)])
def test_only_its_own_partner_closes_a_bracket(texts, last):
    assert brackets_before(texts)[0][-1] == last


def test_a_head_that_looks_at_the_source_and_one_that_looks_evenly():
    rows, length = 3, 6
    even = np.tril(np.ones((length, length)))
    even /= even.sum(axis=1, keepdims=True)
    sources = np.full((rows, length), -1)
    sources[0, 3:], sources[1, 5] = 1, 4  # the source of the second row is one back: too near
    keen = np.tile(np.eye(length), (rows, 1, 1))
    keen[0, 3:] = np.eye(length)[1]
    given, as_far, tokens = attention_to(np.stack([keen, np.tile(even, (rows, 1, 1))], 1), sources)
    assert tokens.tolist() == [3, 0, 0]
    assert given[0].tolist() == pytest.approx([3, 1 / 4 + 1 / 5 + 1 / 6])
    usual = [np.diagonal(even, -back).mean() for back in (2, 3, 4)]
    # the keen head: of all tokens 2, 3, 4 back in three rows, only those three sources
    planted = 1 / (3 * 4) + 1 / (3 * 3) + 1 / (3 * 2)
    assert as_far[0].tolist() == pytest.approx([planted, sum(usual)])
    assert (given[1:] == 0).all() and (as_far[1:] == 0).all()


class Signs:
    """A tokenizer with two brackets among its tokens."""

    def decode(self, ids):
        return {1: "(", 2: ")"}.get(ids[0], "x")


def test_the_table_is_the_mean_over_all_brackets(tiny_model):
    rows = np.array([[0, 1, 5, 6, 7, 2, 8], [0, 9, 1, 4, 4, 2, 5], [0, 5, 5, 1, 6, 2, 1]])
    found = bracket_attention(tiny_model, Signs(), rows, np.array([4, 4, 9]))
    looks = [attention_pattern(tiny_model, row.tolist()) for row in rows]
    opened = [(0, 3, 1), (0, 4, 1), (1, 4, 2)]  # row, to, from; those one back are too near
    closed = [(0, 5, 1), (0, 6, 1), (1, 5, 2), (1, 6, 2), (2, 5, 3)]
    for state, pairs in {"open": opened, "closed": closed}.items():
        part = found[found.state == state]
        assert part["head"].tolist() == [0, 1, 2, 3]
        expected = np.mean([looks[row][:, to, source] for row, to, source in pairs], axis=0)
        np.testing.assert_allclose(part.bracket, expected, rtol=1e-5)
    assert found.bracket.between(found.bracket_low - 1e-9, found.bracket_high + 1e-9).all()
