"""The headline figure of the README, drawn from a run: `make readme-figure`.

python -m featurefate.study.readme_figure --profile laptop
"""

import argparse
import sys

import pandas as pd

from featurefate.artifacts.errors import ArtifactError
from featurefate.artifacts.store import ArtifactStore
from featurefate.figures import readme_figure
from featurefate.figures.flow import flow
from featurefate.study import folders, origin
from featurefate.study.chapter import WRITTEN_BY


def finding(fates: pd.DataFrame) -> str:
    """The figure's title: what share of features persists along an edge, between floor and ceiling.

    Every rate is a range over the edges and both denominators.
    """
    persist, stranger, ceiling = (
        _range(fates[[f"{name}_parent", f"{name}_child"]])
        for name in ("persisted", "stranger", "ceiling")
    )
    return (
        f"Along an edge {persist} of features persist; without descent {stranger} would, between "
        f"two dictionaries of one model {ceiling}"
    )


def _range(rates: pd.DataFrame) -> str:
    return f"{rates.min(axis=None):.0%} to {rates.max(axis=None):.0%}"


def main() -> None:
    """Draw the figure of a profile into book/_static/headline.png."""
    parser = argparse.ArgumentParser(description="Draw the headline figure of the README.")
    parser.add_argument("--profile", required=True)
    profile = parser.parse_args().profile
    store = ArtifactStore(folders.artifacts(profile), WRITTEN_BY)
    try:
        fates = pd.read_parquet(store.read("tracking/fates").file("flow.parquet"))
    except ArtifactError as error:
        sys.exit(str(error))
    chart = flow(
        fates,
        title=finding(fates),
        description="Features flowing from the base through its two children into their merge, "
        "as wide as what persists; dashed the ceiling, dotted the stranger.",
    )
    target = folders.root() / "book" / "_static" / "headline.png"
    readme_figure.save(chart, target, profile, origin.commit())
    print(f"{folders.relative(target)}: {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
