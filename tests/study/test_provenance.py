"""The provenance page, and the commands that look after artifacts."""

import json
import subprocess

import torch

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.study import folders, origin, provenance, verify


def finished_run(notebook: str) -> None:
    metadata = {
        "papermill": {"duration": 90.0},
        "featurefate": {"profile": "smoke", "commit": "abc", "machine": "a machine"},
    }
    path = folders.executed("smoke") / f"{notebook}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"metadata": metadata}))


def finished_artifact(name: str):
    folder = folders.artifacts("smoke") / name
    folder.mkdir(parents=True)
    (folder / "table.parquet").write_bytes(b"x" * 2_000_000)
    cost, conditions = Cost(120.0, 1500.0, "a CPU"), {"precision": "bf16", "processes": 2}
    Manifest(name, "0123456789abcdef", {}, cost, "2026", conditions=conditions).write(folder)
    return folder


def test_the_page(miniature, tmp_path):
    finished_run("01_first")
    finished_artifact("models/base")
    page = provenance.write_page("smoke", tmp_path).read_text()
    assert "Profile: **smoke**" in page
    assert "| `01_first` | 1.5 | abc | a machine |" in page
    assert "| width | `4` | features |" in page  # the profile's value, the notebook's meaning
    assert "| `models/base` | `0123456789ab` | 2.0 | 2.0 | 1.5 | a CPU · precision bf16 · " in page
    assert "| pandas |" in page
    assert str(miniature.root) not in page
    assert "02_second" not in page  # it has not run


def test_the_page_before_anything_has_run(miniature, tmp_path):
    assert "Nothing yet." in provenance.write_page("laptop", tmp_path).read_text()


def test_a_cell_of_a_table_cannot_break_it():
    assert provenance.table(["a"], [["x | y"]]).splitlines()[-1] == "| x \\| y |"


def test_verify_finds_the_damaged_artifact(miniature, capsys):
    finished_artifact("models/base")
    damaged = finished_artifact("models/lua") / "table.parquet"
    assert verify.main(["--profile", "smoke"]) == 0
    damaged.write_bytes(b"y" * 2_000_000)
    assert verify.main(["--profile", "smoke"]) == 1
    shown = capsys.readouterr().out
    assert "whole    models/base" in shown
    assert "DAMAGED" in shown and "models/lua/table.parquet" in shown
    assert "2 artifacts, 1 damaged" in shown


def test_the_commit(miniature):
    def git(*arguments):
        subprocess.run(["git", *arguments], cwd=miniature.root, check=True, capture_output=True)

    assert origin.commit() == "unknown"
    git("init", "--quiet")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "first")
    assert len(origin.commit()) == 12
    miniature.write("_config.yml", "changed: true")
    assert origin.commit().endswith(" and changes not committed")


def test_the_machine_in_one_line():
    assert " cores · " in origin.machine() and "GiB" in origin.machine()


def test_a_gpu_is_named_where_a_driver_is_to_be_seen(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a GPU")
    monkeypatch.setattr(origin, "DRIVERS", (str(tmp_path / "none"),))
    assert not origin.machine().endswith("a GPU")
    monkeypatch.setattr(origin, "DRIVERS", (str(tmp_path),))
    assert origin.machine().endswith("GiB · a GPU")
