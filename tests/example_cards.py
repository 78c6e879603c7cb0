"""Cards of a planted dictionary, for the page on which features are browsed."""

import numpy as np
import pandas as pd

from featurefate.study.feature_pages import PARTNERS


def example_cards() -> pd.DataFrame:
    """Cards of 96 features as `write_cards` writes them; every fourth is dead."""
    generator, rows = np.random.default_rng(1), []
    for feature in range(96):
        alive = feature % 4 > 0
        contexts = [
            {"tokens": ["a", " b\n", "</script>"], "activations": [0.0, 1 / 3, 0.0], "peak": 1,
             "domain": "lua", "document": i} for i in range(3 * alive)
        ]  # fmt: skip
        words = [{"token": f"w{i}", "effect": generator.normal()} for i in range(4)]
        rows.append(
            {"seed": 101, "feature": feature, "firing_rate": alive * generator.random() / 50,
             "documents": 9, "histogram_counts": alive * np.array([3, 1]), "contexts": contexts,
             "histogram_edges": np.array([0.1, 0.2, 0.3]), "promoted": words, "suppressed": words,
             "concept": f"concept {feature % 5}", "f1": alive * generator.random(),
             "auroc": np.nan if feature == 1 else 0.7, "p": 0.01 if feature % 2 else 0.6,
             "counted": True, "stable": feature % 3 == 0, "r": [{"seed": 202, "r": 0.81234}]}
        )  # fmt: skip
    return pd.DataFrame(rows)


EDGES = [("base", "stories"), ("base", "lua"), ("stories", "merge"), ("lua", "merge")]


def example_partners(features: dict[str, int]) -> pd.DataFrame:
    """Best partners of planted features, as `shown_partners` gives them.

    features: model → how many it has. The partner of feature i is i + 1 (the last one's is 0), from
    a child's side i − 1, so all are mutual where both models have as many.
    """
    generator, rows = np.random.default_rng(2), []
    relations = [(model, model, "") for model in features]
    relations += [(parent, child, "parent") for parent, child in EDGES]
    relations += [(child, parent, "child") for parent, child in EDGES]
    for model, other, end in relations:
        for feature in range(features.get(model, 0) if other in features else 0):
            r = generator.uniform(0.5, 0.97)
            partner = (feature + (1 if end == "parent" else -1)) % features[other]
            rows.append(
                {"model": model, "other": other, "end": end, "feature": feature, "r": r,
                 "partner_seed": 101 if other in ("stories", "lua") and not end else 202,
                 "partner": partner, "low": r - 0.06, "high": r + 0.02}
            )  # fmt: skip
    return pd.DataFrame(rows, columns=PARTNERS)
