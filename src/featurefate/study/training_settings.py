"""What every model of chapters 02 and 03 is trained with: said once, for notebooks and terminal.

    python -m featurefate.study.training_settings --profile workstation models/base >settings.json

prints what `featurefate.language_model.train` takes, from the parameters that the notebooks have in
that profile. The notebooks hand over the parameters as they stand in the notebook, so a model
that was trained from the terminal is the one that the notebook asks for.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from featurefate.artifacts.errors import ArtifactError
from featurefate.artifacts.store import ArtifactStore
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.study import folders, profiles
from featurefate.study.chapter import WRITTEN_BY

BASES = ("base", "base_other_seed", "base_third_seed")
CHILDREN = ("stories", "lua")

Settings = dict[str, dict]


def bases(parameters: Mapping[str, Any], vocabulary: int) -> dict[str, Settings]:
    """Return name → settings of `train_base` for the three bases of chapter 02.

    `parameters`: those of the notebook, among any other names; `vocabulary`: tokens that the
    tokenizer knows.
    """
    p = parameters
    heads, key_value_heads = p["heads"]
    shape = dict(hidden_size=p["hidden_size"], mlp_size=p["mlp_size"], heads=heads)
    shape |= dict(key_value_heads=key_value_heads, vocabulary=vocabulary, context=p["context"])
    recipe = {"domains": ["english", "python"]} | _chosen(p)
    return {
        name: {"shape": shape, "recipe": recipe | {"seed": seed}}
        for name, seed in zip(BASES, p["seeds"], strict=True)
    }


def children(
    parameters: Mapping[str, Any], base: Settings
) -> dict[str, tuple[str | None, Settings]]:
    """Return name → (parent, settings) for all models of chapter 03.

    The settings are those of `fine_tune`, or where the parent is None those of `train_base`. From
    scratch and by the base's recipe both mean the recipe of `base` on a child's domain and number
    of tokens, with the same rows in the same order; from scratch its shape, too. `parameters` as
    in `bases`.
    """
    p, seeds = parameters, parameters["seeds"]

    def child(domain: str, seed: int, **more: int) -> Settings:
        return {"recipe": _chosen(p) | {"domains": [domain], "seed": seed} | more}

    wanted = {d: ("base", child(d, seeds[d], milestones=p["milestones"])) for d in CHILDREN}
    for d in CHILDREN:
        other_lineage, alone = f"{d}_other_lineage", f"{d}_from_scratch"
        wanted[other_lineage] = "base_other_seed", child(d, seeds[other_lineage])
        for seed in p["more_seeds"]:
            wanted[f"{d}_seed_{seed}"] = "base", child(d, seed)
        changed = {"domains": [d], "training_tokens": p["training_tokens"], "seed": seeds[alone]}
        recipe = base["recipe"] | changed | {"milestones": 0}
        if d in p["base_recipe"]:
            wanted[f"{d}_base_recipe"] = "base", {"recipe": recipe}
        wanted[alone] = None, base | {"recipe": recipe}
    return wanted


def of_profile(profile: str) -> dict[str, tuple[str | None, Settings]]:
    """Return artifact → (artifact of its parent, settings) for all of these models in a profile.

    Raises ProfileError where profile and notebooks do not agree, MissingArtifact where the
    profile's tokenizer is not there yet.
    """
    of_02, of_03 = (profiles.settings(profile, n) for n in ("02_base_training", "03_fine_tuning"))
    store = ArtifactStore(folders.artifacts(profile), WRITTEN_BY)
    base = bases(of_02, len(load_tokenizer(store.read("corpora/tokenizer"))))
    models = {name: (None, settings) for name, settings in base.items()}
    models |= children(of_03, base["base"])
    return {
        f"models/{name}": (parent and f"models/{parent}", settings)
        for name, (parent, settings) in models.items()
    }


def _chosen(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a recipe that the notebooks have as parameters of the same names."""
    return {n: parameters[n] for n in ("training_tokens", "batch", "learning_rate", "weight_decay")}


def main(arguments: list[str] | None = None) -> None:
    """Print the settings of one model; on standard error, how to train with them."""
    parser = argparse.ArgumentParser(description="Print what a model of the study is trained with.")
    parser.add_argument("--profile", default=profiles.DEFAULT)
    parser.add_argument("model", help="the artifact, such as models/base")
    wanted = parser.parse_args(arguments)
    try:
        models = of_profile(wanted.profile)
    except (ArtifactError, profiles.ProfileError) as error:
        sys.exit(str(error))
    if wanted.model not in models:
        sys.exit(f"{wanted.model} is not trained in this profile; it trains {', '.join(models)}")
    parent, settings = models[wanted.model]
    print(json.dumps(settings, indent=1))
    if parent:
        print(f"This is a child: train it with --parent {parent}", file=sys.stderr)


if __name__ == "__main__":
    main()
