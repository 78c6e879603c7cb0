"""The data of the page on which every feature can be browsed (book/_static/features).

A page opened from disk can load scripts but not fetch files. So the data are scripts, each a call
of `featureBrowser.add(model, part, number, rows)`, small enough to load when a reader asks for what
is in them:

    models.js              the models, how many scripts each has, and the concepts
    <model>.list.<n>.js    what the table shows, and best partners, for features one after another
    <model>.cards.<n>.js   the cards of some features, one after another
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from featurefate.dictionaries.thresholds import PAPER_THRESHOLD

LARGEST = 300_000  # bytes of one script
SURE = 0.05  # p up to which a concept is named


def write_feature_data(
    folder: Path,
    cards: Mapping[str, pd.DataFrame],
    partners: pd.DataFrame,
    meanings: Mapping[str, str],
) -> None:
    """Write the scripts of all models to `folder`.

    cards: model → rows of `cards.parquet` of one seed; partners: each feature's best partner among
    the features shown of each related model, and in a second dictionary of its own: model, other
    (the same as model there), end ("parent" or "child": which the model is to the other),
    partner_seed, feature, partner, r, low, high; no rows where nothing was tracked; meanings:
    concept → what it means. Without models the page says that they are not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    concepts = sorted({c for table in cards.values() for c in _named(table)["concept"]})
    models = {}
    for model, table in cards.items():
        table = table.sort_values("feature")
        of_model = partners[partners["model"] == model]
        relations = of_model[["other", "end", "partner_seed"]].drop_duplicates()
        links = _links(of_model, relations["other"])
        parts = {
            "list": [
                _summary(row, concepts) + [[of_other[row.feature] for of_other in links]]
                for row in table.itertuples()
            ],
            "cards": [_card(row) for row in table.itertuples()],
        }
        models[model] = {
            "seed": int(table["seed"].iloc[0]),
            "features": len(table),
            "relations": relations.to_dict("records"),
        } | {part: _write_parts(folder, model, part, rows) for part, rows in parts.items()}
    known = [[concept, meanings.get(concept, "")] for concept in concepts]
    written = _json({"models": models, "concepts": known, "threshold": PAPER_THRESHOLD})
    (folder / "models.js").write_text(f"window.featureData = {written};\n", encoding="utf-8")


def _write_parts(folder: Path, model: str, part: str, rows: list[Any]) -> list[int]:
    """Write the rows in scripts; return which row each script begins with."""
    first, size, texts = [0], 0, [[]]
    for number, row in enumerate(map(_json, rows)):
        bytes_more = len(row.encode()) + 1
        if texts[-1] and size + bytes_more > LARGEST - 200:  # room for the call around them
            first.append(number)
            texts.append([])
            size = 0
        texts[-1].append(row)
        size += bytes_more
    for number, some in enumerate(texts):
        call = f'featureBrowser.add("{model}","{part}",{number},[{",".join(some)}]);\n'
        (folder / f"{model}.{part}.{number}.js").write_text(call, encoding="utf-8")
    return first


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """The features that detect their best concept better than chance."""
    return table[(table["p"] <= SURE) & (table["f1"] > 0)]


def _links(partners: pd.DataFrame, others: Iterable[str]) -> list[dict[int, list[Any]]]:
    """For each related model: feature → [partner, r, low, high, 1 where it persists]."""
    return [
        {
            row.feature: [
                int(row.partner),
                *map(_short, (row.r, row.low, row.high)),
                int(row.r >= PAPER_THRESHOLD),
            ]
            for row in partners[partners["other"] == other].itertuples()
        }
        for other in others
    ]


def _summary(row: Any, concepts: list[str]) -> list[Any]:
    """[share of tokens, concept or −1, its F1, 1 where stable, 1 where counted, first tokens]."""
    sure = row.p <= SURE and row.f1 > 0
    peaks = [context["tokens"][context["peak"]] for context in row.contexts[:3]]
    return [
        _short(row.firing_rate),
        concepts.index(row.concept) if sure else -1,
        _short(row.f1) if sure else 0,
        int(row.stable),
        int(row.counted),
        peaks,
    ]


def _card(row: Any) -> dict[str, Any]:
    """What a card shows beyond the list; numbers to three digits, contexts as pairs."""
    return {
        "documents": row.documents,
        "auroc": _short(row.auroc),
        "r": [[found["seed"], _short(found["r"])] for found in row.r],
        "counts": [int(n) for n in row.histogram_counts],
        "edges": [_short(row.histogram_edges[0]), _short(row.histogram_edges[-1])],
        "promoted": [[one["token"], _short(one["effect"])] for one in row.promoted],
        "suppressed": [[one["token"], _short(one["effect"])] for one in row.suppressed],
        "contexts": [
            [
                list(context["tokens"]),
                [_short(a) for a in context["activations"]],
                f"{context['domain']}, document {context['document']}",
            ]
            for context in row.contexts
        ],
    }


def _short(number: float) -> float | int | None:
    """The number with three digits, None where there is none (JSON knows no NaN)."""
    if not np.isfinite(number):
        return None
    rounded = float(f"{number:.3g}")
    return int(rounded) if rounded == int(rounded) else rounded


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
