import json

import pytest

from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.sources import BUILT_IN, external_source, identified
from featurefate.corpora.splits import HELD_OUT_EVERY, split_at, split_of


@pytest.fixture
def two_files(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(f"text of {name}", encoding="utf-8")
    return tmp_path


def test_built_in_sources_are_identified_by_their_packages():
    found = identified(BUILT_IN)
    assert list(found["domains"]) == list(DOMAINS)
    assert found["domains"]["lua"] == {"kind": "generated"}
    assert {"python", "numpy", "torch"} <= set(found["packages"])
    assert json.loads(json.dumps(found)) == found
    assert all(external_source(each) is None for each in found["domains"].values())


def test_files_are_identified_by_what_is_in_them(two_files):
    said = BUILT_IN | {"python": {"files": str(two_files), "licence": "MIT"}}
    first = identified(said)
    assert first == identified(said)
    assert first["domains"]["python"]["kind"] == "files"
    (two_files / "two.txt").write_text("other text", encoding="utf-8")
    assert first != identified(said)
    texts = [d.text for d in external_source(first["domains"]["python"]).documents()]
    assert texts == ["text of one", "other text"]


def test_packages_count_only_where_they_are_read(two_files):
    mine = {"files": str(two_files)}
    found = identified(dict.fromkeys(DOMAINS, mine) | {"stories": "generated"})
    assert found["packages"] == {}


def test_a_pinned_set_of_the_hub_is_identified_without_reading_it():
    said = BUILT_IN | {"stories": {"hub": "someone/stories", "revision": "0" * 40}}
    found = identified(said)["domains"]["stories"]
    assert found["kind"] == "hub" and "0" * 40 in json.dumps(found["fingerprint"])


@pytest.mark.parametrize(
    ("change", "error", "names"),
    [
        ({"latin": "installed"}, KeyError, "latin.*english, python, stories, lua"),
        ({"english": "generated"}, ValueError, "english is 'generated'.*'installed'"),
        ({"stories": "installed"}, ValueError, "stories is 'installed'.*'generated'"),
        ({"python": "downloaded"}, ValueError, "python is 'downloaded'"),
        ({"python": None}, ValueError, "python is None"),
        ({"python": {"folder": "x"}}, ValueError, "'files' or 'hub'"),
        ({"python": {"files": "x", "colour": 1}}, ValueError, "colour"),
        ({"python": {"files": "no/such/file.txt"}}, ValueError, "no/such/file.txt"),
        ({"python": {"hub": "a/b", "revision": "main"}}, ValueError, "revision"),
    ],
)
def test_what_cannot_be_is_refused_by_name(change, error, names):
    with pytest.raises(error, match=names):
        identified(BUILT_IN | change)


def test_all_four_domains_are_needed():
    with pytest.raises(KeyError, match="nothing of stories, lua"):
        identified({"english": "installed", "python": "installed"})


def test_one_origin_in_eighteen_is_held_out_twice():
    by_place = [split_at(place) for place in range(10 * HELD_OUT_EVERY)]
    assert by_place.count("validation") == by_place.count("test") == 10
    by_hash = [split_of(f"row {number}", seed=1) for number in range(18_000)]
    for split in ("validation", "test"):
        assert 880 < by_hash.count(split) < 1120  # 1000, within four standard deviations
    assert by_hash != [split_of(f"row {number}", seed=2) for number in range(18_000)]
    assert by_hash[:50] == [split_of(f"row {number}", seed=1) for number in range(50)]
