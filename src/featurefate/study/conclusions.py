"""What the rates of a family say in words: each conclusion a rule that a repeat bears out or not.

A rule reads the eight rates of persisting of one repeat (four edges, of the parent's and of the
child's features; columns as in `tracking.track`). It answers True, False, or None where a number
that it needs is missing or undetermined. Every rule that has an interval to go by uses it.
"""

from collections.abc import Callable

import pandas as pd

TUNED = ("base_stories", "base_lua")
MERGED = ("stories_merge", "lua_merge")
Rule = Callable[[pd.DataFrame], bool | None]

ANSWERS = {True: "holds", False: "fails", None: "cannot tell"}


def conclusions(rates: pd.DataFrame, most: float = 0.5, trivial: float = 0.01) -> pd.DataFrame:
    """Return one row a conclusion: a column with the answer of each repeat, and `conclusion`.

    rates: those of all repeats, with a column `repeat`. most: the share from which on a
    conclusion says "most"; trivial: the rate below which chance is no rival.
    """
    of_repeats = {
        repeat: {words: ANSWERS[rule(part)] for words, rule in _rules(most, trivial).items()}
        for repeat, part in rates.groupby("repeat")
    }
    table = pd.DataFrame(of_repeats)
    return table.assign(conclusion=table.index).reset_index(drop=True)


def hold_in_all(table: pd.DataFrame) -> pd.Series:
    """Return by conclusion whether it holds in every repeat of a table of `conclusions`."""
    answers = table.set_index("conclusion")
    return (answers == ANSWERS[True]).all(axis=1)


def _rules(most: float, trivial: float) -> dict[str, Rule]:
    return {
        "no edge reaches its ceiling": lambda r: _all(r, "corrected_high", lambda x: x < 1),
        "every edge shares more than a stranger does": lambda r: _all(
            r, "lineage_effect_low", lambda x: x > 0
        ),
        "every edge shares more than an untrained model does": lambda r: _over(r, "untrained_high"),
        "every edge shares more than the token explains": lambda r: _over(r, "token_high"),
        "the token explains most of every rate": lambda r: _share(r, "token", most),
        "a stranger has most of what persists": lambda r: _share(r, "stranger", most),
        "chance is no rival": lambda r: _all(r, "chance_high", lambda x: x < trivial),
        "most of what seems to turn over would do so if nothing had changed": lambda r: _share(
            r.assign(ceiling=1 - r.ceiling, value=1 - r.value), "ceiling", most
        ),
        "merging keeps more of a parent than fine-tuning does": lambda r: _more(r, MERGED, TUNED),
        "merging keeps more of a parent than fine-tuning does, intervals apart": (
            lambda r: _more(r, MERGED, TUNED, clearly=True)
        ),
        "the Lua child keeps more of the base than the stories child, intervals apart": (
            lambda r: _more(r, TUNED[1:], TUNED[:1], clearly=True)
        ),
        "the merge keeps more of the Lua child than of the stories child, intervals apart": (
            lambda r: _more(r, MERGED[1:], MERGED[:1], clearly=True)
        ),
    }


def _all(rates: pd.DataFrame, column: str, true: Callable[[pd.Series], pd.Series]) -> bool | None:
    """Whether something is true of every rate."""
    if rates[column].isna().any():
        return None
    return bool(true(rates[column]).all())


def _over(rates: pd.DataFrame, floor: str) -> bool | None:
    """Whether every rate's interval lies above a floor's."""
    return _all(rates.assign(above=rates.low - rates[floor]), "above", lambda x: x > 0)


def _share(rates: pd.DataFrame, part: str, most: float) -> bool | None:
    """Whether one number is more than a share of every rate."""
    return _all(rates.assign(share=rates[part] / rates.value), "share", lambda x: x > most)


def _more(
    rates: pd.DataFrame, more: tuple[str, ...], less: tuple[str, ...], clearly: bool = False
) -> bool | None:
    """Whether some edges lie above others on the scale from stranger to ceiling.

    Of the parent's features and of the child's, each by itself; clearly: intervals must not touch.
    """
    if rates.corrected.isna().any():
        return None
    low, high = ("corrected_low", "corrected_high") if clearly else ("corrected", "corrected")
    sides = [part.set_index("edge") for _, part in rates.groupby("denominator")]
    return all(part[low][list(more)].min() > part[high][list(less)].max() for part in sides)
