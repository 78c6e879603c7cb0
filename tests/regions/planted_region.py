"""Nine fine-tunes of the planted base, three data sets by three seeds, as the steps take them."""

from planted_datasets import DATASETS, fine_tuning

from featurefate.regions.region import Region

SEEDS = (31, 32, 33)
EVALUATION = {"tokens": 320, "documents": 20}


def plant_region(store):
    """Return what every step of a region is given: `region` and the inputs in one dictionary."""
    members, models = [], {}
    for dataset in DATASETS:
        for run, seed in enumerate(SEEDS):
            name = f"{dataset}.{run}"
            models[name] = store.step(**fine_tuning(store, dataset, seed, steps=20))
            members.append({"model": name, "dataset": dataset, "run": run})
    corpora = {key: store.read(f"corpora/{key}") for key in ("documents", "tokens")}
    region = dict(datasets=DATASETS, members=members, strangers=[], evaluation=EVALUATION)
    return dict(region=region, base=store.read("models/base"), **corpora, **models)


def held_out(region):
    """Return the test rows of its data sets."""
    inputs = {name: each for name, each in region.items() if name != "region"}
    return Region.of(region["region"], inputs).held_out("test")
