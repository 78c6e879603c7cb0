"""Verdicts on the papers' claims, by rule."""

import pytest
import yaml

from featurefate.figures.frames import NOT_RUN
from featurefate.study import folders
from featurefate.study.reported import Number
from featurefate.study.verdicts import AGREES, CANNOT_TELL, DIFFERS, compare_with_papers, verdict


@pytest.mark.parametrize(
    ("low", "high", "side", "answer"),
    [
        (0.6, 0.7, "above", AGREES),
        (0.6, 0.7, "below", DIFFERS),
        (0.3, 0.4, "above", DIFFERS),
        (0.3, 0.4, "below", AGREES),
        (0.4, 0.6, "above", CANNOT_TELL),
        (0.5, 0.6, "above", CANNOT_TELL),
    ],
)
def test_the_whole_interval_has_to_lie_on_one_side(low, high, side, answer):
    assert verdict(low, high, side, 0.5, 0.5) == answer


def test_a_bound_with_an_interval_must_be_cleared_altogether():
    assert verdict(0.6, 0.7, "above", 0.4, 0.65) == CANNOT_TELL
    with pytest.raises(ValueError, match="'beside'"):
        verdict(0.6, 0.7, "beside", 0.5, 0.5)


def numbers(**values):
    """Headline numbers by name (dots for underscores twice), with ±0.05 and a floor of 0.5."""
    return {
        name.replace("__", "."): Number(x, x - 0.05, x + 0.05, None, 0.5, None, "05")
        for name, x in values.items()
    }


def test_claims_are_judged_by_bound_by_floor_and_by_another_number():
    given = numbers(
        fate__base_stories__persisted_child=0.3,
        regions__cluster_accuracy__dataset=0.9,
        barrier_removed__neurons=0.1,
        barrier_removed__heads_in_order=0.12,
    )
    found = compare_with_papers(given).set_index("name").verdict
    assert found["fate.base_stories.persisted_child"] == AGREES
    assert found["regions.cluster_accuracy.dataset"] == AGREES
    assert found["barrier_removed.heads_in_order"] == CANNOT_TELL, "the intervals overlap"
    assert found["barrier_removed.neurons_heads"] == "not run in this profile"


def test_without_an_interval_nothing_can_be_told():
    bare = {"behind.stories": Number(3.0, None, None, None, None, "nats", "03")}
    assert compare_with_papers(bare).set_index("name").verdict["behind.stories"] == CANNOT_TELL


def test_a_claim_that_rests_on_too_low_a_number_cannot_be_told():
    in_lua = Number(0.01, 0.0, 0.02, None, None, "F1", "09")
    for in_python, expected in ((0.06, CANNOT_TELL), (0.9, AGREES)):
        known = Number(in_python, in_python, in_python, None, None, "F1", "09")
        given = {"concept.error.f1_in_lua": in_lua, "concept.error.f1": known}
        verdicts_of = compare_with_papers(given).set_index("name").verdict
        assert verdicts_of["concept.error.f1_in_lua"] == expected
    alone = compare_with_papers({"concept.error.f1_in_lua": in_lua}).set_index("name").verdict
    assert alone["concept.error.f1_in_lua"] == NOT_RUN


def test_the_papers_numbers_are_shown_as_shares_of_what_they_belong_to():
    said = compare_with_papers({}).set_index("name").reported
    assert said["barrier_removed.neurons_heads"].startswith("removed 25 % (3.71 ± 0.23 of 4.95")
    assert said["barrier_removed.only_all"].startswith("removed −48 %")
    assert said["merge.halfway_keep.stories"].startswith("kept 79 %")
    assert said["behind.stories"].startswith("+3.38 nats: ")
    assert said["regions.in_prime_better.family"].startswith("96.7 %: ")
    assert said["sought.emerged.absent"] == "in words: definition of emerging"


def test_ours_has_its_interval_ceiling_and_floor():
    given = {"behind.stories": Number(3.0, 2.5, 3.5, 4.0, 1.0, "nats", "03")}
    ours = compare_with_papers(given).set_index("name").ours["behind.stories"]
    assert ours == "3.00 (2.50 to 3.50); ceiling 4.00; floor 1.00"


def test_every_claim_names_a_known_paper_and_one_bound():
    literature = yaml.safe_load((folders.notebooks() / "papers.yaml").read_text())
    bibliography = (folders.root() / "book" / "references.bib").read_text()
    assert all(f"{{{key}," in bibliography for key in literature["papers"])
    for claim in literature["claims"]:
        assert claim["paper"] in literature["papers"]
        assert {"says", "where", "ours", "beside"} <= claim.keys()
        ((side, _),) = claim["agrees"].items()
        assert side in ("above", "below")
