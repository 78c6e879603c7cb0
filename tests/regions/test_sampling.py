"""What is sampled of a region is where it says it is."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from planted_datasets import DATASETS
from test_points import flat, read

from featurefate.regions.points import BASE, distance, place
from featurefate.regions.sampling import groups, inside, outside, trained

MEMBERS = pd.DataFrame(
    [
        {"model": f"{dataset}.{run}", "dataset": dataset, "run": run}
        for dataset in DATASETS
        for run in range(4)
    ]
)
WEIGHTS = {name: np.random.default_rng(i).normal(size=40) for i, name in enumerate(MEMBERS.model)}
PRODUCTS = pd.DataFrame(
    [[a @ b for b in WEIGHTS.values()] for a in WEIGHTS.values()], WEIGHTS, WEIGHTS
)
MIXING = dict(runs_mixed=3, concentration=1.0)


def mixed(group, mixtures=8, members=MEMBERS):
    random = np.random.default_rng(1)
    part = members[members.dataset.isin(group.datasets)]
    return inside(group, part, PRODUCTS, mixtures=mixtures, **MIXING, random=random)


def test_three_levels_of_groups():
    found = [(group.level, group.name, len(group.datasets)) for group in groups(DATASETS)]
    assert found == [
        ("dataset", "torch", 1),
        ("dataset", "others", 1),
        ("dataset", "lost", 1),
        ("family", "prose", 3),
        ("general", "all", 3),
    ]


@pytest.mark.parametrize("group", groups(DATASETS), ids=lambda group: group.name)
def test_mixtures_take_all_choices_of_seeds_equally_often(group):
    sampled = [each for each in mixed(group) if each.kind == "mixture"]
    assert Counter(each.runs for each in sampled) == dict.fromkeys(
        [(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)], 2
    )
    for each in sampled:
        taken = {f"{dataset}.{run}" for dataset in group.datasets for run in each.runs}
        assert set(each.point.models) == taken
        assert sum(each.point.models.values()) == pytest.approx(1)


@pytest.mark.parametrize("group", groups(DATASETS)[:3], ids=lambda group: group.name)
def test_a_shrunk_member_is_as_far_from_the_base_as_its_mixture(group):
    sampled = mixed(group)
    pairs = [(m, s) for m, s in zip(sampled, sampled[1:], strict=False) if s.kind == "shrunk"]
    assert len(pairs) == 8, "one for each mixture"
    assert set(Counter(shrunk.model for _, shrunk in pairs).values()) == {2}, "each in its turn"
    for mixture, shrunk in pairs:
        assert (mixture.kind, shrunk.runs) == ("mixture", mixture.runs)
        assert set(shrunk.point.models) == {BASE, shrunk.model}
        assert shrunk.model in mixture.point.models
        lengths = [distance(each.point, PRODUCTS) for each in (mixture, shrunk)]
        away = sum(w * WEIGHTS[n] for n, w in mixture.point.models.items())
        assert lengths == pytest.approx([np.linalg.norm(away)] * 2)


def test_nothing_is_shrunk_at_the_wider_levels():
    assert all(each.kind != "shrunk" for group in groups(DATASETS)[3:] for each in mixed(group))


def test_random_directions_lie_as_far_out_as_asked_for():
    lengths = {"matrix": 1.5, "gain": 0.25}
    sampled = outside(groups(DATASETS)[0], lengths, 3, np.random.default_rng(2))
    away = [flat(place(each.point, read)) - flat(read(BASE)) for each in sampled]
    assert [np.linalg.norm(each) for each in away] == pytest.approx([np.hypot(1.5, 0.25)] * 3)
    assert len({each.point.seed for each in sampled}) == 3


def test_trained_models_are_named_by_what_they_are():
    strangers = pd.DataFrame([{"model": "far", "dataset": "lost", "run": 1}])
    found = trained(MEMBERS, strangers, ("lost",))
    assert Counter(each.kind for each in found) == {"base": 1, "member": 12, "stranger": 1}
    assert found[-1].runs == (1,)


def test_too_few_seeds_for_a_mixture_are_refused():
    with pytest.raises(ValueError, match="torch has 2 seeds; a mixture takes 3"):
        mixed(groups(DATASETS)[0], members=MEMBERS[MEMBERS.run < 2])
