"""Many pairs of models, aligned in many ways: matched, walked and measured side by side."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

import pandas as pd

from featurefate.alignment.barriers import Estimate, barrier, mean, walk
from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact, ArtifactStore

Pair = tuple[str, str]  # names of models


class Lines:
    """The straight lines between models of `models` (name → artifact; more may be added).

    transforms: (pair, arm) → the artifact that holds `<arm>.safetensors` for the pair. An arm
    without one, such as "averaging", takes the second model as it is.
    """

    def __init__(
        self,
        store: ArtifactStore,
        models: dict[str, Artifact],
        tokens: Artifact,
        domains: Sequence[str],
        evaluation_tokens: int,
    ):
        self.store, self.models, self.tokens = store, models, tokens
        self.domains, self.evaluation_tokens = tuple(domains), evaluation_tokens
        self.transforms: dict[tuple[Pair, str], Artifact] = {}
        self.walked: dict[tuple[Pair, str], pd.DataFrame] = {}  # what `walk` wrote
        self.barrier_on = cache(self._barrier_on)

    def match(
        self,
        way: str,
        function: Callable[..., None],
        pairs: Sequence[Pair],
        arms: Iterable[str],
        settings: Mapping,
        start: str | None = None,
        **inputs: Artifact,
    ) -> None:
        """Run a step that matches each pair, `alignment/<pair>/<way>`; it writes all of `arms`.

        start: the arm whose artifact the step gets as the input `start`.
        """
        calls = []
        for pair in pairs:
            given = inputs | ({"start": self.transforms[pair, start]} if start else {})
            calls.append(self.asked(pair, way, function, settings, **given))
        for pair, made in zip(pairs, parallel_map(self.store.step, calls), strict=True):
            self.transforms |= {(pair, arm): made for arm in arms}

    def walk(
        self, pairs: Sequence[Pair], points: Mapping[str, int], domains: Sequence[str] = ()
    ) -> None:
        """Score the line of every pair and arm (arm → number of t), on other domains if given."""
        keys = [(pair, arm) for arm in points for pair in pairs]
        calls = []
        for pair, arm in keys:
            settings = dict(points=points[arm], domains=list(domains or self.domains))
            settings["evaluation_tokens"], inputs = self.evaluation_tokens, {"tokens": self.tokens}
            if (pair, arm) in self.transforms:
                settings["arm"], inputs["transforms"] = arm, self.transforms[pair, arm]
            calls.append(self.asked(pair, f"walk_{arm}", walk, settings, **inputs))
        for key, made in zip(keys, parallel_map(self.store.step, calls), strict=True):
            self.walked[key] = pd.read_parquet(made.file("documents.parquet"))

    def barrier(
        self,
        arm: str,
        pairs: Sequence[Pair],
        domains: Sequence[str] = (),
        definition: str = "mean",
    ) -> Estimate:
        """Return the barrier of an arm, mean over pairs and domains (see `barriers.barrier`)."""
        every = [
            self.barrier_on(pair, arm, domain, definition)
            for pair in pairs
            for domain in domains or self.domains
        ]
        return mean(every)

    def asked(
        self, pair: Pair, name: str, function: Callable, settings: Mapping, **inputs: Artifact
    ) -> dict:
        """Return the arguments of `ArtifactStore.step` for a step on a pair of models."""
        ends = {"first": self.models[pair[0]], "second": self.models[pair[1]]}
        name = f"alignment/{pair[0]}_{pair[1]}/{name}"
        return dict(name=name, function=function, settings=dict(settings), inputs=ends | inputs)

    def _barrier_on(self, pair: Pair, arm: str, domain: str, definition: str) -> Estimate:
        return barrier(self.walked[pair, arm], domain, definition)
