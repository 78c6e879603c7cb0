"""The whole chain with three seeds of everything: complete, with other seeds, resumable."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest
from planted_study import planted_study

from featurefate.artifacts.errors import MissingArtifact
from featurefate.artifacts.store import ArtifactStore
from featurefate.study import chain, recorded
from featurefate.study.conclusions import ANSWERS, conclusions, hold_in_all

REPEATS = [2, 3]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A small study and two repeats of it, in one process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOKY_MAX_CPU_COUNT", "1")
        store = planted_study(tmp_path_factory.mktemp("study") / "artifacts")
        chain.repeat_chain(store, REPEATS)
        yield store


@pytest.fixture(scope="module")
def rates(study):
    fates = {number: study.read(f"chain/{number}/{chain.FATES}") for number in REPEATS}
    fates[1] = study.read(chain.FATES)
    return pd.concat(chain.fates_of(fates[number], number) for number in (1, *REPEATS))


def seeds_in(settings, key="") -> Iterator[int]:
    """Every seed in the settings of a step."""
    if isinstance(settings, dict):
        for name, value in settings.items():
            yield from seeds_in(value, name)
    elif isinstance(settings, list):
        for value in settings:
            yield from seeds_in(value, key)
    elif "seed" in key:
        yield settings


def test_every_artifact_of_the_chain_is_made_again(study):
    planned = chain.plan(study)
    assert {"models/merge", "merging/sweep", "dictionaries/base_untrained"} <= planned.keys()
    assert not [name for name in planned if name.startswith("corpora/")]
    again = {f"chain/{number}/{name}" for number in REPEATS for name in planned}
    assert again == {name for name in study.names() if name.startswith("chain/")}


def test_no_seed_of_one_repeat_is_one_of_another(study):
    names = chain.plan(study)
    used = {number: set() for number in (1, *REPEATS)}
    for name in names:
        recipes = {1: study.read(name)}
        recipes |= {n: study.read(f"chain/{n}/{name}") for n in REPEATS}
        found = {n: list(seeds_in(a.manifest.recipe["settings"])) for n, a in recipes.items()}
        assert len({len(each) for each in found.values()}) == 1
        for number, seeds in found.items():
            used[number] |= set(seeds)
        for key, identity in recipes[2].manifest.recipe["inputs"].items():
            if not study.read(name).manifest.recipe["inputs"][key].startswith("planted"):
                assert identity != study.read(name).manifest.recipe["inputs"][key]
    assert used[1] and not (used[1] & used[2] or used[1] & used[3] or used[2] & used[3])


def test_the_rates_of_every_repeat_are_complete(rates):
    assert len(rates) == 3 * 4 * 2
    for name in ("value", "ceiling", "stranger", "untrained", "token", "chance"):
        low, high = ("low", "high") if name == "value" else (f"{name}_low", f"{name}_high")
        assert rates[name].between(0, 1).all()
        assert (rates[low] <= rates[name] + 1e-9).all() and (
            rates[name] <= rates[high] + 1e-9
        ).all()
    assert rates.groupby("repeat").value.apply(tuple).nunique() == 3


def test_a_repeat_chooses_its_own_t_by_the_studys_rule(study):
    assert chain.chosen_t(study.read("merging/sweep")) == t_of(study.read("models/merge"))
    for number in REPEATS:
        walked = study.read(f"chain/{number}/merging/sweep")
        assert chain.chosen_t(walked) == t_of(study.read(f"chain/{number}/models/merge"))


def test_children_that_read_too_little_take_the_studys_t(study, monkeypatch):
    def never(*_):
        raise ValueError("the two curves do not meet")

    monkeypatch.setattr(chain, "same_share", never)
    walked = study.read("chain/2/merging/sweep")
    assert chain._own_t(walked, 0.4, text_share=0.1) == 0.4
    with pytest.raises(ValueError, match="do not meet"):
        chain._own_t(walked, 0.4, text_share=1.0)


def t_of(merged):
    return merged.manifest.recipe["settings"]["t"]


def test_a_second_call_computes_only_what_is_gone(study, monkeypatch):
    before = {name: study.read(name).manifest.written for name in study.names()}
    shutil.rmtree(study.root / "chain" / "2" / "tracking" / "fates")
    asked = []
    track = chain.parallel_map

    def watched(function, calls):
        asked.extend(call["name"] for call in calls)
        return track(function, calls)

    monkeypatch.setattr(chain, "parallel_map", watched)
    ran = []
    compute = ArtifactStore.computing

    def computing(self, name, *arguments):
        ran.append(not (self.root / name).is_dir())
        return compute(self, name, *arguments)

    monkeypatch.setattr(ArtifactStore, "computing", computing)
    chain.repeat_chain(study, REPEATS)
    assert len(asked) == 2 * len(chain.plan(study).keys() - chain.SHARING) and sum(ran) == 1
    after = {name: study.read(name).manifest.written for name in study.names()}
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"chain/2/tracking/fates"} and before.keys() == after.keys()


def test_every_conclusion_has_an_answer_in_every_repeat(rates):
    table = conclusions(rates)
    assert list(table.columns) == [1, *REPEATS, "conclusion"]
    assert len(table) == 12 and set(table[[1, *REPEATS]].stack()) <= set(ANSWERS.values())
    assert (hold_in_all(table) == (table[[1, *REPEATS]] == "holds").all(axis=1).to_numpy()).all()


def test_a_record_gives_back_what_was_written(miniature, rates):
    assert recorded.read("laptop") is None
    path = recorded.write("laptop", rates[rates.repeat > 1], "these")
    record = recorded.read("laptop")
    assert path.parent.name == "recorded" and record.of.keys() >= {"date", "commit", "versions"}
    assert f"run of {record.of['date']}" in record.said("these")
    assert record.said("those") == record.said("these") + ", whose settings are others"
    kept = rates[rates.repeat > 1][recorded.kept_columns()].reset_index(drop=True)
    pd.testing.assert_frame_equal(record.rates, kept, check_dtype=False, atol=1e-5)
    assert (conclusions(record.rates)[REPEATS] == conclusions(rates)[REPEATS]).all(axis=None)


def test_the_digest_of_the_settings_is_that_of_every_machine_and_of_no_other_study(study):
    before = chain.settings_digest(study)
    planned = chain.plan(study)
    with pytest.MonkeyPatch.context() as patch:
        merged = planned[chain.MERGE]
        other_t = replace(merged, settings=dict(merged.settings) | {"t": 0.9})
        patch.setattr(chain, "plan", lambda _: planned | {chain.MERGE: other_t})
        assert chain.settings_digest(study) == before
        base = planned["models/base"]
        other_seed = replace(base, settings=chain.shifted(dict(base.settings), 1))
        patch.setattr(chain, "plan", lambda _: planned | {"models/base": other_seed})
        assert chain.settings_digest(study) != before


def test_the_study_itself_is_no_repeat(study):
    with pytest.raises(ValueError, match="repeat 1: 1 is the study itself"):
        chain.repeat_chain(study, [2, 1])


def test_an_input_that_was_replaced_is_named(study, monkeypatch):
    names = chain._names_by_identity(study)
    of_base = study.read("models/base").identity
    gone = {identity: name for identity, name in names.items() if identity != of_base}
    monkeypatch.setattr(chain, "_names_by_identity", lambda store: gone)
    with pytest.raises(MissingArtifact, match="has been replaced since"):
        chain.plan(study)


def test_without_fates_there_is_nothing_to_repeat(tmp_path):
    store = ArtifactStore(tmp_path, {"tracking/*": "08_feature_tracking"})
    with pytest.raises(MissingArtifact, match="08_feature_tracking"):
        chain.plan(store)


def test_seeds_are_raised_wherever_they_lie_and_nothing_else_is():
    settings = {"seed": 1, "seeds": {"a": 2, "b": [3]}, "recipe": {"parent_seed": 4, "batch": 5}}
    settings |= {"training_tokens": 100, "name": "seed", "share": 0.5}
    assert chain.shifted(settings, 1_000, 0.25) == {
        "seed": 1_001,
        "seeds": {"a": 1_002, "b": [1_003]},
        "recipe": {"parent_seed": 1_004, "batch": 5},
        "training_tokens": 25,
        "name": "seed",
        "share": 0.5,
    }


def test_the_command_says_what_is_missing(miniature, capsys):
    assert chain.main(["--profile", "smoke", "2"]) == 1
    assert "run notebooks/08_feature_tracking first" in capsys.readouterr().err
