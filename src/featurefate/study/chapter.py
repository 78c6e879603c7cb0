"""What a notebook holds in its hand: the artifact store, and a way to report numbers.

from featurefate.study.chapter import Chapter

chapter = Chapter.open("02_base_training", globals())
model = chapter.store.read("models/base")
chapter.report("loss.base.english", 3.21, low=3.15, high=3.27, unit="nats")
"""

import os
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from IPython.display import display

from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact, ArtifactStore
from featurefate.figures.frames import NOT_RUN
from featurefate.study import claims, folders, headline, profiles, reported

TOO_SMALL = "smoke"  # the profile in which nothing is learned well: of it the words say nothing

# Which notebook to run when an artifact is missing.
WRITTEN_BY = {
    "corpora/*": "01_data",
    "models/base*": "02_base_training",
    "models/stories*": "03_fine_tuning",
    "models/lua*": "03_fine_tuning",
    "alignment/*": "06_merging_across_seeds",
    "merging/*": "04_merging",
    "models/merge": "04_merging",
    "regions/*": "05_weight_space_regions",
    "dictionaries/*": "07_sparse_autoencoders",
    "tracking/histories/*": "09_feature_histories",
    "tracking/*": "08_feature_tracking",
    "chain/*": "10_synthesis",
}


@dataclass(frozen=True)
class Chapter:
    """One notebook of the study in one profile."""

    notebook: str
    profile: str
    store: ArtifactStore

    @classmethod
    def open(cls, notebook: str, namespace: dict[str, Any]) -> "Chapter":
        """Open a chapter; call it after the parameters cell with the notebook's `globals()`.

        Run by `make book`, the notebook has been given its profile's values already. In
        JupyterLab nobody has: `make lab PROFILE=smoke` leaves the profile's name in the
        environment (FEATUREFATE_PROFILE), and this sets in `namespace` what the profile changes
        and the reader has not, and says so. Raises ProfileError when profile and notebook do not
        agree.
        """
        if profile := os.environ.get("FEATUREFATE_PROFILE"):
            declared = profiles.declared(notebook)
            wanted = {"profile": profile, **profiles.overrides(profile, notebook)}
            changes = {k: v for k, v in wanted.items() if namespace[k] == declared[k].value}
            namespace.update(changes)
            print("set by the profile:", ", ".join(f"{k} = {v!r}" for k, v in changes.items()))
        profile = namespace["profile"]
        profiles.settings(profile, notebook)
        artifacts = folders.artifacts(profile)
        if headline.is_recording():
            return cls(notebook, profile, ArtifactStore(artifacts, WRITTEN_BY))
        # Tried out by hand: the run's artifacts are read, and what is new goes beside them.
        tried_out = ArtifactStore(folders.lab(profile), WRITTEN_BY, published=artifacts)
        return cls(notebook, profile, tried_out)

    def steps(
        self,
        function: Callable[..., Any],
        names: str,
        asked: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Artifact]]],
    ) -> dict[str, Artifact]:
        """Ask the store for one step many times, side by side; return the artifacts by their keys.

        asked: by key, the settings and inputs of each. names: what each is called, with the key in
        place of {}, as "dictionaries/{}_cards".
        """
        calls = [
            dict(name=names.format(key), function=function, settings=settings, inputs=inputs)
            for key, (settings, inputs) in asked.items()
        ]
        return dict(zip(asked, parallel_map(self.store.step, calls), strict=True))

    @contextmanager
    def claims(self) -> Iterator[None]:
        """Assert inside what the text says of its run in words; smoke is too small for any of it.

        Other text or another processor gives other models, and what was true of ours may not be
        true of them. So an assertion that fails does not end the run: it is kept with the notebook,
        and the page says at its head which statement the run does not bear out (the first of each
        block). Any other error is one.
        """
        try:
            yield
        except Exception as error:
            if self.profile == TOO_SMALL:
                return
            if not isinstance(error, AssertionError):
                raise
            line = traceback.extract_tb(error.__traceback__)[-1].line
            display(claims.output(str(error) or f"`{line}`"), raw=True)

    def report(
        self,
        name: str,
        value: float | None,
        low: float | None = None,
        high: float | None = None,
        ceiling: float | None = None,
        floor: float | None = None,
        unit: str | None = None,
    ) -> None:
        """Report a headline number: keep it with the run, and glue its text for prose.

        Prose shows it by {glue:text}`name`, as "3.21 (3.15 to 3.27)"; a `value` of None reads
        "undetermined". The number, its interval, ceiling and floor go to the run's headline
        numbers. Raises ValueError for a name that is not dotted lower case, or a number that is
        not finite.
        """
        number = headline.entry(value, low, high, ceiling, floor, unit, self.notebook)
        headline.record(name, number)
        self.glue(name, headline.prose(number))

    def reported(self) -> reported.Reported:
        """The headline numbers of all chapters before this one, by name."""
        return reported.read(self.profile, self.notebook)

    def quote(self, *names: str) -> None:
        """Make numbers of other chapters available to prose, as those do; see `report`."""
        numbers = self.reported()
        for name in names:
            self.glue(name, numbers[name].prose if name in numbers else NOT_RUN)

    def glue(self, name: str, text: str) -> None:
        """Make a piece of text available to prose under a name."""
        from myst_nb import glue  # loads Sphinx: only notebooks that have prose to fill pay for it

        glue(name, text, display=False)
