"""What a feature does to the next token's logits: taken out where it fires, put in anywhere.

With one layer all is in closed form. A feature adds z · w to the stream that the last norm reads: z
its activation, w its direction as `down_proj` writes it. Nothing else hears of it, so taking it out
changes the logits at this very token by U (norm(h) − norm(h − z w)), U the unembedding. It is what
splicing the activations without the feature into the model gives, at no cost of a run; the mean
over tokens is taken before U.

Effects are numbers for tokens of the vocabulary, the same vocabulary for every model. So unlike
directions they can be compared between models that share no basis.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse
from torch import Tensor
from transformers import MistralForCausalLM

from featurefate.dictionaries.encoding import EvaluationTokens, encode_activations
from featurefate.dictionaries.geometry import written_directions

ROWS_AT_A_TIME = 64
LEAST_USES = 5  # of a token in the text: rarer ones have hardly left where they started


@dataclass(frozen=True)
class Passage:
    """One model on one text: activations of its MLP (tokens, d_mlp), and `behind`, the stream that
    its last norm reads (tokens, d_model); float32."""

    activations: Tensor
    behind: Tensor


@torch.inference_mode()
def passage(model: MistralForCausalLM, text: EvaluationTokens) -> Passage:
    """Run a model over a text and keep what its features are read from and written to."""
    seen: dict[str, list[Tensor]] = {"activations": [], "behind": []}

    def keep(name: str):
        return lambda _, arguments: seen[name].append(arguments[0])

    read, written = model.model.layers[0].mlp.down_proj, model.model.norm
    hooks = [read.register_forward_pre_hook(keep("activations"))]
    hooks.append(written.register_forward_pre_hook(keep("behind")))
    try:
        for start in range(0, len(text.rows), ROWS_AT_A_TIME):
            rows = text.rows[start : start + ROWS_AT_A_TIME].astype(np.int64)
            model.model(input_ids=torch.as_tensor(rows), use_cache=False)
    finally:
        for hook in hooks:
            hook.remove()
    mask = torch.as_tensor(text.mask)
    return Passage(**{name: torch.cat(parts)[mask].float() for name, parts in seen.items()})


class FeatureEffects:
    """The effects of one dictionary's features on the logits of one model, on one text.

    values: the features' activations, csc (tokens, features). Effects are returned as changes of
    what the unembedding reads, float32 (features, d_model); `on_tokens` turns them into logits.
    """

    def __init__(self, model: MistralForCausalLM, dictionary, text: EvaluationTokens):
        here = passage(model, text)
        self.values: sparse.csc_array = encode_activations(dictionary, here.activations).tocsc()
        self.behind, self.model = here.behind, model
        with torch.no_grad():
            down = model.model.layers[0].mlp.down_proj.weight
            self.written = written_directions(dictionary) @ down.T  # (features, d_model)

    def taken_out(self, features: np.ndarray, most_tokens: int, seed: int) -> Tensor:
        """Return what each feature gives where it fires: the mean of intact less taken out.

        Over `most_tokens` of its tokens at most, drawn from `seed`; 0 for a feature that never
        fires.
        """
        return self._mean(features, self._firing(features, most_tokens, seed), sign=-1)

    def put_in(self, features: np.ndarray, most_tokens: int, seed: int) -> Tensor:
        """Return what each feature does when it is added with its mean strength.

        At `most_tokens` tokens at most, drawn from `seed`, the same ones for all features.
        """
        drawn = np.random.default_rng(seed).permutation(len(self.behind))[:most_tokens]
        strength = self.values.sum(axis=0) / np.maximum(np.diff(self.values.indptr), 1)
        everywhere = ((drawn, np.full(len(drawn), strength[feature])) for feature in features)
        return self._mean(features, everywhere, sign=1)

    def _firing(
        self, features: np.ndarray, most: int, seed: int
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Tokens on which each feature fires, and how strongly it does."""
        starts = self.values.indptr
        for feature in features:
            start, stop = starts[feature], starts[feature + 1]
            drawn = np.random.default_rng((seed, feature)).permutation(stop - start)[:most] + start
            yield self.values.indices[drawn], self.values.data[drawn]

    @torch.no_grad()
    def _mean(self, features: np.ndarray, where, sign: int) -> Tensor:
        """The mean change, over tokens, of what the unembedding reads."""
        norm, changes = self.model.model.norm, torch.zeros(len(features), self.behind.shape[1])
        for row, (feature, (tokens, strength)) in enumerate(zip(features, where, strict=True)):
            if len(tokens):
                stream = self.behind[torch.as_tensor(tokens, dtype=torch.long)]
                added = torch.as_tensor(strength, dtype=torch.float32)[:, None]
                changed = stream + sign * added * self.written[feature]
                changes[row] = sign * (norm(changed) - norm(stream)).mean(dim=0)
        return changes

    @torch.no_grad()
    def on_tokens(self, changes: Tensor, vocabulary: np.ndarray) -> Tensor:
        """Return changes (features, d_model) as changes of the logits of some tokens.

        vocabulary: token ids (n,). float32 (features, n), centred: what moves all of these logits
        alike moves no probability among them.
        """
        logits = changes @ self.model.lm_head.weight[torch.as_tensor(vocabulary)].T
        return logits - logits.mean(dim=1, keepdim=True)


def common_tokens(text: EvaluationTokens) -> np.ndarray:
    """Return the ids of the tokens that a text uses at least 5 times, ascending."""
    uses = np.bincount(text.token.astype(np.int64))
    return np.flatnonzero(uses >= LEAST_USES)
