"""Which fine-tunes the chapter asks for: the members of the regions, and the controls.

The paper's 280 models are one parameter away: eight data sets with 35 seeds each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact, ArtifactStore
from featurefate.language_model.controls import untrained
from featurefate.regions.datasets import DATASETS, family
from featurefate.regions.fine_tunes import fine_tune_on

CONTROLS = ("other_base", "halves", "apart", "less_text", "from_scratch")


@dataclass(frozen=True)
class Plan:
    """One fine-tune. group: "member", or a control. drawn: tokens of text that it sees.

    part: which of how many parts of the data set, None for all of it.
    """

    group: str
    dataset: str
    seed: int
    drawn: int
    parent: str = "base"
    part: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """The name of its artifact."""
        group = "" if self.group == "member" else f"{self.group}/"
        less = f"{self.drawn}/" if self.group == "less_text" else ""
        return f"regions/{group}{less}{self.dataset}/{self.seed}"

    def step(
        self, corpora: dict[str, Artifact], parent: Artifact, training: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What `ArtifactStore.step` is called with for it; training: see `fine_tunes`."""
        rule = DATASETS[self.dataset] | ({"part": list(self.part)} if self.part else {})
        recipe = {key: value for key, value in training.items() if key != "tokens"}
        recipe |= {"training_tokens": training["tokens"], "seed": self.seed}
        settings = {"dataset": rule, "drawn_tokens": self.drawn, "recipe": recipe}
        inputs = corpora | {"parent": parent}
        return dict(name=self.name, function=fine_tune_on, settings=settings, inputs=inputs)


def members(datasets: Sequence[str], seeds: Sequence[int], tokens: int) -> list[Plan]:
    """Return one fine-tune of the base for every data set and seed."""
    return [Plan("member", d, s, tokens) for d in datasets for s in seeds]


def controls(
    datasets: Sequence[str],
    seeds: Mapping[str, Sequence[int]],
    tokens: int,
    less_text: Sequence[int],
) -> list[Plan]:
    """Return the controls of these `seeds` (name of a control → seeds; none: it is not run).

    other_base: every data set, from another base. halves: two random halves of python. apart: the
    kinds of story, each seed with a part of its own, so that no document is in two. less_text: the
    kinds of python, `less_text` tokens of them in as many steps. from_scratch: every data set,
    from random weights, other ones for each. Raises KeyError for a control that is none.
    """
    if unknown := sorted(set(seeds) - set(CONTROLS)):
        raise KeyError(f"no control {', '.join(unknown)}; there are {', '.join(CONTROLS)}")
    of = {control: list(seeds.get(control, ())) for control in CONTROLS}
    stories, pythons = ([d for d in datasets if d.startswith(n)] for n in ("stories", "python"))
    return [
        *(Plan("other_base", d, s, tokens, "base_other_seed")
          for d in datasets for s in of["other_base"]),
        *(Plan("halves", f"python_half_{n}", s, tokens) for n in (0, 1) for s in of["halves"]),
        *(Plan("apart", d, s, tokens // 2, part=(n, len(of["apart"])))
          for d in stories for n, s in enumerate(of["apart"])),
        *(Plan("less_text", d, s + 10 * n, size)
          for d in pythons for n, size in enumerate(less_text) for s in of["less_text"]),
        *(Plan("from_scratch", d, s, tokens, f"untrained/{d}/{s}")
          for d in datasets for s in of["from_scratch"]),
    ]  # fmt: skip


def fine_tunes(
    store: ArtifactStore,
    planned: Sequence[Plan],
    corpora: dict[str, Artifact],
    bases: Mapping[str, Artifact],
    training: Mapping[str, Any],
) -> pd.DataFrame:
    """Compute the fine-tunes side by side; return the fields of their plans, and more.

    corpora: documents, tokens, tokenizer. training: `tokens` seen by each, and the fields batch,
    learning_rate, weight_decay of `Recipe`. More columns: `model` and `from` (the parent), both
    artifacts, `family`, `domain`.
    """
    parents = dict(bases)
    shape = bases["base"].manifest.recipe["settings"]["shape"]
    for number, plan in enumerate(planned):
        if plan.parent not in parents:
            initial = {"shape": shape, "seed": 1_000 * plan.seed + number}
            inputs = {"tokenizer": corpora["tokenizer"]}
            parents[plan.parent] = store.step(f"regions/{plan.parent}", untrained, initial, inputs)
    calls = [plan.step(corpora, parents[plan.parent], training) for plan in planned]
    found = pd.DataFrame([asdict(plan) for plan in planned])
    found["model"] = parallel_map(store.step, calls)
    found["from"] = [parents[plan.parent] for plan in planned]
    found["family"] = [family(DATASETS[plan.dataset]) for plan in planned]
    found["domain"] = [DATASETS[plan.dataset]["domain"] for plan in planned]
    return found
