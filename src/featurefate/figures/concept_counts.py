"""How many tokens of each domain carry each concept."""

import altair as alt
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.theme import WIDTH, finish

ROW = 14  # pixels
COLUMNS = 2  # of groups; one on a narrow page
NONE = 0.5  # where "none" stands on the logarithmic axis
SHAPES = {"english": "circle", "python": "square", "stories": "diamond", "lua": "triangle-up"}
GROUPS = {  # the domains that a group's concepts are defined in; the first that holds them all
    "stories only": {"stories"},
    "code: python and lua": {"python", "lua"},
    "prose: english and stories": {"english", "stories"},
    "every domain": set(SHAPES),
}


def concept_counts(
    frame: pd.DataFrame,
    *,
    title: str,
    description: str,
    subtitle: str | None = None,
    x_title: str = "evaluation tokens that carry it",
) -> alt.FacetChart:
    """A row for each concept, a mark for each domain in which it is defined.

    frame: columns `concept`, `domain` (one of the four) and `tokens` (0 or more), one row for each
    concept in each domain where it is defined. Concepts are grouped by those domains, each
    with the commonest first. Raises ValueError for an unknown domain, or a pair that comes twice.
    """
    data = tidy(frame, ["concept", "domain", "tokens"], chart="concept_counts")
    unknown = sorted(set(data.domain) - set(SHAPES))
    if unknown:
        raise ValueError(f"concept_counts: unknown domains {', '.join(unknown)}")
    twice = data[data.duplicated(["concept", "domain"])]
    if len(twice):
        raise ValueError(f"concept_counts: {twice.concept.iloc[0]!r} comes twice in one domain")
    data["group"] = data.concept.map(data.groupby("concept").domain.agg(_group))
    data["at"] = data.tokens.clip(lower=NONE)
    data["most"] = data.groupby("concept").tokens.transform("max")
    domains = [domain for domain in SHAPES if domain in set(data.domain)]
    groups = data.groupby("group").concept.nunique().sort_values(ascending=False, kind="stable")
    decades = [10.0**power for power in range(1, len(str(int(data.tokens.max()))))]
    x = alt.X(
        "at:Q",
        title=x_title,
        scale=alt.Scale(type="log", domain=[NONE, 2 * max(1, data.tokens.max())], nice=False),
        axis=alt.Axis(
            values=[NONE, *decades], labelExpr="datum.value < 1 ? '0' : format(datum.value, '~s')"
        ),
    )
    y = alt.Y(
        "concept:N",
        sort=alt.EncodingSortField("most", op="max", order="descending"),
        title=None,
        axis=alt.Axis(
            labelFontSize=11, labelLimit=130, grid=True, ticks=False, domain=False, labelPadding=7
        ),
    )
    hover = ["concept:N", "domain:N", alt.Tooltip("tokens:Q", format=",")]
    legend = alt.Legend(symbolType="circle", symbolSize=70)
    marks = (
        alt.Chart(data)
        .mark_point(filled=True, size=48, opacity=0.9)
        .encode(
            x=x,
            y=y,
            color=alt.Color("domain:N", scale=colours.scale(domains), legend=legend),
            shape=alt.Shape("domain:N", legend=legend,
                            scale=alt.Scale(domain=domains, range=[SHAPES[d] for d in domains])),
            tooltip=hover,
        )
        .properties(width=WIDTH // COLUMNS - 125, height=alt.Step(ROW))
    )  # fmt: skip
    facet = alt.Facet("group:N", sort=list(groups.index), title=None)  # the long ones together
    chart = marks.facet(facet=facet, columns=COLUMNS, spacing=14).resolve_scale(y="independent")
    chart = chart.resolve_axis(x="independent")
    return finish(chart, title=title, subtitle=subtitle, description=description)


def _group(domains: pd.Series) -> str:
    return next(name for name, whole in GROUPS.items() if set(domains) <= whole)
