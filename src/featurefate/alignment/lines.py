"""Many pairs of models, aligned in many ways: matched, walked and measured side by side."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property

import numpy as np
import pandas as pd
from transformers import MistralForCausalLM

from featurefate.alignment.aligned import merge_aligned, random_transforms, transformed_copy
from featurefate.alignment.barriers import Estimate, barrier, losses, lost, mean, walk
from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact, ArtifactStore
from featurefate.corpora.tokens import EvaluationRows, evaluation_rows, load_tokens
from featurefate.language_model.architecture import load_model
from featurefate.language_model.evaluation import score_model
from featurefate.merging.state import StateDict

Pair = tuple[str, str]  # names of models
UNALIGNED = "averaging"  # the arm that takes the second model as it is


class Lines:
    """The straight lines between models of `models` (name → artifact; more may be added).

    transforms: (pair, arm) → the artifact that holds `<arm>.safetensors` for the pair. An arm
    without one, "averaging", takes the second model as it is.
    """

    def __init__(
        self,
        store: ArtifactStore,
        models: dict[str, Artifact],
        corpora: Mapping[str, Artifact],
        domains: Sequence[str],
        evaluation_tokens: int,
    ):
        self.store, self.models, self.corpora = store, models, dict(corpora)
        self.domains, self.evaluation_tokens = tuple(domains), evaluation_tokens
        self.transforms: dict[tuple[Pair, str], Artifact] = {}
        # what `walk` wrote: (pair, arm, place that moved or None for all)
        self.walked: dict[tuple[Pair, str, str | None], pd.DataFrame] = {}
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

    def draw(self, pairs: Sequence[Pair], arms: Mapping[str, list[str]], seed: int) -> None:
        """Give pairs arms of random transforms (arm → kinds), for control."""
        inputs = {"first": self.models[pairs[0][0]]}
        given = {"arms": dict(arms), "seed": seed}
        drawn = self.store.step("alignment/random", random_transforms, given, inputs)
        self.transforms |= {(pair, arm): drawn for pair in pairs for arm in arms}

    def copy(self, model: str, name: str, kinds: list[str], seed: int) -> Pair:
        """Add a copy of a model in another form, drawn at random; return model and copy."""
        inputs = {"model": self.models[model], "tokenizer": self.corpora["tokenizer"]}
        given = {"kinds": kinds, "seed": seed}
        self.models[name] = self.store.step(f"alignment/{name}", transformed_copy, given, inputs)
        return model, name

    def middle(self, pair: Pair, arm: str) -> Artifact:
        """Return the model halfway between a pair that is aligned by `arm`."""
        inputs = {"tokenizer": self.corpora["tokenizer"]}
        call = self.asked(pair, f"middle_{arm}", merge_aligned, {"t": 0.5}, arm=arm, **inputs)
        return self.store.step(**call)

    def walk(
        self,
        pairs: Sequence[Pair],
        points: Mapping[str, int],
        domains: Sequence[str] = (),
        places: Sequence[str] = (),
    ) -> None:
        """Score the line of every pair and arm (arm → number of t), on other domains if given.

        The number is odd, so that the middle is among them. A symmetry leaves both ends as they
        were, so they are scored once, by the arm "averaging", which comes first. places: of
        `weights.PLACES`, those that alone move along the line, each by itself.
        """
        for arm, count in points.items():
            if count < 3 or count % 2 == 0:
                raise ValueError(f"points of {arm} is {count}: an odd number of at least 3")
        keys = [
            (pair, arm, place) for arm in points for pair in pairs for place in places or [None]
        ]
        calls, tokens = [], self.corpora["tokens"]
        for pair, arm, place in keys:
            at = np.linspace(0, 1, points[arm]).round(6).tolist()
            settings = dict(at=at if arm == UNALIGNED else at[1:-1])
            settings |= {"domains": list(domains or self.domains)}
            settings |= {"evaluation_tokens": self.evaluation_tokens}
            settings |= {"places": [place]} if place else {}
            name = "_".join(["walk", arm, *(place or "").split()])
            calls.append(self.asked(pair, name, walk, settings, arm=arm, tokens=tokens))
        for key, made in zip(keys, parallel_map(self.store.step, calls), strict=True):
            inside = pd.read_parquet(made.file("documents.parquet"))
            if key[1] != UNALIGNED:
                both = self.walked[key[0], UNALIGNED, None]
                inside = pd.concat([inside, both[both.t.isin([0, 1])]])
            self.walked[key] = inside

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

    def lost(self, arm: str, pairs: Sequence[Pair], place: str, t: float) -> Estimate:
        """Return what moving one place's weights by `t` costs the first, mean as for `barrier`."""
        every = [
            lost(self.walked[pair, arm, place], domain, t)
            for pair in pairs
            for domain in self.domains
        ]
        return mean(every)

    def curve(self, arm: str, pairs: Sequence[Pair]) -> pd.DataFrame:
        """Return nats above the mean of the ends along `t`, mean over domains, over all pairs.

        Columns `t`, `mean`, `min`, `max`.
        """
        above = []
        for pair in pairs:
            found = [losses(self.walked[pair, arm, None], domain) for domain in self.domains]
            loss = np.mean([loss for _, loss, _ in found], axis=0)
            above.append(loss - (loss[0] + loss[-1]) / 2)
        spread = {name: getattr(np, name)(above, axis=0) for name in ("mean", "min", "max")}
        return pd.DataFrame({"t": found[0][0]} | spread)

    def loss_of(self, state: StateDict) -> float:
        """Return the test loss of a model with these weights, mean over domains, nats a token."""
        self._model.load_state_dict(state)
        return float(np.mean([score_model(self._model, rows).loss for rows in self.test.values()]))

    def estimate_of(self, state: StateDict) -> Estimate:
        """Return the same loss with bootstrap draws, on the samples of documents of `barrier`."""
        self._model.load_state_dict(state)
        found = []
        for domain, rows in self.test.items():
            scores = score_model(self._model, rows)
            columns = {"nats": scores.nats, "tokens": scores.tokens, "domain": domain, "t": 0.0}
            frame = pd.DataFrame(columns).rename_axis("document").reset_index()
            _, loss, drawn = losses(frame, domain)
            found.append(Estimate(float(loss[0]), drawn[:, 0]))
        return mean(found)

    @cached_property
    def test(self) -> dict[str, EvaluationRows]:
        """The test text of each domain."""
        tokens, context = self.corpora["tokens"], self._model.config.max_position_embeddings
        texts = {d: load_tokens(tokens, d, "test") for d in self.domains}
        return {d: evaluation_rows(t, context, self.evaluation_tokens) for d, t in texts.items()}

    @cached_property
    def _model(self) -> MistralForCausalLM:
        """A model of this shape, to be given any weights."""
        return load_model(next(iter(self.models.values())))

    def spots(
        self, compared: Mapping[str, tuple[str, Sequence[Pair]]], places: Sequence[str]
    ) -> pd.DataFrame:
        """Return what averaging one place alone costs each pair, once the places were walked.

        compared: name → an arm and its pairs. Columns `place`, `pair`, `between` (name), `nats`.
        """
        rows = [
            (place, " and ".join(pair), name, self.lost(arm, [pair], place, 0.5).value)
            for name, (arm, pairs) in compared.items()
            for pair in pairs
            for place in places
        ]
        return pd.DataFrame(rows, columns=["place", "pair", "between", "nats"])

    def rungs(
        self, arms: Mapping[str, str], pairs: Sequence[Pair]
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return barriers for a ladder of `arms` (arm → its name): each case, and the means.

        Columns `arm`, `domain`, `pair`, `barrier`; and `arm`, `barrier`, `low`, `high`.
        """
        cases = pd.DataFrame(
            {
                "arm": name,
                "domain": domain,
                "pair": " and ".join(pair),
                "barrier": self.barrier(arm, [pair], [domain]).value,
            }
            for arm, name in arms.items()
            for domain in self.domains
            for pair in pairs
        )
        means = [(arms[arm], self.barrier(arm, pairs)) for arm in arms]
        columns = ["arm", "barrier", "low", "high"]
        return cases, pd.DataFrame([(n, e.value, *e.interval) for n, e in means], columns=columns)

    def asked(
        self,
        pair: Pair,
        name: str,
        function: Callable,
        settings: Mapping,
        arm: str | None = None,
        **inputs: Artifact,
    ) -> dict:
        """Return the arguments of `ArtifactStore.step` for a step on a pair of models.

        arm: the step gets its transforms, where the arm has any.
        """
        settings, inputs = dict(settings), dict(inputs)
        if (pair, arm) in self.transforms:
            settings["arm"], inputs["transforms"] = arm, self.transforms[pair, arm]
        ends = {"first": self.models[pair[0]], "second": self.models[pair[1]]}
        name = f"alignment/{pair[0]}_{pair[1]}/{name}"
        return dict(name=name, function=function, settings=settings, inputs=ends | inputs)

    def _barrier_on(self, pair: Pair, arm: str, domain: str, definition: str) -> Estimate:
        return barrier(self.walked[pair, arm, None], domain, definition)
