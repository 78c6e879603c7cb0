"""Generated text beside real text: how often the words of each occur."""

import altair as alt
import numpy as np
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.theme import WIDTH, finish

POINTS = 90  # of a curve: as many as can be told apart on a logarithmic axis


def frequency_curve(
    frame: pd.DataFrame,
    *,
    title: str,
    description: str,
    subtitle: str | None = None,
    y_title: str = "share of all words",
    height: int = 300,
) -> alt.Chart:
    """Frequency by rank of the words of each source, both axes logarithmic (Zipf's curve).

    frame: columns `rank` (1 for the commonest word), `frequency` (positive, in the unit of
    `y_title`) and `source`; one row per word. At most `POINTS` of each source are drawn. Raises
    ValueError where a rank or frequency is not positive, or a column is missing.
    """
    data = tidy(frame, ["rank", "frequency", "source"], chart="frequency_curve")
    if (data[["rank", "frequency"]] <= 0).any(axis=None):
        raise ValueError("frequency_curve: ranks and frequencies must be positive (log axes)")
    sources = list(data.source.unique())
    thinned = pd.concat([_thinned(data[data.source == source]) for source in sources])
    legend = alt.Legend(symbolType="stroke", symbolSize=500)
    chart = (
        alt.Chart(thinned)
        .mark_line(strokeWidth=2.4)
        .encode(
            x=alt.X("rank:Q", title="rank of the word", scale=alt.Scale(type="log", nice=False),
                    axis=_decades(data["rank"], "~s")),
            y=alt.Y("frequency:Q", title=y_title, scale=alt.Scale(type="log", nice=False),
                    axis=_decades(data["frequency"], "~g")),
            color=alt.Color("source:N", scale=colours.scale(sources), sort=sources, legend=legend),
            strokeDash=alt.StrokeDash("source:N", scale=_dashes(sources), sort=sources,
                                      legend=legend),
            tooltip=["source:N", "rank:Q", alt.Tooltip("frequency:Q", format=".3~g")],
        )
        .properties(width=WIDTH, height=height)
    )  # fmt: skip
    return finish(chart, title=title, subtitle=subtitle, description=description)


def _thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """Rows at ranks that are equally far apart on a logarithmic axis, the ends among them."""
    curve = curve.sort_values("rank")
    wanted = np.geomspace(curve["rank"].iloc[0], curve["rank"].iloc[-1], POINTS)
    return curve.iloc[np.unique(np.searchsorted(curve["rank"], wanted).clip(max=len(curve) - 1))]


def _decades(values: pd.Series, form: str) -> alt.Axis:
    """An axis with a mark at every power of ten within the values."""
    low, high = np.log10(values.min()), np.log10(values.max())
    powers = range(int(np.ceil(low - 1e-9)), int(np.floor(high + 1e-9)) + 1)
    return alt.Axis(values=[float(f"1e{power}") for power in powers], format=form)


def _dashes(sources: list[str]) -> alt.Scale:
    """Solid for the first source, broken lines for the others: not told by colour alone."""
    patterns = [[1, 0], [7, 3], [2, 3], [8, 3, 2, 3]]
    return alt.Scale(domain=sources, range=[patterns[i % 4] for i in range(len(sources))])
