"""The whole smoke profile, executed and rendered: what `make book PROFILE=smoke` left behind.

`make test` builds it and sets FEATUREFATE_SITE; without that these tests skip.
"""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pandas as pd
import pytest

from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.stories.story import tell_story
from featurefate.study import folders, notebooks, verify
from featurefate.tracking.rule_comparison import PER_STRING

PROFILE = "smoke"
FIELDS = {"value", "low", "high", "ceiling", "floor", "unit", "notebook"}

pytestmark = pytest.mark.skipif(
    "FEATUREFATE_SITE" not in os.environ, reason="the book is not built: run `make test`"
)


def executed() -> dict[str, nbformat.NotebookNode]:
    paths = sorted(folders.executed(PROFILE).glob("*.ipynb"))
    return {path.stem: nbformat.read(path, as_version=4) for path in paths}


def make(*arguments: str) -> subprocess.CompletedProcess:
    """Call make as a reader would, with this very interpreter."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    command = ["make", f"PROFILE={PROFILE}", f"PYTHON={sys.executable}", *arguments]
    return subprocess.run(
        command, cwd=folders.root(), env=environment, capture_output=True, text=True
    )


def test_every_notebook_ran_to_its_end():
    ran = executed()
    assert list(ran) == [source.stem for source in notebooks.sources()]
    for name, notebook in ran.items():
        nbformat.validate(notebook)
        assert notebook.metadata.featurefate.profile == PROFILE, name
        assert notebook.metadata.papermill.duration > 0, name


def test_executed_notebooks_hold_no_noise_and_no_place_on_this_machine():
    for name, notebook in executed().items():
        assert str(folders.root()) not in nbformat.writes(notebook), name
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                assert output.output_type != "error", f"{name}, {cell.id}"
                assert output.get("name") != "stderr", f"{name}, {cell.id}"


def test_every_rate_of_the_tracking_has_its_interval_ceiling_and_floor():
    rated = {"rates", "stable", "centred", "by_domain", "turnover", "paths", "rules", "summary"}
    walked = set()
    for path in sorted((folders.artifacts(PROFILE) / "tracking").rglob("*.parquet")):
        table = pd.read_parquet(path)
        if not {"value", "low", "high"} <= set(table.columns):
            continue
        told = table[table["value"].notna()]
        if "rule" in table:  # averages per string are not drawn again: they have no interval
            told = told[told["rule"] != PER_STRING]
        assert (told["low"] <= told["value"] + 1e-9).all(), path
        assert (told["value"] <= told["high"] + 1e-9).all(), path
        if path.stem in rated:
            assert "ceiling" in table, path
            # what is read from home has its floors in rows of their own: models of another basis
            assert "histories" in path.parts or {"stranger", "floor"} & set(table.columns), path
            walked.add(path.stem)
    assert walked == rated


def test_headline_numbers_are_whole():
    numbers = json.loads(folders.headline_file(PROFILE).read_text())
    assert {f"seconds.{name}" for name in executed()} | {"seconds.total"} <= set(numbers)
    for name, number in numbers.items():
        assert set(number) == FIELDS, name
        low, value, high = number["low"], number["value"], number["high"]
        if None not in (low, value, high):
            assert low <= value <= high, name


def test_every_artifact_is_whole():
    assert verify.main(["--profile", PROFILE]) == 0


def test_a_second_book_executes_nothing():
    done = make("book")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"The book: build/{PROFILE}/site/index.html\n"


def test_an_edit_to_a_notebook_runs_it_and_those_after_it():
    names = list(executed())
    plan = make("-n", "-W", f"notebooks/{names[-2]}.py", "book").stdout
    assert [name in plan for name in names] == [False] * (len(names) - 2) + [True, True]


OWN_PROFILE = """
01_data:
  sources: {files}
  vocabulary: 600
  context: 32
  evaluation_tokens: 2048
  real_stories: {real}
"""


def test_chapter_01_runs_on_text_of_ones_own(tmp_path):
    """All four domains from files: what is only known of our own text is left out."""
    for name in ("_config.yml", "pyproject.toml"):
        shutil.copy(folders.root() / name, tmp_path)
    profiles = tmp_path / "notebooks" / "profiles"
    profiles.mkdir(parents=True)
    shutil.copy(folders.notebooks() / "01_data.py", profiles.parent)
    documents = folders.artifacts(PROFILE) / "corpora/documents/documents"
    sources = {}
    for domain in DOMAINS:
        text = "".join(pd.read_parquet(documents / f"{domain}.parquet", columns=["text"]).text)
        pieces = [text[start : start + 300] for start in range(0, 700_000, 300)]
        file = tmp_path / f"{domain}.jsonl"
        file.write_text("".join(json.dumps({"text": piece}) + "\n" for piece in pieces))
        sources[domain] = {"files": str(file), "licence": "unknown"}
    profile = OWN_PROFILE.format(files=json.dumps(sources), real=json.dumps(sources["english"]))
    (profiles / "own.yaml").write_text(profile)
    ran = tmp_path / "01_data.ipynb"
    command = [sys.executable, "-m", "featurefate.study.run", "--profile", "own"]
    environment = {**os.environ, "FEATUREFATE_ROOT": str(tmp_path)}
    result = subprocess.run(
        [*command, str(profiles.parent / "01_data.py"), str(ran)],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-3000:]
    assert "were not simulated" in ran.read_text()


def test_a_child_of_like_text_closes_the_gap_that_it_should(tmp_path):
    """Other stories of the same world, told to be real ones: the child is as good as theirs."""
    told = [tell_story(number, seed=4711).text for number in range(1_200)]
    file = tmp_path / "told.jsonl"
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in told))
    result = make("stand-ins", "DOMAIN=stories", f"TEXT={file}")
    assert result.returncode == 0, result.stderr
    report = folders.build(PROFILE) / "stand_ins" / "stories.json"
    found = json.loads(report.read_text())
    assert [row["model"] for row in found["losses"]] == ["base", "stories", "lua", "real"]
    share, low, high = found["share"]
    assert low <= share <= high and 0.8 < share < 1.2
    assert found["gain"][1] > 0 and found["ahead"][1] > 0
