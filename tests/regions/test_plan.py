"""The plan of fine-tunes: who is asked for, under which name, and that the map gives them all."""

import pytest
from planted_datasets import RECIPE, plant_datasets

from featurefate.regions import plan
from featurefate.regions.datasets import DATASETS
from featurefate.regions.task_vectors import cosines, gram_matrices

SEEDS = {"other_base": [61], "halves": [71, 72], "apart": [76, 77, 78], "less_text": [86],
         "from_scratch": [96]}  # fmt: skip
CHOSEN = ["stories_things", "stories_company", "python_others"]


@pytest.fixture(scope="module")
def controls():
    return plan.controls(CHOSEN, SEEDS, 1_000, less_text=[100, 200])


def of(group, planned):
    return [each for each in planned if each.group == group]


def test_members_are_all_data_sets_with_all_seeds():
    found = plan.members(CHOSEN, [51, 52], 1_000)
    assert {(p.dataset, p.seed) for p in found} == {(d, s) for d in CHOSEN for s in (51, 52)}
    assert {p.name for p in found} > {"regions/stories_things/51"}
    assert {p.parent for p in found} == {"base"}


def test_every_control_has_what_sets_it_apart(controls):
    assert {p.parent for p in of("other_base", controls)} == {"base_other_seed"}
    assert [p.dataset for p in of("halves", controls)] == ["python_half_0"] * 2 + [
        "python_half_1"
    ] * 2
    for kind in CHOSEN[:2]:
        parts = [p.part for p in of("apart", controls) if p.dataset == kind]
        assert parts == [(0, 3), (1, 3), (2, 3)], "no document in two"
    assert sorted(p.drawn for p in of("less_text", controls)) == [100, 200]
    assert len({p.parent for p in of("from_scratch", controls)}) == 3, "other weights for each"


def test_no_two_models_share_a_name_and_no_two_of_a_group_and_data_set_a_seed(controls):
    planned = controls + plan.members(CHOSEN, [51, 52], 1_000)
    assert len({p.name for p in planned}) == len(planned)
    assert len({(p.group, p.dataset, p.seed) for p in planned}) == len(planned)


def test_controls_without_seeds_are_left_out_and_unknown_ones_refused():
    assert plan.controls(CHOSEN, {}, 1_000, [100]) == []
    assert plan.controls(CHOSEN, {"less_text": [86]}, 1_000, less_text=[]) == []
    with pytest.raises(KeyError, match="no control other_bas; there are other_base, halves"):
        plan.controls(CHOSEN, {"other_bas": [1]}, 1_000, [100])


def test_the_map_gives_every_model_with_its_own_parent(tmp_path, monkeypatch):
    store = plant_datasets(tmp_path)
    planted = {"domain": "english", "packages": ["torch"]}
    monkeypatch.setitem(DATASETS, "planted", planted)
    corpora = {key: store.read(f"corpora/{key}") for key in ("documents", "tokens", "tokenizer")}
    training = {"tokens": 24 * 8 * 10, **{k: RECIPE[k] for k in ("batch", "learning_rate")}}
    training |= {"weight_decay": 0.0}
    planned = plan.members(["planted"], [1], 500) + plan.controls(
        ["planted"], {"from_scratch": [2]}, 500, []
    )
    bases = {"base": store.read("models/base")}
    found = plan.fine_tunes(store, planned, corpora, bases, training)
    assert [m.name for m in found.model] == ["regions/planted/1", "regions/from_scratch/planted/2"]
    assert [m.name for m in found["from"]] == ["models/base", "regions/untrained/planted/2"]
    assert found.family.tolist() == ["prose"] * 2 and found.domain.tolist() == ["english"] * 2
    gram = gram_matrices(list(found.model), list(found["from"]))["all weights"]
    assert abs(cosines(gram)[0, 1]) < 0.5, "another start is another place"
