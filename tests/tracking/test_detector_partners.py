"""Detectors of two models: the same feature, another feature, none."""

import numpy as np
import pandas as pd
import pytest

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import Artifact
from featurefate.tracking.detector_partners import detector_partners

FEATURES = 24
UNIT = {"assignment target": 2, "raise/error": 5}  # the detectors of both models, before any order


@pytest.fixture(scope="module")
def partners(tmp_path_factory, plant, as_stream):
    """base and lua share feature 2 and not feature 5; each has dictionaries of seeds 1 and 2."""
    root = tmp_path_factory.mktemp("models")
    base = plant(FEATURES, seed=21).values.toarray()
    lua = plant(FEATURES, seed=22).values.toarray()
    lua[:, :5] = base[:, :5]
    read = {}
    for name, values in {"base": base, "lua": lua}.items():
        for kind in (name, f"{name}_detectors"):
            (root / kind).mkdir()
        rows = []
        for seed in (1, 2):
            order = np.random.default_rng([len(name), seed]).permutation(FEATURES)
            noise = np.random.default_rng([23, len(name), seed]).lognormal(0, 0.1, values.shape)
            as_stream((values * noise)[:, order]).save(root / name / f"seed_{seed}.npz")
            where = np.argsort(order)
            rows += [
                dict(concept=concept, seed=seed, unit=where[unit], f1=0.8,
                     low=0.7, high=0.9)
                for concept, unit in UNIT.items()
            ]  # fmt: skip
        pd.DataFrame(rows).to_parquet(root / f"{name}_detectors" / "detectors.parquet")
        for kind in (name, f"{name}_detectors"):
            Manifest(kind, kind, {}, Cost(), "").write(root / kind)
            read[kind] = Artifact(kind, root / kind, Manifest.read(root / kind))
    folder = tmp_path_factory.mktemp("partners")
    concepts = [*UNIT, "a concept too rare for detectors"]
    detector_partners(folder, concepts=concepts, draws=30, seed=24, **read)
    return pd.read_parquet(folder / "partners.parquet")


def test_all_pairs_of_unequal_seeds_are_compared(partners):
    assert (partners["seed"] != partners["other_seed"]).all()
    assert len(partners) == 2 * 2 * 2 * len(UNIT)  # models × models × orders of the seeds
    assert set(partners["concept"]) == set(UNIT)


def test_the_shared_detector_is_found_and_the_other_is_not(partners):
    across = partners[(partners["model"] == "base") & (partners["other"] == "lua")]
    across = across.set_index("concept")
    shared, lost = across.loc["assignment target"], across.loc["raise/error"]
    assert shared["each_other"].all() and (shared["r"] > 0.9).all()
    np.testing.assert_array_equal(shared["partner"], shared["other_unit"])
    np.testing.assert_allclose(shared["r"], shared["best_r"], atol=1e-6)
    assert not lost["each_other"].any() and (lost["best_r"] < 0.2).all()
    assert partners["r"].between(partners["r_low"], partners["r_high"]).all()
    assert (partners["r"] <= partners["best_r"] + 1e-6).all()


def test_within_a_model_both_are_found_again(partners):
    assert partners.loc[partners["model"] == partners["other"], "each_other"].all()
