"""The whole chain once more, with other seeds: models, merge, dictionaries, fates.

    python -m featurefate.study.chain --profile laptop 2 3

Every artifact's manifest says which function made it, with which settings, of which inputs. So a
repeat needs no list of steps: it goes from `tracking/fates` back to the corpus and asks for each
artifact on the way once more, as `chain/<repeat>/<name>`, with all seeds shifted. Text stays as it
is: another repeat is another family that read the same corpus and is looked at on the same test
text. Repeat 1 is the study itself. Seeds decide initial weights, the order of the data, the
dictionaries' start and order, and what the floors and the bootstrap draw.

Run as above it also writes `notebooks/recorded/chain_<profile>.json` (see `recorded`).
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from featurefate.artifacts.errors import ArtifactError, MissingArtifact
from featurefate.artifacts.identity import digest
from featurefate.artifacts.manifest import Manifest
from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact, ArtifactStore
from featurefate.merging.choice import same_share
from featurefate.merging.sweep import load_scores, values_of_t
from featurefate.study import folders, profiles, recorded
from featurefate.study.chapter import WRITTEN_BY

FATES, MERGE, SWEEP = "tracking/fates", "models/merge", "merging/sweep"
SHARING = {SWEEP, FATES}  # steps that share their own work out over the cores
STUDY = 1  # the repeat that is the study itself
CORPUS, REPEATS = "corpora/*", "chain/*"
SHIFT = 1_000  # of all seeds from one repeat to the next; the study's own are smaller


@dataclass(frozen=True)
class Planned:
    """One artifact of the chain: how the study made it, and of what (input → artifact's name)."""

    name: str
    function: str
    settings: Mapping[str, Any]
    inputs: Mapping[str, str]


def plan(store: ArtifactStore) -> dict[str, Planned]:
    """Return all that `tracking/fates` rests on, by name, the corpus left out.

    Read from the manifests of the study's own artifacts. The merge's t is chosen again in each
    repeat, so the sweep it was chosen on belongs to the chain: SLERP on validation text. Raises
    MissingArtifact where the study has not got there, or where an artifact was made of one that
    has been replaced since.
    """
    names = _names_by_identity(store)
    planned: dict[str, Planned] = {}
    waiting = [SWEEP, FATES]
    while waiting:
        name = waiting.pop()
        if name in planned or fnmatchcase(name, CORPUS):
            continue
        recipe = store.read(name).manifest.recipe
        settings, inputs = recipe["settings"], recipe["inputs"]
        if name == SWEEP:
            validation = [each for each in settings["held_out"] if each[0] == "validation"]
            points = {"slerp": settings["points"]["slerp"]}
            settings = {"points": points, "settings": {}, "held_out": validation}
            inputs = {key: inputs[key] for key in ("first", "second", "tokens")}
        if gone := [key for key, identity in inputs.items() if identity not in names]:
            raise MissingArtifact(
                f"{name} was made of a {gone[0]!r} that has been replaced since: run the notebooks "
                "again, in order (make book)"
            )
        made_of = {key: names[identity] for key, identity in inputs.items()}
        planned[name] = Planned(name, recipe["function"], settings, made_of)
        waiting += made_of.values()
    return planned


def repeat_chain(
    store: ArtifactStore, repeats: Sequence[int], text_share: float = 1.0
) -> dict[int, Artifact]:
    """Compute the chain for each of `repeats` (2 or more), side by side; return their fates.

    What is there already is read back. text_share: of the study's training text that models and
    dictionaries of a repeat read (less than 1 to try things out). Raises ValueError for repeat 1,
    which is the study itself.
    """
    if low := [repeat for repeat in repeats if repeat <= STUDY]:
        raise ValueError(f"repeat {low[0]}: {STUDY} is the study itself, repeats count from 2")
    planned = plan(store)
    made: dict[tuple[int, str], Artifact] = {}
    waiting = [(repeat, name) for repeat in repeats for name in planned]
    while waiting:
        ready = [each for each in waiting if _needs(planned, *each) <= made.keys()]
        calls = {each: _call(store, planned[each[1]], each[0], made, text_share) for each in ready}
        single = [each for each in ready if each[1] not in SHARING]
        found = parallel_map(store.step, [calls[each] for each in single])
        made |= zip(single, found, strict=True)
        made |= {each: store.step(**calls[each]) for each in ready if each[1] in SHARING}
        waiting = [each for each in waiting if each not in made]
    return {repeat: made[repeat, FATES] for repeat in repeats}


def settings_digest(store: ArtifactStore) -> str:
    """Return a hash of all settings of the chain; t is left out, which each run chooses."""
    settings = {name: dict(step.settings) for name, step in plan(store).items()}
    settings[MERGE].pop("t")
    return digest(settings)[:12]


def fates_of(fates: Artifact, repeat: int) -> pd.DataFrame:
    """Return the rates of persisting at the paper's threshold, as `track` writes them, + repeat."""
    rates = pd.read_parquet(fates.file("rates.parquet"))
    rates = rates[(rates.threshold_name == "paper") & (rates.fate == "persisted")]
    return rates.assign(repeat=repeat).reset_index(drop=True)


def shifted(settings: Any, by: int, text_share: float = 1.0, key: str = "") -> Any:
    """Return settings with every seed raised and training text cut, at whatever depth they lie."""
    if isinstance(settings, dict):
        keep = key if _is_seed(key) else ""
        return {k: shifted(v, by, text_share, keep or k) for k, v in settings.items()}
    if isinstance(settings, list):
        return [shifted(value, by, text_share, key) for value in settings]
    if _is_seed(key) and isinstance(settings, int):
        return settings + by
    return round(settings * text_share) if key == "training_tokens" else settings


def chosen_t(walked: Artifact) -> float:
    """Return the study's t: where both children keep the same share of their validation accuracy.

    walked: what `sweep` wrote, with SLERP on validation text of both children's domains. Raises
    ValueError where the two curves do not meet.
    """
    settings, scores = walked.manifest.recipe["settings"], load_scores(walked)
    t = values_of_t(settings["points"]["slerp"])
    domains = [domain for split, domain, _ in settings["held_out"] if split == "validation"]
    curves = [
        np.array([scores["slerp", each, "validation", domain].accuracy for each in t])
        for domain in domains
    ]
    return round(same_share(np.array(t), *curves), 3)


def _names_by_identity(store: ArtifactStore) -> dict[str, str]:
    """Identity → name of the study's own artifacts, where the store is or publishes."""
    roots = [root for root in (store.published, store.root) if root]
    return {
        Manifest.read(root / name).identity: name
        for root in roots
        for name in ArtifactStore(root).names()
        if not fnmatchcase(name, REPEATS)
    }


def _needs(planned: Mapping[str, Planned], repeat: int, name: str) -> set[tuple[int, str]]:
    """What must be there before an artifact of a repeat can be computed."""
    needed = {other for other in planned[name].inputs.values() if other in planned}
    return {(repeat, other) for other in (needed | {SWEEP} if name == MERGE else needed)}


def _call(
    store: ArtifactStore,
    step: Planned,
    repeat: int,
    made: Mapping[tuple[int, str], Artifact],
    text_share: float,
) -> dict[str, Any]:
    """The arguments of `ArtifactStore.step` for one artifact of a repeat."""
    module, _, function = step.function.rpartition(".")
    settings = shifted(step.settings, SHIFT * (repeat - STUDY), text_share)
    if step.name == MERGE:
        settings["t"] = _own_t(made[repeat, SWEEP], settings["t"], text_share)
    inputs = {
        key: made[repeat, name] if (repeat, name) in made else store.read(name)
        for key, name in step.inputs.items()
    }
    name = f"chain/{repeat}/{step.name}"
    function = getattr(import_module(module), function)
    return dict(name=name, function=function, settings=settings, inputs=inputs)


def _own_t(walked: Artifact, of_study: float, text_share: float) -> float:
    """A repeat's t; the study's where children that read too little text give no choice."""
    try:
        return chosen_t(walked)
    except ValueError:  # their curves do not meet
        if text_share == 1:
            raise
        return of_study


def _is_seed(key: str) -> bool:
    return key in ("seed", "seeds") or key.endswith("_seed")


def main(arguments: list[str] | None = None) -> int:
    """Compute repeats from the command line and record their rates; 0 when all went well."""
    parser = argparse.ArgumentParser(description="Run the whole chain again with other seeds.")
    parser.add_argument("--profile", default=profiles.DEFAULT)
    parser.add_argument("repeats", type=int, nargs="+", help="numbers from 2: 2 3")
    wanted = parser.parse_args(arguments)
    store = ArtifactStore(folders.artifacts(wanted.profile), WRITTEN_BY)
    try:
        found = repeat_chain(store, wanted.repeats)
    except (ArtifactError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    rates = pd.concat(fates_of(fates, repeat) for repeat, fates in found.items())
    path = recorded.write(wanted.profile, rates, settings_digest(store))
    print(f"Rates of repeats {', '.join(map(str, found))} → {folders.relative(path)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
