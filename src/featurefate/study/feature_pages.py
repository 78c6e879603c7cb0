"""The data behind the page of features, from the artifacts of a profile."""

import re
from pathlib import Path

import pandas as pd

from featurefate.artifacts.store import ArtifactStore
from featurefate.corpora.concepts.names import CONCEPTS
from featurefate.figures.feature_browser import write_feature_data
from featurefate.study import folders

CARDS = re.compile(r"dictionaries/(\w+)_cards")
FAMILY = ["base", "stories", "lua", "merge"]  # the order of the page; others follow
FATES = "tracking/fates"
PARTNERS = ["model", "other", "end", "partner_seed", "feature", "partner", "r", "low", "high"]


def write_data(profile: str, folder: Path) -> None:
    """Write the scripts of every model whose cards are among the profile's artifacts.

    Beside them the best partners that chapter 08 found, if it ran.
    """
    store = ArtifactStore(folders.artifacts(profile))
    names = store.names()
    models = [found[1] for name in names if (found := CARDS.fullmatch(name))]
    models.sort(key=lambda model: (FAMILY.index(model) if model in FAMILY else len(FAMILY), model))
    cards = {}
    for model in models:
        table = pd.read_parquet(store.read(f"dictionaries/{model}_cards").file("cards.parquet"))
        cards[model] = table[table["seed"] == table["seed"].min()]
    partners = pd.DataFrame(columns=PARTNERS)
    if FATES in names:
        best = pd.read_parquet(store.read(FATES).file("best.parquet"))
        partners = shown_partners(best, {m: int(cards[m]["seed"].iloc[0]) for m in models})
    meanings = {concept.name: concept.meaning for concept in CONCEPTS}
    write_feature_data(folder, cards, partners, meanings)


def shown_partners(best: pd.DataFrame, seeds: dict[str, int]) -> pd.DataFrame:
    """Return each feature's best partners among the dictionaries on the page; columns `PARTNERS`.

    best: the table `track` wrote; seeds: model → the dictionary that is shown. A feature's partner
    in its own model (there `other` is the model itself, `end` is "") is from the dictionary that
    has the seed of its partners elsewhere: what an edge would find, had nothing changed. Related
    models that are shown with one seed have no partners: such dictionaries are not compared.
    """
    best = best[best["seed"] == best["model"].map(seeds)]
    edges, own = (best[best["comparison"] == name] for name in ("edge", "ceiling"))
    ends = edges["edge"].str.split("_", n=1, expand=True)
    other = ends[1].where(edges["denominator"] == "parent", ends[0])
    edges = edges.assign(other=other, end=edges["denominator"], reference=other)
    edges = edges[edges["other"].isin(seeds)]
    beside = dict(zip(edges["model"], edges["other"], strict=True))  # one related model of each
    own = own.assign(other=own["model"], end="", reference=own["model"].map(beside))
    found = pd.concat([own, edges])
    return found.loc[found["partner_seed"] == found["reference"].map(seeds), PARTNERS]
