"""The figures of chapter 01, made from small invented text: for their tests and for looking at."""

import re
from collections.abc import Callable

import altair as alt
import numpy as np
import pandas as pd

from featurefate.figures.concept_counts import concept_counts
from featurefate.figures.labelled_passage import labelled_passage
from featurefate.figures.parallel_text import parallel_text
from featurefate.figures.passage import Html
from featurefate.figures.text_comparison import frequency_curve

PYTHON = '''def clamp(value, low, high):
    """Return the value, moved into the range from low to high."""
    if low > high:
        raise ValueError("the range is empty")
    return max(low, min(value, high))
'''
LUA = """--- Return the value, moved into the range from low to high.
local function clamp(value, low, high)
  if low > high then
    error("the range is empty")
  end
  return math.max(low, math.min(value, high))
end
"""
DEFINED = {
    ("english", "python", "stories", "lua"): ["word start", "line end", "digit"],
    ("python", "lua"): ["identifier", "keyword", "assignment target", "raise/error"],
    ("lua",): ["metatable"],
    ("english", "stories"): ["sentence start", "past tense"],
    ("stories",): ["a feeling and what it follows from", "moral"],
}


def frequencies_frame(words: int = 2000) -> pd.DataFrame:
    """Word frequencies of two sources that follow Zipf's law, one more steeply."""
    rank = np.arange(1, words + 1)
    parts = [
        pd.DataFrame({"rank": rank, "frequency": rank**-power / (rank**-power).sum()}).assign(
            source=source
        )
        for source, power in {"stories": 1.3, "real TinyStories": 1.05}.items()
    ]
    return pd.concat(parts)


def counts_frame() -> pd.DataFrame:
    """Counts of a few concepts; one is defined but never there."""
    draw = np.random.default_rng(0)
    rows = [
        (concept, domain, int(10 ** draw.uniform(0.5, 4)))
        for domains, concepts in DEFINED.items()
        for concept in concepts
        for domain in domains
    ]
    frame = pd.DataFrame(rows, columns=["concept", "domain", "tokens"])
    frame.loc[frame.concept.eq("metatable"), "tokens"] = 0
    return frame


def passage_tokens() -> list[str]:
    return re.findall(r" *\w+|\n *|[^\w\s]+| +", LUA)


def passage_labels(tokens: list[str]) -> dict[str, np.ndarray]:
    """A few concepts of the Lua function, found by what the tokens look like."""
    words = [token.strip() for token in tokens]
    keyword = np.isin(words, ["local", "function", "if", "then", "end", "return"])
    comment = np.arange(len(tokens)) < words.index("local") - 1
    return {
        "identifier": np.array([word.isidentifier() for word in words]) & ~keyword & ~comment,
        "keyword": keyword,
        "comment": comment,
        "raise/error": np.isin(words, ["error"]),
        "indentation": np.array([bool(re.fullmatch(r"\n +", token)) for token in tokens]),
        "word": np.array([word.isalpha() for word in words]),
        "never": np.zeros(len(tokens), bool),
    }


def _words(kind: str) -> dict[str, str]:
    return {"title": f"The finding of the {kind}", "description": f"An invented {kind}."}


CHARTS: dict[str, Callable[[], alt.TopLevelMixin]] = {
    "frequency_curve": lambda: frequency_curve(frequencies_frame(), **_words("frequency_curve")),
    "concept_counts": lambda: concept_counts(counts_frame(), **_words("concept_counts")),
}


def parallel() -> Html:
    return parallel_text(
        [PYTHON, LUA],
        languages=["python", "lua"],
        captions=["Python, from package/module.py", "the same in Lua"],
    )


def passage() -> Html:
    tokens = passage_tokens()
    return labelled_passage(
        tokens, passage_labels(tokens), caption="A function of lua, with some of its concepts"
    )
