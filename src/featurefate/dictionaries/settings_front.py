"""How well two dictionaries of one model agree, under several settings of their training.

The *seed ceiling*, the share of features with a partner at r ≥ .8 in another seed's dictionary,
is what all rates of persisting are read against, and a poor dictionary has a low one. But a
dictionary of few, coarse features agrees easily and explains little; so settings are judged by
both, on validation documents. Here the ceiling is over *all* features: one that hardly ever fires
counts as not found.

Two settings can also be looked up in each other. Their model is the same, so what one does not find
of the other is lost to the settings alone.
"""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.agreement import (
    Encoded,
    ceiling,
    match,
    rate_at_least,
    share_of_all,
)
from featurefate.dictionaries.encoding import (
    SparseActivations,
    activations_on,
    encode_activations,
    evaluation_text,
)
from featurefate.dictionaries.evaluation import decode, squared_deviations
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD
from featurefate.dictionaries.training import load_seed, train_dictionaries
from featurefate.language_model.bootstrap import interval, sums_by_document

BOOTSTRAP_SEED = 52_711
BETWEEN = ["setting", "other", "value", "low", "high", "pairs"]


def settings_front(
    folder: Path,
    *,
    model: Artifact,
    tokens: Artifact,
    settings: dict[str, dict],
    training: dict,
    evaluation_tokens: int,
    draws: int,
    between: Sequence[Sequence[str]] = (),
    split: str = "validation",
) -> None:
    """Step: train every setting, each with the seeds of `training`, and compare its seeds.

    `settings`: by name, what each changes in `training`, the settings of `train_dictionaries`;
    `evaluation_tokens` of each domain's `split`; `draws` of the bootstrap of the ceiling over
    documents. Writes `front.parquet`, a row a setting: setting, ceiling (over all features, mean
    over the pairs of seeds), ceiling_counted, counted (share of features that fire on ≥ 30 tokens
    in ≥ 10 documents), variance_explained, l0, dead_share (means over seeds), pairs; ceiling and
    variance_explained with _low and _high, 95 % over documents. And `between.parquet`, of the pairs
    of settings named in `between`, a row a direction: setting, other, value, low, high (share of
    all of the setting's features with a partner at r ≥ .8 in the other's dictionary of another
    seed, mean over the pairs of seeds), pairs. Settings are trained side by side; a killed run
    keeps those it has.
    """
    scratch = {name: folder / f".{name}" for name in settings}
    calls = [
        {
            "scratch": scratch[name],
            "name": name,
            "model": model,
            "tokens": tokens,
            "training": {**training, **changes},
            "measure": dict(evaluation_tokens=evaluation_tokens, draws=draws, split=split),
        }
        for name, changes in settings.items()
    ]
    pd.DataFrame(parallel_map(_setting, calls)).to_parquet(folder / "front.parquet")
    pairs = [
        {"names": names, "scratch": [scratch[name] for name in names], "draws": draws}
        for names in between
    ]
    found = [row for rows in parallel_map(_between, pairs) for row in rows]
    pd.DataFrame(found, columns=BETWEEN).to_parquet(folder / "between.parquet")


def _setting(
    *, scratch: Path, name: str, model: Artifact, tokens: Artifact, training: dict, measure: dict
) -> dict:
    """Train one setting's dictionaries and compare them: a row of the front."""
    scratch.mkdir(exist_ok=True)
    if not (scratch / "curves.parquet").exists():
        train_dictionaries(scratch, model=model, tokens=tokens, **training)
    text = evaluation_text(
        tokens, training["context"], measure["evaluation_tokens"], measure["split"]
    )
    activations = activations_on(text, model)
    encoded, errors = {}, []
    for seed in training["seeds"]:
        dictionary = load_seed(scratch, seed)
        values = encode_activations(dictionary, activations)
        errors.append((decode(dictionary, values) - activations).double().pow(2).sum(dim=1).numpy())
        encoded[seed] = SparseActivations(values, text.document, text.domain, text.token)
        encoded[seed].save(scratch / f"encoded_{seed}.npz")
    variance = squared_deviations(activations)  # of each token
    explained = sums_by_document(variance - np.mean(errors, axis=0), text.document)
    of_document = sums_by_document(variance, text.document)
    explained_low, explained_high = interval(explained, of_document, BOOTSTRAP_SEED)
    blocks = DocumentBlocks.of(text.document, text.domain)
    matched = ceiling(encoded, blocks, blocks.draws(measure["draws"], BOOTSTRAP_SEED))
    found = share_of_all(matched, PAPER_THRESHOLD)
    low, high = found.interval
    fires = [np.bincount(e.values.indices, minlength=e.features) > 0 for e in encoded.values()]
    return {
        "setting": name,
        "ceiling": found.value,
        "ceiling_low": low,
        "ceiling_high": high,
        "ceiling_counted": rate_at_least(matched, PAPER_THRESHOLD).value,
        "counted": float(np.mean([m.best.counted.mean() for m in matched])),
        "variance_explained": float(explained.sum() / of_document.sum()),
        "variance_explained_low": explained_low,
        "variance_explained_high": explained_high,
        "l0": float(np.mean([e.values.nnz / len(e.token) for e in encoded.values()])),
        "dead_share": float(1 - np.mean(fires)),
        "pairs": len(matched) // 2,
    }


def _between(*, names: Sequence[str], scratch: list[Path], draws: int) -> list[tuple]:
    """Look two settings' features up in each other: two rows of the table."""
    first, second = (_encoded(folder) for folder in scratch)
    stream = next(iter(first.values()))
    blocks = DocumentBlocks.of(stream.document, stream.domain)
    unequal = [(a, b) for a, b in product(first, second) if a != b]
    directions = match(first, second, unequal, blocks, blocks.draws(draws, BOOTSTRAP_SEED))
    rows = []
    for (name, other), matched in zip((names, names[::-1]), directions, strict=True):
        rate = share_of_all(matched, PAPER_THRESHOLD)
        rows.append((name, other, rate.value, *rate.interval, len(matched)))
    return rows


def _encoded(scratch: Path) -> Encoded:
    """What `_setting` kept of a setting's dictionaries, by seed."""
    paths = sorted(scratch.glob("encoded_*.npz"))
    return {int(path.stem.split("_")[1]): SparseActivations.load(path) for path in paths}
