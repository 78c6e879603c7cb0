"""The only door to `build/<profile>/artifacts`.

A step asks for an artifact by name. It gets what an identical earlier step wrote, or the step's
function runs in a temporary folder named by the identity (so that a killed run finds its own
checkpoint there), and the finished folder is moved into place without its scratch.
"""

import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from filelock import FileLock

from featurefate.artifacts.errors import ArtifactError, MissingArtifact
from featurefate.artifacts.identity import canonical_settings, digest, recipe_of
from featurefate.artifacts.manifest import FILE_NAME, Manifest, measured, remove_scratch, sync

# Words with slashes between them. No part begins with a dot, as `..` and scratch do; none has two
# marks in a row, because `--` stands for the slash where work is unfinished.
WORD = r"\w+([.-]\w+)*"
NAME = re.compile(rf"{WORD}(/{WORD})*")


@dataclass(frozen=True)
class Artifact:
    """A finished, checked folder.

    On one machine's processor, with the same number of threads, the same identity means the same
    content to the last bit. Another machine may compute in another precision, and a GPU or another
    number of threads may add in another order: `manifest.conditions` and `manifest.cost.device`
    say under which conditions and where an artifact was made.
    """

    name: str
    path: Path
    manifest: Manifest

    @property
    def identity(self) -> str:
        return self.manifest.identity

    def file(self, name: str) -> Path:
        """Return the path of one file; raise ArtifactError, listing what there is, if not there."""
        if name not in self.manifest.files:
            there = ", ".join(self.manifest.files) or "nothing"
            raise ArtifactError(f"{self.name} has no file {name!r}; it has {there}")
        return self.path / name

    def __repr__(self) -> str:
        size = sum(record.bytes for record in self.manifest.files.values()) / 1e6
        seconds = self.manifest.cost.seconds
        return f"{self.name} · {self.identity[:8]} · {size:.1f} MB · computed in {seconds:.0f} s"


@dataclass(frozen=True)
class Account:
    """What only a step itself knows of its work, to be kept in the manifest.

    `conditions`: see Manifest. `seconds_before`: what the killed runs took whose checkpoint it went
    on from; the store adds what it measures itself.
    """

    conditions: Mapping[str, Any]
    seconds_before: float = 0.0


@dataclass
class Work:
    """A step under its lock: the folder to compute it in, or the artifact that is there already.

    `account`: what the function returned.
    """

    folder: Path | None
    artifact: Artifact | None = None
    account: Account | None = None


class ArtifactStore:
    """Artifacts under one root folder.

    `written_by` maps a name or pattern (`models/base`, `corpora/*`) to the notebook that writes
    it; it is only used to tell a reader which notebook to run. `published` is the root of another
    store whose artifacts are read, never changed, where this one has none of its own: what a
    reader tries out does not replace what a book was made of. A name is words with slashes between
    them, and no artifact lies inside another; other names raise ArtifactError.
    """

    def __init__(
        self,
        root: Path,
        written_by: Mapping[str, str] | None = None,
        published: Path | None = None,
    ):
        self.root = Path(root)
        self.written_by = dict(written_by or {})
        self.published = published

    def step(
        self,
        name: str,
        function: Callable[..., Mapping[str, Any] | None],
        settings: Mapping[str, Any] | None = None,
        inputs: Mapping[str, Artifact] | None = None,
    ) -> Artifact:
        """Return the artifact `name`, computing it only if no identical step has.

        `function(folder, **inputs, **settings)` is a top-level function of the package that
        writes its files into `folder`. The folder may hold what an earlier, killed run of the
        same step left there: a checkpoint to go on from, under a name that begins with a dot, so
        that it is dropped when the artifact is finished and not a moment before. Settings are
        JSON values; the function returns None or an Account of its work. A step of the same name
        with another identity replaces the old artifact once it is finished.
        """
        with self.computing(name, function, settings, inputs) as work:
            if work.folder:
                work.account = function(
                    work.folder, **(inputs or {}), **canonical_settings(settings or {})
                )
        return work.artifact

    @contextmanager
    def computing(
        self,
        name: str,
        function: Callable[..., Mapping[str, Any] | None],
        settings: Mapping[str, Any] | None = None,
        inputs: Mapping[str, Artifact] | None = None,
    ) -> Iterator["Work"]:
        """A step whose function the caller runs, in `folder`, as `step` would.

        For functions that several processes run together: one of them enters here and tells the
        others the folder. Nothing is to be done where `folder` is None. `artifact` is there after
        the block.
        """
        settings = canonical_settings(settings or {})
        inputs = dict(inputs or {})
        self._check_name(name)
        recipe = recipe_of(function, settings, {key: a.identity for key, a in inputs.items()})
        identity = digest(recipe)
        with self._lock(name):
            self._recover(name)
            if self.published and self._identity_in(self.published / name) == identity:
                shutil.rmtree(self._folder(name), ignore_errors=True)  # back from trying things out
                yield Work(None, self._checked(name, self.published))
                return
            if self._identity_in(self._folder(name)) == identity:
                yield Work(None, self._checked(name, self.root))
                return
            work = Work(self._unfinished(name) / identity[:16])
            work.folder.mkdir(parents=True, exist_ok=True)
            with measured() as cost:
                yield work
            written = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            account = work.account or Account({})
            cost.seconds = round(cost.seconds + account.seconds_before, 2)
            conditions = dict(account.conditions)
            manifest = Manifest(name, identity, recipe, cost, written, conditions=conditions)
            manifest.write(work.folder)
            self._recover(name)
            work.artifact = self._checked(name, self.root)

    def read(self, name: str) -> Artifact:
        """Return an artifact that an earlier notebook wrote.

        Raises MissingArtifact, naming the notebook to run, or DamagedArtifact, naming the file.
        """
        self._check_name(name)
        with self._lock(name):
            self._recover(name)
        for root in self._roots():
            if (root / name).is_dir():
                return self._checked(name, root)
        notebook = self._notebook(name)
        raise MissingArtifact(
            f"{name} is not there yet: run notebooks/{notebook} first "
            f"(make run NOTEBOOK={notebook.split('_')[0]})"
        )

    def names(self) -> list[str]:
        """Return the names of all finished artifacts, sorted."""
        folders = (path.parent.relative_to(self.root) for path in self.root.rglob(FILE_NAME))
        return sorted(f.as_posix() for f in folders if not f.parts[0].startswith("."))

    def verify(self, name: str) -> Artifact:
        """Hash every file of an artifact again; raise DamagedArtifact where one differs."""
        self._check_name(name)
        folder = self._folder(name)
        manifest = Manifest.read(folder)
        manifest.check(folder, rehash=True)
        return Artifact(name, folder, manifest)

    def _check_name(self, name: str) -> None:
        """Raise ArtifactError for a name under which files of others could be overwritten."""
        if not NAME.fullmatch(name):
            raise ArtifactError(
                f"{name!r} cannot name an artifact: words with slashes between them can, such as "
                "models/base"
            )
        for root in self._roots():
            for outer in PurePosixPath(name).parents:
                if (root / outer / FILE_NAME).exists():
                    raise ArtifactError(f"{name} would lie inside the artifact {outer}")
            if (root / name / FILE_NAME).exists():
                continue
            if inner := next((root / name).glob(f"*/**/{FILE_NAME}"), None):
                one = inner.parent.relative_to(root).as_posix()
                raise ArtifactError(f"{name} is a folder of artifacts: name one of them, as {one}")

    def _roots(self) -> list[Path]:
        return [self.root, self.published] if self.published else [self.root]

    def _folder(self, name: str) -> Path:
        return self.root / name

    def _unfinished(self, name: str) -> Path:
        return self.root / ".unfinished" / name.replace("/", "--")

    def _lock(self, name: str) -> FileLock:
        folder = self._unfinished(name)
        folder.mkdir(parents=True, exist_ok=True)
        return FileLock(folder / "lock")

    def _checked(self, name: str, root: Path) -> Artifact:
        folder = root / name
        manifest = Manifest.read(folder)
        manifest.check(folder)
        return Artifact(name, folder, manifest)

    def _identity_in(self, folder: Path) -> str | None:
        return Manifest.read(folder).identity if folder.is_dir() else None

    def _recover(self, name: str) -> None:
        """Move a finished folder into place: the last act of a step, or of one killed before it.

        Its scratch goes first: with the manifest written there is nothing left to go on from, and
        a kill meanwhile leaves a folder that is still found here. Unfinished work of other
        identities is dropped last: its settings are no longer asked for.
        """
        work = self._unfinished(name)
        finished = next(work.glob(f"*/{FILE_NAME}"), None)
        if finished is None:
            return
        remove_scratch(finished.parent)
        final = self._folder(name)
        final.parent.mkdir(parents=True, exist_ok=True)
        if final.exists():
            shutil.rmtree(final)  # the finished successor is on disk: nothing is lost by a kill
        finished.parent.rename(final)
        sync(final.parent)
        for left in work.iterdir():
            if left.is_dir():
                shutil.rmtree(left)

    def _notebook(self, name: str) -> str:
        for pattern, notebook in self.written_by.items():
            if fnmatchcase(name, pattern):
                return notebook
        raise MissingArtifact(f"{name} is not there, and no notebook is known to write it")
