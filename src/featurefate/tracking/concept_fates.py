"""The fate of features by what they detect: does punctuation persist and meaning change?

Every feature of one dictionary a model carries the concept that it detects best, if it detects one
well, chosen on validation text. Its partners are those that `track` found on test text in the
dictionaries of other seeds: of the model across the edge, of its own model (ceiling), of a stranger
in the parent's place. A rate of a few features is uncertain for two reasons, which documents were
read and which features the dictionary happens to hold; its interval has both.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.agreement import Encoded, Rate
from featurefate.dictionaries.encoding import encoded_seeds, load_encoded
from featurefate.dictionaries.partners import counted_features
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD
from featurefate.tracking.concept_groups import GROUP_OF, GROUPS, NO_CONCEPT
from featurefate.tracking.family import EDGES, OTHER_LINEAGE
from featurefate.tracking.fates import FATES, NOT_RUN
from featurefate.tracking.looked_up import FoundAgain, Partners, Summed, drawn_correlations
from featurefate.tracking.max_statistic import Asked, corrected_p

LABELS = "_labels"  # ends the name of an input that says what a model's features are about


@dataclass(frozen=True)
class Labelled:
    """The counted features of one dictionary and what each is about.

    name: of the model; seed: of the dictionary; feature: int (n,); concept: str (n,), NO_CONCEPT
    where it detects none well; weights: (draws, n), the features resampled, and halves: (2, draws),
    the weights of Jeffreys' half features.
    """

    name: str
    seed: int
    feature: np.ndarray
    concept: np.ndarray
    weights: np.ndarray
    halves: np.ndarray

    @property
    def group(self) -> np.ndarray:
        """The kind of concept of each feature, str (n,)."""
        return np.array([GROUP_OF.get(concept, NO_CONCEPT) for concept in self.concept])


def concept_fates(
    folder: Path,
    *,
    fates: Artifact,
    least_f1: float,
    least_features: int,
    draws: int,
    permutations: int,
    seed: int,
    **read: Artifact,
) -> None:
    """Step: rates of persisting, emerging and disappearing for each concept and kind of concept.

    fates: what `track` wrote; read: by model, what `encode` wrote of the family and its strangers,
    as for `track`; and by model with "_labels" behind it, what `label_features` wrote of one of
    its dictionaries: of another seed than the strangers', or there is no stranger to compare with.
    A feature carries a concept if its F1 on validation text reached `least_f1`, and that of saying
    yes everywhere. Concepts with fewer than `least_features` features on the side that is counted
    get no row. Writes `rates.parquet`, a row an edge, fate, denominator and kind or concept:

    - edge, parent, child, fate, denominator, level ("group", "concept"), concept, features (how
      many carry it);
    - value, low, high: share with a partner at r ≥ .8 (persisted) or without (emerged,
      disappeared), mean over the dictionaries looked up in; 95 % by documents and features together
      (a Bayesian bootstrap of the features with Jeffreys' half a feature either way, in each draw
      of the documents), so that 5 of 5 is not certainty;
    - ceiling and stranger, the same where nothing has changed and where nothing is inherited, with
      _low and _high, stranger_status; and of persisting, also in the other rows: lineage_effect
      (edge − stranger) and below_ceiling (ceiling − edge, of the same features);
    - p: that concepts do not matter. The labels are dealt out anew among the features of each
      dictionary; p is the share of deals in which *any* row of the level is as far from the mean of
      all features as this one (maximum statistic over concepts, edges and sides);
    - of_all, of_persisted: the concept's share of all counted features, and of the persisting ones.
    """
    labels = {n.removesuffix(LABELS): a for n, a in read.items() if n.endswith(LABELS)}
    models = {n: _load(a) for n, a in read.items() if not n.endswith(LABELS)}
    stream = next(iter(models["base"].values()))
    blocks = DocumentBlocks.of(stream.document, stream.domain)
    times = blocks.draws(draws, seed)
    labelled = {
        name: _labelled(name, models[name], table, least_f1, draws, [seed, number])
        for number, (name, table) in enumerate(sorted(labels.items()))
    }

    @cache
    def summed(name: str, sae_seed: int) -> Summed:
        return Summed.of(models[name][sae_seed].values, blocks)

    best = pd.read_parquet(fates.file("best.parquet"))
    best = best.set_index(["comparison", "edge", "model", "denominator"]).sort_index()

    def find(comparison: str, edge: str, name: str, side: str, other: str) -> FoundAgain | None:
        key = (comparison, edge, name, side)
        if name not in labelled or other not in models or key not in best.index:
            return None
        own = labelled[name]
        rows = best.loc[[key]].query("seed == @own.seed")
        looked_up = []
        for number, found in rows.groupby("partner_seed"):
            found = found.set_index("feature").loc[own.feature]
            pairs = (
                own.feature,
                summed(name, own.seed),
                found["partner"],
                summed(other, int(number)),
            )
            drawn = drawn_correlations(*pairs, times)
            looked_up.append(Partners(found["partner"].to_numpy(), found["r"].to_numpy(), drawn))
        return FoundAgain.among(looked_up, PAPER_THRESHOLD) if looked_up else None

    ceilings = {name: find("ceiling", "", name, "", name) for name in dict.fromkeys(sum(EDGES, ()))}
    sides = []
    for parent, child in EDGES:
        edge, stand_in = f"{parent}_{child}", OTHER_LINEAGE[parent]
        for own, other, side in ((parent, child, "parent"), (child, parent, "child")):
            asked = (stand_in, side, child) if side == "parent" else (child, side, stand_in)
            sides.append(
                _Side(
                    parent, child, side, labelled[own], find("edge", edge, own, side, other),
                    ceilings[own], find("stranger", edge, *asked), labelled.get(asked[0]),
                )
            )  # fmt: skip
    rows = []
    for level in ("group", "concept"):
        tested = _tested(sides, level, least_features, permutations, seed)
        rows += [row for side, asked in zip(sides, tested, strict=True) for row in side.rows(asked)]
    pd.DataFrame(rows).to_parquet(folder / "rates.parquet")


@dataclass(frozen=True)
class _Side:
    """One end of an edge: its labelled features, looked up at the other end and in the controls."""

    parent: str
    child: str
    denominator: str
    own: Labelled
    edge: FoundAgain
    ceiling: FoundAgain
    stranger: FoundAgain | None
    strangers_own: Labelled | None  # whose features were looked up for the stranger's rate

    def rows(self, asked: pd.DataFrame) -> list[dict]:
        """The rows of one level. asked: level, concept, p."""
        return [row for each in asked.itertuples() for row in self._rows(each)]

    def _rows(self, asked) -> list[dict]:
        own = _of(self.own, asked.level) == asked.concept
        edge, ceiling = rate(self.edge, self.own, own), rate(self.ceiling, self.own, own)
        stranger = lineage = None
        if self.stranger is not None:
            theirs = _of(self.strangers_own, asked.level) == asked.concept
            if theirs.any():
                stranger = rate(self.stranger, self.strangers_own, theirs)
                lineage = edge - stranger
        persisted = (self.edge.share[own].sum() / self.edge.share.sum()).item()
        found = []
        for fate, denominator in FATES:
            if denominator != self.denominator:
                continue
            rates = [edge, ceiling, stranger]
            if fate != "persisted":
                rates = [each and each.complement() for each in rates]
            found.append(
                {
                    "edge": f"{self.parent}_{self.child}",
                    "parent": self.parent,
                    "child": self.child,
                    "fate": fate,
                    "denominator": denominator,
                    "level": asked.level,
                    "concept": asked.concept,
                    "features": int(own.sum()),
                    **_columns("value", rates[0], ("low", "high")),
                    **_columns("ceiling", rates[1]),
                    **_columns("stranger", rates[2]),
                    "stranger_status": NOT_RUN if self.stranger is None else "run",
                    **_columns("lineage_effect", lineage),
                    **_columns("below_ceiling", ceiling - edge),
                    "p": asked.p,
                    "of_all": own.mean().item(),
                    "of_persisted": persisted,
                }
            )
        return found


def rate(found: FoundAgain, labelled: Labelled, chosen: np.ndarray) -> Rate:
    """Return the share of the `chosen` features, bool (n,), that were found.

    Its draws are a Bayesian bootstrap (Rubin 1981): in each, features have weights from a unit
    exponential, and half a feature that was found and half one that was not are added (Jeffreys'
    prior), so that for one set of documents the rate is Beta(k + ½, n − k + ½).
    """
    weights = labelled.weights[:, chosen]
    half_found, half_lost = labelled.halves
    above = (weights * found.drawn[:, chosen]).sum(axis=1) + half_found
    below = weights.sum(axis=1) + half_found + half_lost
    return Rate(float(found.share[chosen].mean()), above / below)


def _tested(
    sides: list[_Side], level: str, least_features: int, permutations: int, seed: int
) -> list[pd.DataFrame]:
    """For each side the concepts with enough features, and their p."""
    kept = []
    for side in sides:
        names, count = np.unique(_of(side.own, level), return_counts=True)
        enough = set(names[count >= least_features])
        order = GROUPS if level == "group" else sorted(enough - {NO_CONCEPT})
        kept.append([name for name in order if name in enough])
    asked = [
        Asked(side.own.name, _of(side.own, level), side.edge.share, names)
        for side, names in zip(sides, kept, strict=True)
    ]
    p = corrected_p(asked, permutations, seed)
    return [
        pd.DataFrame({"level": level, "concept": names, "p": values})
        for names, values in zip(kept, p, strict=True)
    ]


def _of(labelled: Labelled, level: str) -> np.ndarray:
    return labelled.group if level == "group" else labelled.concept


def _load(encoded: Artifact) -> Encoded:
    return {number: load_encoded(encoded, number) for number in encoded_seeds(encoded)}


def _labelled(
    name: str, model: Encoded, labels: Artifact, least_f1: float, draws: int, seed: list[int]
) -> Labelled:
    """Read what the features of one dictionary are about."""
    table = pd.read_parquet(labels.file("labels.parquet"))
    sae_seed = int(table["seed"].iloc[0])
    counted = np.flatnonzero(counted_features(model[sae_seed]))
    table = table.set_index("feature").loc[counted]
    well = (table["f1"] >= least_f1) & (table["f1"] >= table["always"])
    concept = table["concept"].where(well, NO_CONCEPT).to_numpy(str)
    generator = np.random.default_rng(seed)
    weights = generator.exponential(size=(draws, len(counted)))
    halves = generator.gamma(0.5, size=(2, draws))
    return Labelled(name, sae_seed, counted, concept, weights, halves)


def _columns(name: str, of: Rate | None, bounds: tuple[str, str] | None = None) -> dict:
    """A rate as three columns; NaN where there is none."""
    low_name, high_name = bounds or (f"{name}_low", f"{name}_high")
    low, high = of.interval if of else (np.nan, np.nan)
    return {name: of.value if of else np.nan, low_name: low, high_name: high}
