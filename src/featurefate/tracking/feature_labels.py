"""What each feature is about, chosen on validation text alone."""

from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.chance import f1_of
from featurefate.dictionaries.detection import best_detectors
from featurefate.dictionaries.encoding import activations_on, encode_activations, evaluation_text
from featurefate.dictionaries.labelled_text import labelled_texts
from featurefate.dictionaries.training import load_dictionary


def label_features(
    folder: Path,
    *,
    model: Artifact,
    dictionaries: Artifact,
    tokens: Artifact,
    concepts: Artifact,
    sae_seed: int,
    context: int,
    evaluation_tokens: int,
) -> None:
    """Step: the concept that each feature of one dictionary detects best.

    On `evaluation_tokens` validation tokens of each domain; how well the choice does on test text
    is what `score_concepts` measures. Writes `labels.parquet`, a row a feature, in order: seed (of
    the dictionary), feature, concept, f1, always (F1 of saying yes everywhere).
    """
    text = evaluation_text(tokens, context, evaluation_tokens, "validation")
    both = {"validation": text}
    labels = labelled_texts(tokens, concepts, both, context, evaluation_tokens)["validation"]
    values = encode_activations(
        load_dictionary(dictionaries, sae_seed), activations_on(text, model)
    )
    f1 = best_detectors(values.tocsc(), labels).f1  # (features, concepts)
    best = f1.argmax(axis=1)
    always = f1_of(labels.carriers, labels.tokens, labels.carriers)
    pd.DataFrame(
        {
            "seed": sae_seed,
            "feature": np.arange(len(f1)),
            "concept": np.array(labels.names)[best],
            "f1": f1[np.arange(len(f1)), best],
            "always": always[best],
        }
    ).to_parquet(folder / "labels.parquet")
