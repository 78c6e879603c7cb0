"""What a notebook holds in its hand, in JupyterLab and in a run."""

import json

import pytest

from featurefate.artifacts import identity
from featurefate.artifacts.errors import MissingArtifact
from featurefate.study import chapter as module
from featurefate.study import folders, headline, profiles
from featurefate.study.chapter import Chapter
from featurefate.study.claims import UNMET


def namespace():
    return {"profile": "laptop", "width": 8, "rate": 0.5}


@pytest.fixture
def recorded(miniature, monkeypatch):
    path = miniature.root / "numbers.json"
    monkeypatch.setenv(headline.RECORD_TO, str(path))
    return lambda: json.loads(path.read_text())


def test_in_a_run_the_parameters_are_taken_as_they_are(miniature, recorded, capsys):
    values = namespace() | {"profile": "smoke", "width": 5}
    chapter = Chapter.open("01_first", values)
    assert (chapter.profile, values["width"]) == ("smoke", 5)
    assert chapter.store.root == folders.artifacts("smoke")
    assert capsys.readouterr().out == ""


def test_in_jupyterlab_the_profile_of_the_environment_is_applied(miniature, monkeypatch, capsys):
    monkeypatch.setenv("FEATUREFATE_PROFILE", "smoke")
    values = namespace()
    assert Chapter.open("01_first", values).profile == "smoke"
    assert values == {"profile": "smoke", "width": 4, "rate": 0.5}
    assert "width = 4" in capsys.readouterr().out


def test_in_jupyterlab_what_the_reader_changed_is_kept(miniature, monkeypatch):
    monkeypatch.setenv("FEATUREFATE_PROFILE", "smoke")
    values = namespace() | {"width": 6}
    chapter = Chapter.open("01_first", values)
    assert values["width"] == 6
    assert chapter.store.root == folders.lab("smoke")
    assert chapter.store.published == folders.artifacts("smoke")


def test_an_unknown_profile_and_an_unknown_notebook_are_refused(miniature):
    with pytest.raises(profiles.ProfileError, match="laptop, smoke"):
        Chapter.open("01_first", namespace() | {"profile": "huge"})
    with pytest.raises(profiles.ProfileError, match="01_first, 02_second"):
        Chapter.open("05_fifth", namespace())


@pytest.mark.parametrize(
    ("artifact", "notebook"),
    [
        ("corpora/tokens", "01_data"),
        ("models/base_other_seed", "02_base_training"),
        ("models/stories", "03_fine_tuning"),
        ("models/merge", "04_merging"),
        ("regions/stories_things/51", "05_weight_space_regions"),
        ("dictionaries/base", "07_sparse_autoencoders"),
        ("tracking/fates", "08_feature_tracking"),
        ("tracking/histories/merges/slerp_0.5", "09_feature_histories"),
        ("chain/2/models/base", "10_synthesis"),
    ],
)
def test_a_missing_artifact_names_the_notebook_to_run(miniature, artifact, notebook):
    chapter = Chapter.open("01_first", namespace())
    with pytest.raises(MissingArtifact, match=f"{notebook} first.*NOTEBOOK={notebook[:2]}"):
        chapter.store.read(artifact)


def test_a_reported_number_is_recorded_and_glued(miniature, recorded, monkeypatch):
    glued = {}
    monkeypatch.setattr(Chapter, "glue", lambda self, name, text: glued.update({name: text}))
    chapter = Chapter.open("01_first", namespace())
    chapter.report("loss.base.english", 3.2149, low=3.15, high=3.27, ceiling=4, unit="nats")
    chapter.report("fate.base_lua.corrected", None)
    assert recorded()["loss.base.english"] == {
        "value": 3.2149,
        "low": 3.15,
        "high": 3.27,
        "ceiling": 4,
        "floor": None,
        "unit": "nats",
        "notebook": "01_first",
    }
    assert glued == {
        "loss.base.english": "3.21 (3.15 to 3.27)",
        "fate.base_lua.corrected": "undetermined",
    }


def doubled(folder, *, number, source):
    (folder / "number.txt").write_text(str(2 * number + int(source.file("number.txt").read_text())))


def kept(folder, *, number):
    (folder / "number.txt").write_text(str(number))


def test_one_step_is_asked_for_many_times_by_key(miniature, recorded, monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")  # other processes do not know this file's steps
    monkeypatch.setattr(identity, "PACKAGE", __name__.split(".")[0])
    chapter = Chapter.open("01_first", namespace())
    source = {"source": chapter.store.step("corpora/seven", kept, {"number": 7})}
    asked = {key: ({"number": number}, source) for key, number in {"one": 1, "ten": 10}.items()}
    found = chapter.steps(doubled, "models/{}_doubled", asked)
    assert {key: a.file("number.txt").read_text() for key, a in found.items()} == {
        "one": "9",
        "ten": "27",
    }
    assert found["one"].name == "models/one_doubled"


def test_a_claim_that_fails_is_shown_and_does_not_stop(miniature, recorded, monkeypatch):
    shown = []
    monkeypatch.setattr(module, "display", lambda data, raw: shown.append(data[UNMET]))
    chapter = Chapter.open("01_first", namespace())
    with chapter.claims():
        assert chapter.profile == "laptop", "holds"
    with chapter.claims():
        raise AssertionError("the second is larger")  # as a failing assert does outside of pytest
    with chapter.claims():
        raise AssertionError
    assert shown == ["the second is larger", "`raise AssertionError`"]
    with pytest.raises(KeyError), chapter.claims():
        namespace()["not there"]


def test_of_the_smallest_profile_the_words_say_nothing(miniature, recorded, monkeypatch):
    monkeypatch.setattr(module, "display", lambda *_, **__: pytest.fail("nothing was claimed"))
    chapter = Chapter.open("01_first", namespace() | {"profile": "smoke"})
    with chapter.claims():
        assert namespace()["not there"] > 2
