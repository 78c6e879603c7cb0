"""The planted language of tests/language_model, with documents of two packages and two plots."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.append(str(Path(__file__).parents[1] / "language_model"))

from planted_language import SHAPE, plant_corpora  # noqa: E402

from featurefate.artifacts.manifest import Cost, Manifest  # noqa: E402
from featurefate.artifacts.store import Artifact, ArtifactStore  # noqa: E402
from featurefate.language_model.controls import untrained  # noqa: E402
from featurefate.regions.fine_tunes import fine_tune_on  # noqa: E402

DOCUMENTS = 400  # rows of each table; the streams count them from 0 in every split
DATASETS = {
    "torch": {"domain": "english", "packages": ["torch"]},
    "others": {"domain": "english", "packages_but": ["torch"]},
    "lost": {"domain": "stories", "plots": ["lost"]},
}
RECIPE = {"training_tokens": 24 * 8 * 60, "batch": 8, "learning_rate": 1e-2, "weight_decay": 0.1}


def plant_datasets(root: Path) -> ArtifactStore:
    """Write `corpora/*` and `models/base`, an untrained model, below `root`; return the store."""
    store = plant_corpora(root)
    folder = root / "corpora/documents"
    (folder / "documents").mkdir(parents=True)
    number = np.arange(DOCUMENTS)
    english = pd.DataFrame({"package": np.where(number % 4 == 0, "torch", "numpy")})
    plots = np.where(number % 2 == 0, "plot: lost; hero: cat", "plot: found")
    stories = pd.DataFrame({"package": "planted", "plan": plots})
    for domain, table in {"english": english, "stories": stories}.items():
        table["origin"] = [f"{domain}/{each}" for each in number]
        table.to_parquet(folder / f"documents/{domain}.parquet")
    Manifest("corpora/documents", "planted-documents", {}, Cost(), "").write(folder)
    inputs = {"tokenizer": store.read("corpora/tokenizer")}
    store.step("models/base", untrained, {"shape": SHAPE, "seed": 11}, inputs)
    return store


def inputs(store: ArtifactStore) -> dict[str, Artifact]:
    corpora = {key: store.read(f"corpora/{key}") for key in ("documents", "tokens", "tokenizer")}
    return corpora | {"parent": store.read("models/base")}


def fine_tuning(store: ArtifactStore, dataset: str, seed: int, steps: int = 60) -> dict:
    """What `store.step` is called with for one fine-tune of so many steps of 8 rows."""
    recipe = {**RECIPE, "training_tokens": 24 * 8 * steps, "seed": seed}
    settings = {"dataset": DATASETS[dataset], "drawn_tokens": 2_000, "recipe": recipe}
    name = f"regions/{dataset}/{seed}"
    return dict(name=name, function=fine_tune_on, settings=settings, inputs=inputs(store))
