"""Does a head look back at a bracket that is open? And still, once it is closed?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from transformers import MistralForCausalLM, PreTrainedTokenizerFast

from featurefate.language_model.attention_pattern import attention_pattern
from featurefate.language_model.bootstrap import intervals, sums_by_document

CLOSES = {")": "(", "]": "[", "}": "{"}


def bracket_attention(
    model: MistralForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    rows: np.ndarray,
    documents: np.ndarray,
) -> pd.DataFrame:
    """Return the mean attention of each head to brackets, and to any token as far back.

    rows: full rows of test text, token ids (rows, position); documents: of each row, (rows,). One
    row a head and state of the bracket, `open` or `closed` again: `bracket` and `as_far`, each
    with `_low` and `_high` (95 %, over documents). See `brackets_before` and `attention_to`.
    """
    patterns = np.stack([attention_pattern(model, row.tolist()) for row in rows])
    texts = [["", *(tokenizer.decode([token]) for token in row[1:])] for row in rows.tolist()]
    sources = np.stack([brackets_before(row) for row in texts], axis=1)  # (state, row, to)
    _, document = np.unique(documents, return_inverse=True)
    table = []
    for state, standing in zip(("open", "closed"), sources, strict=True):
        *given, tokens = attention_to(patterns, standing)
        tokens = sums_by_document(tokens, document)
        for head in range(patterns.shape[1]):
            line = {"state": state, "head": head}
            for name, attention in zip(("bracket", "as_far"), given, strict=True):
                sums = sums_by_document(attention[:, head], document)
                (low,), (high,) = intervals(sums[:, None], tokens[:, None], seed=0)
                line |= {name: sums.sum() / tokens.sum(), f"{name}_low": low, f"{name}_high": high}
            table.append(line)
    return pd.DataFrame(table)


def brackets_before(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return where the bracket stands that each token has before it, two int64 (tokens,).

    texts: the text of each token of a row. The first array has the innermost bracket that is open
    once the token is read; the second, for tokens outside all brackets, the one that was closed
    last; −1 where there is none. A closing bracket that fits no open one is passed over.
    """
    opened: list[tuple[str, int]] = []
    inside, behind = np.full((2, len(texts)), -1)
    closed = -1
    for place, text in enumerate(texts):
        for sign in text:
            if sign in CLOSES.values():
                opened.append((sign, place))
            elif opened and opened[-1][0] == CLOSES.get(sign):
                _, closed = opened.pop()
        if opened:
            inside[place] = opened[-1][1]
        else:
            behind[place] = closed
    return inside, behind


def attention_to(
    patterns: np.ndarray, sources: np.ndarray, least: int = 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what each row's tokens give to their source, and to tokens as far back; both summed.

    patterns: attention (rows, heads, to, from); sources: where the source of each token stands, −1
    for none, (rows, to); those fewer than `least` tokens back are left out. Returns float64 (rows,
    heads) twice and the number of such tokens of each row, (rows,). "As far back": the head's mean
    attention, over all tokens of all rows, at the distance of each source.
    """
    usual = np.stack(
        [np.diagonal(patterns, -back, 2, 3).mean(axis=(0, 2)) for back in range(sources.shape[1])]
    )  # (distance, head)
    back = np.arange(sources.shape[1]) - sources
    row, to = np.nonzero((sources >= 0) & (back >= least))
    given, as_far = np.zeros((2, *patterns.shape[:2]))
    np.add.at(given, row, patterns[row, :, to, sources[row, to]])
    np.add.at(as_far, row, usual[back[row, to]])
    return given, as_far, np.bincount(row, minlength=len(sources))
