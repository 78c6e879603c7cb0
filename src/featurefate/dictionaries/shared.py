"""One dictionary for several models at once: a crosscoder.

One set of latents explains the activations of all models on the same tokens; each model has an
encoder and a decoder of its own (Lindsey et al. 2024, "Sparse crosscoders"). What a latent writes
in a model says how much of it that model has. No latent has to be matched with another one, so no
second seed stands between the models.

With TopK in place of a penalty this is a TopK autoencoder on the models' activations laid end to
end: its encoder adds the models up, and the row of a latent in its decoder holds one direction for
each. A penalty on the lengths of the directions would shrink the shorter one away and make shared
latents look specific (Minder et al. 2025, arXiv 2504.02922).
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy import sparse
from torch import Tensor
from tqdm import tqdm

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.activation_stream import ActivationStream, shuffled_batches
from featurefate.dictionaries.architectures import new_dictionary
from featurefate.dictionaries.encoding import (
    EvaluationTokens,
    SparseActivations,
    activations_on,
    encode_activations,
    evaluation_text,
)
from featurefate.dictionaries.geometry import written_directions
from featurefate.dictionaries.start import centre_and_scale, start_at_samples, unit_scale
from featurefate.dictionaries.training import (
    ROWS_SEED,
    load_dictionary,
    new_trainer,
    save_dictionary,
    trained_seeds,
)
from featurefate.language_model.architecture import load_model
from featurefate.language_model.order import mixed_rows

if TYPE_CHECKING:
    from sae_lens import SAE

MODELS_FILE = "models.json"


def train_shared(
    folder: Path,
    *,
    tokens: Artifact,
    features: int,
    k: int,
    training_tokens: int,
    seeds: list[int],
    context: int,
    batch: int,
    learning_rate: float,
    buffer_tokens: int,
    domains: list[str] = DOMAINS,
    **models: Artifact,
) -> None:
    """Step: train one dictionary a seed on the activations of all `models` (by name) together.

    Settings as in `train_dictionaries`; all models see the same text. Each model's activations are
    scaled to one mean norm, so that none outweighs the others. Writes `seed_<n>/` in SAELens's
    format, for the scaled activations laid end to end, and `models.json`: each model's scale, in
    their order.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    steps, piece = training_tokens // batch, buffer_tokens // batch * batch
    wanted = -(-steps * batch // (context - 1))
    rows = (wanted + -wanted % len(domains)) * context
    text = mixed_rows(tokens, domains, rows, context, ROWS_SEED)
    streams = [
        ActivationStream(load_model(model).to(device), text, steps * batch, piece)
        for model in models.values()
    ]
    scales = {name: unit_scale(s[0]) for name, s in zip(models, streams, strict=True)}
    trainers = {}
    for index in tqdm(range(len(streams[0])), file=sys.stderr):
        activations = _end_to_end([stream[index] for stream in streams], scales)
        for seed in seeds:
            if seed not in trainers:
                dictionary = new_dictionary(
                    "topk", d_in=activations.shape[1], features=features, k=k, seed=seed,
                    device=device,
                )  # fmt: skip
                trainers[seed] = new_trainer(
                    dictionary, steps=steps, batch=batch, learning_rate=learning_rate
                )
                centre_and_scale(trainers[seed], activations)
                start_at_samples(trainers[seed], activations, seed)
            for batch_of in shuffled_batches(activations, batch, seed=(ROWS_SEED, seed, index)):
                trainers[seed].step(batch_of)
                trainers[seed].n_training_steps += 1
    for seed, trainer in trainers.items():
        save_dictionary(trainer, folder / f"seed_{seed}", "+".join(models))
    (folder / MODELS_FILE).write_text(json.dumps(scales))


@dataclass(frozen=True)
class SharedDictionary:
    """A trained crosscoder: SAELens's dictionary of scaled activations, and the models' scales."""

    dictionary: "SAE"
    scales: dict[str, float]

    @classmethod
    def load(cls, shared: Artifact, seed: int) -> "SharedDictionary":
        """Open what `train_shared` wrote for one seed."""
        return cls(load_dictionary(shared, seed), json.loads(shared.file(MODELS_FILE).read_text()))

    def encode(self, activations: dict[str, Tensor]) -> sparse.csr_array:
        """Return the latents, csr (tokens, features), from every model's own (tokens, neurons)."""
        parts = [activations[name] for name in self.scales]
        return encode_activations(self.dictionary, _end_to_end(parts, self.scales))

    def norms(self) -> dict[str, np.ndarray]:
        """Return how long each latent's direction is in each model, float32 (features,).

        In units in which all models' activations have the same mean norm.
        """
        parts = written_directions(self.dictionary).chunk(len(self.scales), dim=1)
        return {n: p.norm(dim=1).numpy() for n, p in zip(self.scales, parts, strict=True)}


def encode_shared(
    folder: Path,
    *,
    shared: Artifact,
    tokens: Artifact,
    context: int,
    evaluation_tokens: int,
    split: str,
    **models: Artifact,
) -> None:
    """Step: what the shared dictionaries say of a text, in the form of `encode`: `seed_<n>.npz`.

    `models`: those that it was trained on, by the same names.
    """
    text: EvaluationTokens = evaluation_text(tokens, context, evaluation_tokens, split)
    activations = {name: activations_on(text, model) for name, model in models.items()}
    for seed in trained_seeds(shared):
        values = SharedDictionary.load(shared, seed).encode(activations)
        encoded = SparseActivations(values, text.document, text.domain, text.token)
        encoded.save(folder / f"seed_{seed}.npz")


def _end_to_end(parts: list[Tensor], scales: dict[str, float]) -> Tensor:
    """The models' activations (tokens, neurons), scaled and side by side."""
    return torch.cat([p * scale for p, scale in zip(parts, scales.values(), strict=True)], dim=1)
