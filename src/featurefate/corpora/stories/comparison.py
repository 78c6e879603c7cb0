"""Numbers by which generated stories can be laid beside real ones.

All are taken on samples of the same size, since vocabulary and distinct n-grams grow with a text.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*")
_SENTENCE_END = re.compile(r"[.!?]+[\"”']?(?:\s+|$)")


@dataclass(frozen=True)
class TextStatistics:
    """What a sample of `words` running words is like."""

    words: int
    vocabulary: int  # different words, letters made small
    sentence_length: float  # mean words in a sentence
    text_length: float  # mean words in a text
    bigrams: float  # different pairs of neighbouring words in 10 000 running words
    trigrams: float
    fourgrams: float


def text_statistics(texts: Iterable[str], words: int | None = None) -> TextStatistics:
    """Statistics of the first `words` running words of the texts (all of them if None).

    N-grams do not cross from one text to the next; they are counted in consecutive parts of
    10 000 words, and averaged, so that samples of other sizes compare. Raises ValueError when
    the texts have fewer than `words` words, or none.
    """
    sample, sentences, taken = [], 0, 0
    for text in texts:
        found = words_of(text)
        if words is not None and taken + len(found) > words:
            found = found[: words - taken]
        elif found:
            sentences += max(1, len(_SENTENCE_END.findall(text)))
        sample.append(found)
        taken += len(found)
        if taken == words:
            break
    if taken == 0 or (words is not None and taken < words):
        raise ValueError(f"the texts have {taken} words; {words or 'some'} are needed")
    return TextStatistics(
        words=taken,
        vocabulary=len({word for found in sample for word in found}),
        sentence_length=taken / max(1, sentences),
        text_length=taken / len(sample),
        bigrams=_distinct(sample, 2),
        trigrams=_distinct(sample, 3),
        fourgrams=_distinct(sample, 4),
    )


def word_frequencies(texts: Iterable[str]) -> pd.Series:
    """Share of each word among all running words, most frequent first; equals in order of letters.

    The index are the words with small letters, the values sum to 1.
    """
    counts = Counter(word for text in texts for word in words_of(text))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    series = pd.Series(dict(ordered), dtype=float, name="share")
    return series / series.sum() if len(series) else series


def words_of(text: str) -> list[str]:
    """The words of a text in order, with small letters; "don't" is one word."""
    return _WORD.findall(text.lower())


def _distinct(texts: list[list[str]], n: int, part: int = 10_000) -> float:
    """Mean number of different n-grams in parts of 10 000 n-grams; fewer are scaled up to that."""
    grams = [gram for words in texts for gram in zip(*(words[i:] for i in range(n)), strict=False)]
    if len(grams) < part:
        return len(set(grams)) * part / max(1, len(grams))
    parts = [grams[i : i + part] for i in range(0, len(grams) - part + 1, part)]
    return sum(len(set(grams)) for grams in parts) / len(parts)
