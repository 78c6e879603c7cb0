"""What a feature card shows: where a feature fires, how strongly, and what it promotes."""

from dataclasses import dataclass

import numpy as np
import torch
from transformers import MistralForCausalLM, PreTrainedTokenizerBase

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.dictionaries.encoding import SparseActivations, load_encoded
from featurefate.dictionaries.geometry import written_directions
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.architecture import load_model

HISTOGRAM_BINS = 30


@dataclass(frozen=True)
class Context:
    """A stretch of one document around a token on which a feature fires strongly.

    tokens: strings as they stand in the text; activations: of the feature on each; peak: index of
    the token that the context was chosen for.
    """

    tokens: list[str]
    activations: list[float]
    peak: int
    domain: str
    document: int


@dataclass(frozen=True)
class FeatureDescription:
    """One feature of one dictionary.

    firing_rate: share of the evaluation tokens; documents: number it fires in; contexts: strongest
    first, one a document; histogram_counts (bins,), histogram_edges (bins + 1,): of its nonzero
    activations; promoted, suppressed: (token, effect) pairs, strongest first, the effect on the
    logit of one unit of the feature, centred over the vocabulary.
    """

    feature: int
    firing_rate: float
    documents: int
    contexts: list[Context]
    histogram_counts: list[int]
    histogram_edges: list[float]
    promoted: list[tuple[str, float]]
    suppressed: list[tuple[str, float]]


class FeatureReader:
    """Describes features of one (SAELens) dictionary of `model`, one after another.

    contexts: how many a feature, at most; tokens_each_side: of the peak; promoted_tokens: how many
    are listed, and as many suppressed ones.
    """

    def __init__(
        self,
        encoded: SparseActivations,
        dictionary,
        model: MistralForCausalLM,
        tokenizer: PreTrainedTokenizerBase,
        contexts: int = 8,
        tokens_each_side: int = 12,
        promoted_tokens: int = 8,
    ):
        self._encoded, self._values = encoded, encoded.values.tocsc()
        self._directions, self._model = written_directions(dictionary), model
        self._piece = [tokenizer.decode([i]) for i in range(model.config.vocab_size)]
        self._contexts, self._each_side = contexts, tokens_each_side
        self._promoted = promoted_tokens

    @classmethod
    def open(
        cls,
        seed: int,
        *,
        model: Artifact,
        tokenizer: Artifact,
        dictionaries: Artifact,
        encoded: Artifact,
        **sizes: int,
    ) -> "FeatureReader":
        """Open the artifacts of one model, for the dictionary of `seed`.

        encoded: what `encode` wrote of `dictionaries`; sizes: as above.
        """
        return cls(
            load_encoded(encoded, seed),
            load_dictionary(dictionaries, seed),
            load_model(model),
            load_tokenizer(tokenizer),
            **sizes,
        )

    def __len__(self) -> int:
        """Number of features."""
        return self._encoded.features

    def read(self, feature: int) -> FeatureDescription:
        """Describe one feature."""
        encoded = self._encoded
        column = self._values[:, [feature]].toarray().ravel()
        firing = np.flatnonzero(column)
        counts, edges = np.histogram(column[firing], bins=HISTOGRAM_BINS)
        effects = logit_effects(self._directions[feature], self._model)
        order = np.argsort(effects)
        return FeatureDescription(
            feature=feature,
            firing_rate=len(firing) / len(column),
            documents=len(np.unique(encoded.document[firing])),
            contexts=[
                self._context(peak, column)
                for peak in strongest_by_document(column, encoded.document, self._contexts)
            ],
            histogram_counts=counts.tolist(),
            histogram_edges=edges.tolist(),
            promoted=self._named(order[::-1][: self._promoted], effects),
            suppressed=self._named(order[: self._promoted], effects),
        )

    def silent_contexts(self, feature: int, wanted: int, seed: int) -> list[Context]:
        """Return `wanted` contexts, drawn at random, in which the feature never fires.

        Fewer where it fires nearly everywhere.
        """
        column = self._values[:, [feature]].toarray().ravel()
        drawn = np.random.default_rng(seed).permutation(len(column))[: 100 * wanted]
        found: list[Context] = []
        for position in drawn:
            if len(found) == wanted:
                break
            context = self._context(int(position), column)
            if not any(context.activations):
                found.append(context)
        return found

    def _named(self, ids: np.ndarray, effects: np.ndarray) -> list[tuple[str, float]]:
        return [(self._piece[i], float(effects[i])) for i in ids]

    def _context(self, peak: int, column: np.ndarray) -> Context:
        encoded, side = self._encoded, self._each_side
        near = np.arange(max(0, peak - side), min(len(column), peak + side + 1))
        near = near[encoded.document[near] == encoded.document[peak]]
        return Context(
            tokens=[self._piece[i] for i in encoded.token[near]],
            activations=column[near].astype(float).tolist(),
            peak=int(np.flatnonzero(near == peak)[0]),
            domain=DOMAINS[encoded.domain[peak]],
            document=int(encoded.document[peak]),
        )


def describe(
    feature: int,
    encoded: SparseActivations,
    dictionary,
    model: MistralForCausalLM,
    tokenizer: PreTrainedTokenizerBase,
    **sizes: int,
) -> FeatureDescription:
    """Describe one feature of a dictionary of `model`; `sizes` as for `FeatureReader`."""
    return FeatureReader(encoded, dictionary, model, tokenizer, **sizes).read(feature)


@torch.no_grad()
def logit_effects(direction: torch.Tensor, model: MistralForCausalLM) -> np.ndarray:
    """Return what adding `direction` (d_mlp,) to the MLP's activations does to the logits.

    float32 (vocabulary,), centred: through down_proj, the gain of the final norm (its division by
    the stream's size is a positive factor, left out) and the unembedding.
    """
    written = model.model.layers[0].mlp.down_proj.weight @ direction
    effects = model.lm_head.weight @ (model.model.norm.weight * written)
    return (effects - effects.mean()).numpy()


def strongest_by_document(column: np.ndarray, document: np.ndarray, wanted: int) -> list[int]:
    """Return the positions of a feature's maxima in the `wanted` documents where they are highest.

    column: activations (tokens,); document: (tokens,). Only documents where it fires.
    """
    positions, seen = [], set()
    firing = np.flatnonzero(column)
    for position in firing[np.argsort(-column[firing], kind="stable")]:
        if document[position] not in seen:
            positions.append(int(position))
            seen.add(document[position])
        if len(positions) == wanted:
            break
    return positions
