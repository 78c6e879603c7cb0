"""Nine fine-tunes of the planted base, three data sets by three seeds, as the steps take them."""

from planted_datasets import DATASETS, fine_tuning

SEEDS = (31, 32, 33)
EVALUATION = {"tokens": 320, "documents": 20}


def plant_region(store):
    """Return what every step of a region is given: inputs and settings in one dictionary."""
    members, models = [], {}
    for dataset in DATASETS:
        for run, seed in enumerate(SEEDS):
            name = f"{dataset}.{run}"
            models[name] = store.step(**fine_tuning(store, dataset, seed, steps=20))
            members.append({"model": name, "dataset": dataset, "run": run})
    corpora = {key: store.read(f"corpora/{key}") for key in ("documents", "tokens")}
    settings = dict(datasets=DATASETS, members=members, evaluation=EVALUATION)
    return dict(base=store.read("models/base"), **corpora, **settings, **models)
