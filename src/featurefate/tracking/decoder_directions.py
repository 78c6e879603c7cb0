"""Features compared by what they write: the cosine of their decoders' directions.

Two features may fire on the same tokens and stand for different directions, or the reverse; where
both agree, a match is firmer. Only for models that keep their neurons in one order.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn.functional import normalize

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.encoding import load_encoded
from featurefate.dictionaries.geometry import written_directions
from featurefate.dictionaries.partners import counted_features
from featurefate.dictionaries.training import load_dictionary
from featurefate.tracking.shared_neurons import require_shared_neurons


def compare_directions(
    folder: Path,
    *,
    parent: Artifact,
    child: Artifact,
    parent_dictionaries: Artifact,
    child_dictionaries: Artifact,
    parent_encoded: Artifact,
    child_encoded: Artifact,
    seeds: list[int],
    seed: int,
    **between: Artifact,
) -> None:
    """Step: the partner of each feature by cosine, and whether it is the partner by r.

    parent, child: the models; between: further models that show how the two are related; seeds: the
    parent's and the child's dictionary's, two; `seed` of the order in which the floor deals the
    child's neurons. Writes `directions.parquet`, a row a feature: denominator ("parent", "child"),
    feature, partner, cosine, r (of these two), best_r (of any pair of this feature), chance (the
    largest cosine with the child's neurons in another order), counted.

    Raises ValueError where the manifests do not show that the models share their neurons, or where
    a dictionary is another model's.
    """
    require_shared_neurons(parent, child, between.values())
    for model, dictionaries in ((parent, parent_dictionaries), (child, child_dictionaries)):
        _require_trained_on(dictionaries, model)
    directions = [
        written_directions(load_dictionary(dictionaries, number))
        for dictionaries, number in zip(
            (parent_dictionaries, child_dictionaries), seeds, strict=True
        )
    ]
    activations = [
        load_encoded(encoded, number)
        for encoded, number in zip((parent_encoded, child_encoded), seeds, strict=True)
    ]
    order = torch.randperm(directions[1].shape[1], generator=torch.Generator().manual_seed(seed))
    cosine = cosines(*directions)
    dealt = cosines(directions[0], directions[1][:, order])
    r = correlation(*(each.values for each in activations))
    sides = {"parent": (cosine, dealt, r), "child": (cosine.T, dealt.T, r.T)}
    parts = [
        _rows(*matrices).assign(denominator=side, counted=counted_features(each))
        for (side, matrices), each in zip(sides.items(), activations, strict=True)
    ]
    pd.concat(parts, ignore_index=True).to_parquet(folder / "directions.parquet")


@torch.no_grad()
def cosines(first: Tensor, second: Tensor) -> np.ndarray:
    """Return the cosine of every direction of first, (F1, d), with every one of second, (F2, d).

    float32 (F1, F2); a direction of no length has cosine 0 with all.
    """
    return (normalize(first, dim=1) @ normalize(second, dim=1).T).numpy()


def _require_trained_on(dictionaries: Artifact, model: Artifact) -> None:
    if dictionaries.manifest.recipe.get("inputs", {}).get("model") != model.identity:
        raise ValueError(
            f"{dictionaries.name} was not trained on this {model.name}: its manifest names another "
            "model; read both from one run"
        )


def _rows(cosine: np.ndarray, dealt: np.ndarray, r: np.ndarray) -> pd.DataFrame:
    feature, partner = np.arange(len(cosine)), cosine.argmax(axis=1)
    return pd.DataFrame(
        {
            "feature": feature,
            "partner": partner,
            "cosine": cosine[feature, partner],
            "r": r[feature, partner],
            "best_r": r.max(axis=1),
            "chance": dealt.max(axis=1),
        }
    )
