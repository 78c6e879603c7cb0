"""The data behind the page of features, from the artifacts of a profile."""

import re
from collections import defaultdict
from pathlib import Path

import pandas as pd

from featurefate.artifacts.store import ArtifactStore
from featurefate.corpora.concepts.names import CONCEPTS
from featurefate.dictionaries.agreement import PAPER_THRESHOLD
from featurefate.figures.feature_browser import write_feature_data
from featurefate.study import folders

CARDS = re.compile(r"dictionaries/(\w+)_cards")
FAMILY = ["base", "stories", "lua", "merge"]  # the order of the page; others follow
FATES = "tracking/fates"


def write_data(profile: str, folder: Path) -> None:
    """Write the scripts of every model whose cards are among the profile's artifacts.

    The first dictionary of each model is shown, with the fates that chapter 08 found, if it ran.
    """
    store = ArtifactStore(folders.artifacts(profile))
    names = store.names()
    models = [found[1] for name in names if (found := CARDS.fullmatch(name))]
    models.sort(key=lambda model: (FAMILY.index(model) if model in FAMILY else len(FAMILY), model))
    cards, fates = {}, {}
    best = pd.read_parquet(store.read(FATES).file("best.parquet")) if FATES in names else None
    for model in models:
        table = pd.read_parquet(store.read(f"dictionaries/{model}_cards").file("cards.parquet"))
        seed = int(table["seed"].min())
        cards[model] = table[table["seed"] == seed]
        fates[model] = fates_in_words(best, model, seed) if best is not None else {}
    meanings = {concept.name: concept.meaning for concept in CONCEPTS}
    write_feature_data(folder, cards, fates, meanings)


def fates_in_words(best: pd.DataFrame, model: str, seed: int) -> dict[int, list[str]]:
    """Return feature → its fate on each edge of its model, such as "disappeared in lua".

    best: the table `track` wrote. A feature with several partner dictionaries persisted where its
    mean r is at least 0.8; one that fires too rarely to be counted has no fate.
    """
    own = best[(best["comparison"] == "edge") & (best["model"] == model) & (best["seed"] == seed)]
    own = own[own["counted"].astype(bool)]
    r = own.groupby(["edge", "denominator", "feature"])["r"].mean()
    words = defaultdict(list)
    for (edge, end, feature), value in r.items():
        parent, child = edge.split("_", 1)
        other = child if end == "parent" else parent
        if value >= PAPER_THRESHOLD:
            words[feature].append(f"persisted, {'in' if end == 'parent' else 'from'} {other}")
        else:
            words[feature].append(
                f"{'disappeared in' if end == 'parent' else 'emerged since'} {other}"
            )
    return dict(words)
