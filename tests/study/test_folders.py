"""Where the repository lies, and how a path is shown."""

import pytest

from featurefate.study import folders


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.delenv("FEATUREFATE_ROOT", raising=False)
    (tmp_path / "_config.yml").touch()
    (tmp_path / "notebooks").mkdir()
    return tmp_path.resolve()


def test_the_root_is_found_from_a_notebook(repository, monkeypatch):
    monkeypatch.chdir(repository / "notebooks")
    assert folders.root() == repository
    assert folders.artifacts("smoke") == repository / "build" / "smoke" / "artifacts"


def test_the_root_is_found_from_outside_by_where_the_package_lies(tmp_path, monkeypatch):
    monkeypatch.delenv("FEATUREFATE_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert (folders.root() / "src" / "featurefate").is_dir()


def test_no_repository_anywhere(tmp_path, monkeypatch):
    monkeypatch.delenv("FEATUREFATE_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(folders, "__file__", str(tmp_path / "folders.py"))
    with pytest.raises(FileNotFoundError, match="run from inside the repository"):
        folders.root()


def test_a_path_is_shown_from_the_repository(repository, monkeypatch):
    monkeypatch.setenv("FEATUREFATE_ROOT", str(repository))
    assert folders.relative(folders.site("smoke")) == "build/smoke/site"
    assert folders.relative(repository.parent / "elsewhere.txt") == "elsewhere.txt"
