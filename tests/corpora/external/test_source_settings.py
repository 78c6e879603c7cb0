import pytest

from featurefate.corpora.external.checks import SettingsError
from featurefate.corpora.external.files import FileSource
from featurefate.corpora.external.hub import HubSource
from featurefate.corpora.external.settings import source_from

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_the_settings_of_the_papers_sets():
    """The shapes that DESIGN's four sets need; the commits are made up."""
    for name, more in {
        "nilq/baby-python": {},
        "roneneldan/TinyStories": {"split": "validation"},
        "nilq/small-lua-stack": {"field": "content", "origin_field": "repo", "licence": "MIT"},
        "babylm/strict": {"config": "strict_small", "bad_rows": 3, "name": "BabyLM"},
    }.items():
        source = source_from({"hub": name, "revision": COMMIT, **more})
        assert isinstance(source, HubSource) and source.columns == {}
        assert source.fingerprint() == {
            "kind": "hub",
            "set": name,
            "name": more.get("name", name),
            "revision": COMMIT,
            "config": more.get("config"),
            "split": more.get("split", "train"),
            "field": more.get("field", "text"),
            "origin_field": more.get("origin_field"),
            "licence": more.get("licence", "not stated"),
        }


def test_all_keys_of_files(tmp_path):
    (tmp_path / "a.txt").write_text("one")
    settings = {
        "files": [str(tmp_path)],
        "field": "text",
        "separator": None,
        "origin_field": None,
        "licence": "CC0",
        "name": "mine",
        "encoding": "utf-8",
        "bad_rows": 0,
    }
    source = source_from(settings)
    assert isinstance(source, FileSource) and source.columns == {}
    assert [(d.text, d.package, d.licence) for d in source.documents()] == [("one", "mine", "CC0")]


@pytest.mark.parametrize(
    "settings, complaint",
    [
        ("folder", "a source is 'folder'; it must be a dictionary"),
        ({}, "either 'files' or 'hub', and has neither"),
        ({"field": "text"}, "has neither; its keys are 'field'"),
        ({"files": "x", "hub": "a/b"}, "has 'files' and 'hub'"),
        ({"files": "x", "filed": "y"}, "unknown key 'filed' in a 'files' source; there are 'f"),
        ({"files": "x", "split": "train"}, "unknown key 'split' in a 'files' source"),
        ({"files": []}, "'files' is empty"),
        ({"files": 3}, "'files' is 3; it must be text"),
        ({"files": ["x", 3]}, "'files' is 3"),
        ({"files": "x", "field": None}, "'field' is None; it must be text, not empty"),
        ({"files": "x", "separator": ""}, "'separator' is ''; it must be text or None"),
        ({"files": "x", "bad_rows": -1}, "'bad_rows' is -1"),
        ({"files": "x", "bad_rows": True}, "'bad_rows' is True"),
        ({"files": "x", "bad_rows": 1.5}, "'bad_rows' is 1.5"),
        ({"files": "x", "encoding": "utf-9"}, "'encoding' is 'utf-9', which is no text encoding"),
        ({"files": "x", "encoding": "base64"}, "'encoding' is 'base64', which is no text encoding"),
        ({"hub": "TinyStories", "revision": COMMIT}, "it must be \"owner/name\""),
        ({"hub": "a/b"}, "'revision' is None; .* https://huggingface.co/datasets/a/b/commits/main"),
        ({"hub": "a/b", "revision": "main"}, "'revision' is 'main'; .*a branch or tag can move"),
        ({"hub": "a/b", "revision": COMMIT[:7]}, "40 hexadecimal digits"),
        ({"hub": "a/b", "separator": "x"}, "unknown key 'separator' in a 'hub' source"),
        ({"hub": "./not-there"}, "there is no folder"),
    ],
)  # fmt: skip
def test_what_settings_cannot_be(settings, complaint):
    with pytest.raises(SettingsError, match=complaint):
        list(source_from(settings).documents())


def test_a_folder_of_the_same_name_does_not_pass_for_the_set(tmp_path, monkeypatch):
    (tmp_path / "owner" / "name").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        SettingsError, match=r"also a path here; for that folder write './owner/name'"
    ):
        source_from({"hub": "owner/name", "revision": COMMIT})
    with pytest.raises(SettingsError, match="a local folder has none"):
        source_from({"hub": "./owner/name", "revision": COMMIT})
