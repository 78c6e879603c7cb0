"""Identity follows the code, half-written folders are never read, errors say what to do."""

import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from featurefate.artifacts import identity
from featurefate.artifacts.errors import ArtifactError, DamagedArtifact, MissingArtifact
from featurefate.artifacts.store import ArtifactStore

STEPS = '''
"""Steps of a planted package."""
import json
import numpy
from featurefate.artifacts.store import Account
from planted.helper import double


def write(folder, *, number, source=None):
    """Write a number."""
    total = double(number) + (json.loads(source.file("n.json").read_text()) if source else 0)
    (folder / "n.json").write_text(json.dumps(total))
    calls = folder.parents[2] / "calls"
    calls.write_text(calls.read_text() + "x" if calls.exists() else "x")


def fail(folder, *, number):
    (folder / "checkpoint").write_text("half")
    raise RuntimeError("no")


def count(folder, *, number):
    """Count up to a number; go on from what was counted."""
    checkpoint = folder / ".checkpoint"
    begin = int(checkpoint.read_text()) if checkpoint.exists() else 0
    for done in range(begin, number):
        (folder / ".half.tmp").write_text("half")
        checkpoint.write_text(str(done + 1))
    (folder / "parts").mkdir(exist_ok=True)
    (folder / "parts" / ".half.tmp").write_text("half")
    (folder / "parts" / "n.json").write_text(str(number))
    (folder / "parts" / "n.json").chmod(0o600)
    return Account({"counted": number - begin}, seconds_before=100.0 * begin)
'''
HELPER = '''
"""Help."""


def double(x):
    """Twice."""
    return 2 * x
'''


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """A small package whose functions are steps, and a way to edit its code."""
    package = tmp_path / "planted"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(identity, "PACKAGE", "planted")
    monkeypatch.setattr(identity, "NOT_PART_OF_IDENTITY", ("planted.figures",))

    def write(steps=STEPS, helper=HELPER):
        (package / "steps.py").write_text(steps)
        (package / "helper.py").write_text(helper)
        identity._imports.cache_clear()
        for name in [n for n in sys.modules if n.startswith("planted")]:
            del sys.modules[name]
        importlib.invalidate_caches()
        shutil.rmtree(package / "__pycache__", ignore_errors=True)
        return importlib.import_module("planted.steps")

    yield write
    for name in [n for n in sys.modules if n.startswith("planted")]:
        del sys.modules[name]


@pytest.fixture
def store(tmp_path):
    return ArtifactStore(tmp_path / "artifacts", {"models/*": "02_base_training"})


def times_run(store):
    calls = store.root / "calls"
    return len(calls.read_text()) if calls.exists() else 0


def test_identical_step_runs_once_and_reads_back(store, planted):
    steps = planted()
    first = store.step("models/base", steps.write, {"number": 3})
    again = store.step("models/base", steps.write, {"number": 3})
    assert json.loads(again.file("n.json").read_text()) == 6
    assert first.identity == again.identity
    assert times_run(store) == 1
    assert store.names() == ["models/base"]


def test_settings_and_inputs_change_the_identity(store, planted):
    steps = planted()
    one = store.step("models/base", steps.write, {"number": 1})
    child = store.step("models/child", steps.write, {"number": 1}, {"source": one})
    assert json.loads(child.file("n.json").read_text()) == 4
    two = store.step("models/base", steps.write, {"number": 2})
    other = store.step("models/child", steps.write, {"number": 1}, {"source": two})
    assert len({one.identity, two.identity, child.identity, other.identity}) == 4
    assert other.manifest.recipe["inputs"] == {"source": two.identity}


def test_docstrings_and_comments_cost_nothing(store, planted):
    first = store.step("models/base", planted().write, {"number": 1})
    prose = HELPER.replace("Twice.", "Two times the number.").replace('"""Help."""', "# nothing")
    second = store.step("models/base", planted(helper=prose).write, {"number": 1})
    assert first.identity == second.identity
    assert times_run(store) == 1


def test_code_of_an_imported_module_is_part_of_the_identity(store, planted):
    first = store.step("models/base", planted().write, {"number": 1})
    helper = HELPER.replace("2 * x", "3 * x")
    second = store.step("models/base", planted(helper=helper).write, {"number": 1})
    assert first.identity != second.identity
    assert json.loads(second.file("n.json").read_text()) == 3


def test_versions_of_imported_libraries_are_part_of_the_recipe(store, planted):
    recipe = store.step("models/base", planted().write, {"number": 1}).manifest.recipe
    assert "numpy" in recipe["libraries"] and "torch" not in recipe["libraries"]


def test_real_modules_do_not_reach_figures_or_study():
    reached = identity.reachable_modules("featurefate.artifacts.store")
    assert "featurefate.artifacts.manifest" in reached
    assert not any(name.startswith(identity.NOT_PART_OF_IDENTITY) for name in reached)


def test_a_setting_that_is_no_json_value_is_named(store, planted):
    with pytest.raises(TypeError, match="'number'"):
        store.step("models/base", planted().write, {"number": object()})
    with pytest.raises(TypeError, match="'number'"):
        store.step("models/base", planted().write, {"number": float("nan")})


def test_a_step_must_be_a_function_of_the_package(store):
    with pytest.raises(TypeError, match="top-level function of the package"):
        store.step("models/base", lambda folder: None)


def test_missing_names_the_notebook(store):
    with pytest.raises(MissingArtifact, match=r"run notebooks/02_base_training .*NOTEBOOK=02"):
        store.read("models/base")
    with pytest.raises(MissingArtifact, match="no notebook is known"):
        store.read("elsewhere")


@pytest.mark.parametrize("harm", ["delete", "shorten", "change"])
def test_damage_names_the_file_and_what_to_do(store, planted, harm):
    path = store.step("models/base", planted().write, {"number": 21}).file("n.json")
    if harm == "delete":
        path.unlink()
    else:
        path.write_text("4" if harm == "shorten" else "43")
    with pytest.raises(DamagedArtifact, match=r"n\.json .*delete the folder"):
        store.read("models/base")


def test_verify_finds_a_change_that_kept_size_and_time(store, planted):
    path = store.step("models/base", planted().write, {"number": 21}).file("n.json")
    before = path.stat()
    path.write_text("43")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    store.read("models/base")
    with pytest.raises(DamagedArtifact, match=r"n\.json"):
        store.verify("models/base")


def test_a_copied_store_is_read_although_its_times_differ(store, planted, tmp_path):
    store.step("models/base", planted().write, {"number": 1})
    shutil.copytree(store.root, tmp_path / "copy", copy_function=shutil.copy)
    assert ArtifactStore(tmp_path / "copy").read("models/base").identity


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../escape", "/absolute", "models/", "models//base", "models/../base"]
    + ["models/.base", ".unfinished/x", "models--base", "models/a b", "models\\base", "models/x\n"],
)
def test_a_name_that_leads_elsewhere_is_refused_and_leaves_nothing(store, planted, name):
    steps = planted()
    for ask in (store.read, store.verify, lambda n: store.step(n, steps.write, {"number": 1})):
        with pytest.raises(ArtifactError, match="cannot name an artifact: words with slashes"):
            ask(name)
    assert not store.root.exists() and not times_run(store)


def test_no_artifact_lies_in_another_and_no_folder_of_artifacts_is_one(store, planted, tmp_path):
    steps = planted()
    base = store.step("models/base", steps.write, {"number": 1})
    lab = ArtifactStore(tmp_path / "lab", published=store.root)
    for there in (store, lab):
        for ask in (there.read, lambda n, s=there: s.step(n, steps.write, {"number": 2})):
            with pytest.raises(ArtifactError, match=r"models is a folder of .* as models/base$"):
                ask("models")
            with pytest.raises(ArtifactError, match="models/base/x would lie inside the artifact"):
                ask("models/base/x")
        assert there.read("models/base") == base


def test_unreadable_manifest_is_damage(store, planted):
    folder = store.step("models/base", planted().write, {"number": 1}).path
    (folder / "manifest.json").write_text('{"name": ')
    with pytest.raises(DamagedArtifact, match=r"manifest\.json"):
        store.read("models/base")


def test_failed_step_leaves_its_checkpoint_and_the_old_artifact(store, planted):
    steps = planted()
    store.step("models/base", steps.write, {"number": 1})
    with pytest.raises(RuntimeError):
        store.step("models/base", steps.fail, {"number": 1})
    assert json.loads(store.read("models/base").file("n.json").read_text()) == 2
    assert len(list(store.root.glob(".unfinished/models--base/*/checkpoint"))) == 1


def test_a_step_that_the_caller_runs_is_the_same_step(store, planted):
    steps = planted()
    with store.computing("models/base", steps.write, {"number": 3}) as work:
        assert work.artifact is None
        steps.write(work.folder, number=3)
    assert work.artifact == store.step("models/base", steps.write, {"number": 3})
    assert times_run(store) == 1
    with store.computing("models/base", steps.write, {"number": 3}) as again:
        assert again.folder is None and again.artifact == work.artifact


def test_a_step_that_the_caller_breaks_off_is_not_finished(store, planted):
    steps = planted()
    with (
        pytest.raises(KeyboardInterrupt),
        store.computing("models/base", steps.write, {"number": 3}) as work,
    ):
        (work.folder / "checkpoint").write_text("half")
        raise KeyboardInterrupt
    assert store.names() == [] and (work.folder / "checkpoint").exists()


def test_unknown_file_lists_what_is_there(store, planted):
    artifact = store.step("models/base", planted().write, {"number": 1})
    with pytest.raises(ArtifactError, match=r"no file 'x'; it has n\.json"):
        artifact.file("x")


def test_trying_things_out_leaves_the_published_artifacts_alone(store, planted, tmp_path):
    steps = planted()
    published = store.step("models/base", steps.write, {"number": 1})
    lab = ArtifactStore(tmp_path / "lab", published=store.root)
    assert lab.step("models/base", steps.write, {"number": 1}).path == published.path
    tried = lab.step("models/base", steps.write, {"number": 2})
    assert lab.read("models/base").identity == tried.identity != published.identity
    assert store.read("models/base").identity == published.identity
    lab.step("models/base", steps.write, {"number": 1})
    assert lab.read("models/base").path == published.path, "back to the published settings"


def test_kill_during_the_move_loses_nothing(store, planted):
    """Finished but not yet moved, the old artifact half deleted: the successor is recovered."""
    steps = planted()
    store.step("models/base", steps.write, {"number": 1})
    successor = store.step("models/other", steps.write, {"number": 2})
    work = store.root / ".unfinished" / "models--base" / successor.identity[:16]
    successor.path.rename(work)
    (store.root / "models/base/manifest.json").unlink()
    assert json.loads(store.read("models/base").file("n.json").read_text()) == 4


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


def files_below(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


# The moments at which a step can be killed, by the call that does not come back, and how many of
# its three counts the next run has left to do.
KILLS = {
    "before the manifest": ("featurefate.artifacts.store.Manifest.write", 0),
    "in the middle of the manifest": ("featurefate.artifacts.manifest.write_atomically", 0),
    "before the scratch is dropped": ("featurefate.artifacts.store.remove_scratch", None),
    "while the scratch is dropped": ("featurefate.artifacts.manifest.Path.unlink", None),
    "before the move": ("featurefate.artifacts.store.Path.rename", None),
    "after the move": ("featurefate.artifacts.store.sync", None),
}


@pytest.mark.parametrize(("moment", "left"), KILLS.values(), ids=KILLS)
def test_scratch_is_there_until_the_manifest_is_and_then_gone(
    store, planted, monkeypatch, moment, left
):
    steps = planted()

    def killed(*arguments, **options):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(moment, killed)
        store.step("models/base", steps.count, {"number": 3})
    unfinished = list(store.root.glob(".unfinished/models--base/*/.checkpoint"))
    if left is not None:
        assert [path.read_text() for path in unfinished] == ["3"]
    monkeypatch.setattr(steps, "range", range if left == 0 else killed, raising=False)
    artifact = store.step("models/base", steps.count, {"number": 3})
    assert files_below(artifact.path) == ["manifest.json", "parts/n.json"]
    assert list(artifact.manifest.files) == ["parts/n.json"]
    assert artifact.manifest.conditions == {"counted": 3 if left is None else left}
    assert not list(store.root.glob(".unfinished/models--base/*/*"))


def test_seconds_of_killed_runs_are_added_to_the_cost(store, planted, monkeypatch):
    steps = planted()

    def killed(*arguments):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("featurefate.artifacts.store.Manifest.write", killed)
        store.step("models/base", steps.count, {"number": 3})
    assert 300 <= store.step("models/base", steps.count, {"number": 3}).manifest.cost.seconds < 400
    assert store.step("models/other", steps.count, {"number": 3}).manifest.cost.seconds < 100


def test_conditions_are_kept_and_change_no_identity(store, planted):
    steps = planted()
    artifact = store.step("models/base", steps.count, {"number": 2})
    assert artifact.manifest.conditions == {"counted": 2}
    assert "conditions" not in artifact.manifest.recipe
    assert store.read("models/base").manifest.conditions == {"counted": 2}
    assert store.step("models/other", steps.write, {"number": 2}).manifest.conditions == {}


def test_a_manifest_without_conditions_is_read(store, planted):
    artifact = store.step("models/base", planted().write, {"number": 1})
    path = artifact.path / "manifest.json"
    older = json.loads(path.read_text())
    del older["conditions"]
    path.write_text(json.dumps(older))
    assert store.read("models/base").manifest.conditions == {}
    assert store.step("models/base", planted().write, {"number": 1}).identity == artifact.identity


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_files_are_as_readable_as_the_umask_says(store, planted, umask, mode):
    before = os.umask(umask)
    try:
        artifact = store.step("models/base", planted().count, {"number": 1})
    finally:
        os.umask(before)
    assert artifact.file("parts/n.json").stat().st_mode & 0o777 == mode


def test_kill_at_any_moment_leaves_old_or_new(tmp_path, planted):
    """kill -9 while a process replaces an artifact over and over: it can always be read."""
    planted()
    root = tmp_path / "artifacts"
    script = f"""
        import sys; sys.path.insert(0, {str(tmp_path)!r})
        from pathlib import Path
        from featurefate.artifacts import identity
        identity.PACKAGE = "planted"
        from featurefate.artifacts.store import ArtifactStore
        from planted.steps import write
        number = 0
        while True:
            number += 1
            ArtifactStore(Path({str(root)!r})).step("models/base", write, {{"number": number}})
    """
    for delay in (0.02, 0.05, 0.11):
        process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
        deadline = time.monotonic() + 60
        while not (root / "models/base/manifest.json").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        artifact = ArtifactStore(root).read("models/base")
        assert json.loads(artifact.file("n.json").read_text()) % 2 == 0
        assert Path(artifact.path, "manifest.json").exists()
