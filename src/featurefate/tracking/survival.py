"""Which of a model's features are still there in another model of its lineage?

The dictionary of a model, its *home*, reads the other model's activations on the same tokens, and
each feature is correlated with itself at home. Along a path of models (merges from t = 0 to 1,
milestones of a training) this follows single features, and no seed of a dictionary gets in the
way: with nothing changed every r is 1, so the ceiling is 1 by construction. It measures survival,
not emergence: what the home never had, its dictionary does not see. And it rests on the two models
sharing their neurons' basis; across lineages it reads noise.
"""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from scipy import sparse
from transformers import MistralForCausalLM

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.agreement import Rate
from featurefate.dictionaries.encoding import SparseActivations, encode_activations
from featurefate.dictionaries.partners import counted_features
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.activations import mlp_activations
from featurefate.language_model.architecture import load_model
from featurefate.language_model.milestones import load_milestones
from featurefate.language_model.movement import ALL, movement
from featurefate.tracking.looked_up import Summed, with_itself
from featurefate.tracking.short_rows import short_evaluation_text

CEILING = 1.0  # a model read at home
SEVERAL = "several"  # the domain of a feature that has most of its firings in none


class Reader:
    """The dictionary `seed` of a model, which reads other models on one text.

    reading: `context`, `evaluation_tokens` (of each domain) and `split`, as `encode` takes them.
    """

    def __init__(
        self,
        home: Artifact,
        dictionaries: Artifact,
        seed: int,
        tokens: Artifact,
        reading: dict[str, Any],
    ):
        self.home, self.text = load_model(home), short_evaluation_text(tokens, **reading)
        self.dictionary = load_dictionary(dictionaries, seed)
        self.blocks = DocumentBlocks.of(self.text.document, self.text.domain)

    def read(self, model: MistralForCausalLM) -> sparse.csr_array:
        """Return the features' activations in a model, csr (tokens, features)."""
        activations = mlp_activations(model, self.text.rows)[torch.as_tensor(self.text.mask)]
        return encode_activations(self.dictionary, activations)

    @cached_property
    def at_home(self) -> sparse.csr_array:
        """The features' activations in their own model."""
        return self.read(self.home)

    def summed(self, values: sparse.csr_array) -> Summed:
        """What r needs of the features' activations in some model."""
        return Summed.of(values, self.blocks)

    def counted(self, values: sparse.csr_array) -> np.ndarray:
        """Return which features fire often enough to be judged, bool (features,)."""
        text = self.text
        stream = SparseActivations(values, text.document, text.domain, text.token)
        return counted_features(stream)

    @cached_property
    def domain(self) -> np.ndarray:
        """The domain in which a feature has more than half of its firings at home, or "several"."""
        place = self.text.domain, np.arange(len(self.text.domain))
        member = sparse.csr_array((np.ones(len(self.text.domain)), place))
        firings = (member @ (self.at_home != 0)).toarray()  # (domains, features)
        most = np.array(DOMAINS)[firings.argmax(axis=0)]
        return np.where(2 * firings.max(axis=0) > firings.sum(axis=0), most, SEVERAL)


def survival(
    folder: Path,
    *,
    home: Artifact,
    dictionaries: Artifact,
    tokens: Artifact,
    seed: int,
    reading: dict[str, Any],
    draws: int,
    draws_seed: int,
    **models: Artifact,
) -> None:
    """Step: read `models` by the dictionary `seed` of `home`; r of each feature with itself.

    reading: see `Reader`; `draws` of the bootstrap over documents, from `draws_seed`. Writes

    - `rates.parquet`: model, of ("all", or the features' own domain), value, low, high (share of
      the counted features at r ≥ .8), median_r, ceiling (1 by construction), features (counted),
      distance (length of the difference in weights between home and model);
    - `features.parquet`: model, feature, counted, domain, r.
    """
    reader = Reader(home, dictionaries, seed, tokens, reading)
    networks = ((name, load_model(model)) for name, model in models.items())
    write_survival(folder, reader, "model", networks, draws, draws_seed)


def survival_in_training(
    folder: Path,
    *,
    home: Artifact,
    dictionaries: Artifact,
    tokens: Artifact,
    trained: Artifact,
    seed: int,
    reading: dict[str, Any],
    draws: int,
    draws_seed: int,
) -> None:
    """Step: the same for the milestones that were kept while `trained` was trained.

    Writes what `survival` does, with `trained_on` (tokens seen by then) instead of `model`. Raises
    ValueError where none was kept.
    """
    if not any((trained.path / "milestones").glob("step_*")):
        raise ValueError(f"{trained.name} was trained without milestones: there is none to read")
    reader = Reader(home, dictionaries, seed, tokens, reading)
    networks = ((seen, network) for _, seen, network in load_milestones(trained))
    write_survival(folder, reader, "trained_on", networks, draws, draws_seed)


def write_survival(
    folder: Path,
    reader: Reader,
    column: str,
    networks: Iterable[tuple[Any, MistralForCausalLM]],
    draws: int,
    draws_seed: int,
) -> None:
    """Measure all models and write both tables; `column` holds what each model is called."""
    times = reader.blocks.draws(draws, draws_seed)
    times = np.concatenate([np.ones_like(times[:1]), times])  # all documents once, then the draws
    at_home = reader.summed(reader.at_home)
    known = {"counted": reader.counted(reader.at_home), "domain": reader.domain}
    rates, features = [], []
    for name, network in networks:
        r = with_itself(at_home, reader.summed(reader.read(network)), times)
        table = pd.DataFrame({column: name, "feature": range(len(known["domain"])), **known})
        features.append(table.assign(r=r[0]))
        distance = movement(reader.home, network).set_index("part").length[ALL]
        found = surviving(features[-1], r[1:])
        rates.append(found.assign(distance=distance, **{column: name}))
    pd.concat(rates, ignore_index=True).to_parquet(folder / "rates.parquet")
    pd.concat(features, ignore_index=True).to_parquet(folder / "features.parquet")


def surviving(features: pd.DataFrame, drawn: np.ndarray) -> pd.DataFrame:
    """Return the rates of one model's features: of all, and of those at home in each domain.

    features: counted, domain, r; drawn: r in each draw, (draws, features). Columns as `survival`
    lists them from "of" to "features". Domains without a counted feature are left out.
    """
    rows = []
    for of in ("all", *DOMAINS, SEVERAL):
        chosen = (features.counted & ((features.domain == of) | (of == "all"))).to_numpy()
        if not chosen.any():
            continue
        r = features.r.to_numpy()[chosen]
        still = (drawn[:, chosen] >= PAPER_THRESHOLD).mean(axis=1)
        value = float((r >= PAPER_THRESHOLD).mean())
        rate = Rate(value, still - still.mean() + value)  # r of fewer documents is a little lower
        low, high = rate.interval  # of few features it may miss the value, or leave 0 to 1
        row = dict(of=of, value=value, low=max(0, min(low, value)), high=min(1, max(high, value)))
        row |= dict(ceiling=CEILING, features=int(chosen.sum()), median_r=float(np.median(r)))
        rows.append(row)
    return pd.DataFrame(rows)
