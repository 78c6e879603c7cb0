"""Which features fire where: the sparse activations of dictionaries on the evaluation text.

Every dictionary is read on the same tokens in the same order, so that row t of any two matrices is
the same token. That is what correlation between dictionaries rests on.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy import sparse

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.activations import mlp_activations
from featurefate.language_model.architecture import load_model

TOKENS_AT_A_TIME = 8_192  # bounds the dense (tokens, features) matrix of pre-activations


@dataclass(frozen=True)
class EvaluationTokens:
    """The evaluation text of all domains as one stream of tokens.

    token, domain, document: int (tokens,): token id, index into DOMAINS, document number (unique
    over all domains, ascending). rows, mask: (rows, context): the same tokens as the model reads
    them; `mask` marks them, and their order by row and position is the order of the stream.
    """

    token: np.ndarray
    domain: np.ndarray
    document: np.ndarray
    rows: np.ndarray
    mask: np.ndarray


@dataclass(frozen=True)
class SparseActivations:
    """Activations of all features of one dictionary on the evaluation stream.

    values: csr float32 (tokens, features), explicit zeros removed; document, domain, token:
    (tokens,) as in EvaluationTokens.
    """

    values: sparse.csr_array
    document: np.ndarray
    domain: np.ndarray
    token: np.ndarray

    @property
    def features(self) -> int:
        """Number of features of the dictionary."""
        return self.values.shape[1]

    def save(self, path: Path) -> None:
        """Write one `.npz`, nothing pickled."""
        np.savez(
            path,
            data=self.values.data,
            indices=self.values.indices.astype(np.int32),
            indptr=self.values.indptr,
            shape=np.asarray(self.values.shape),
            document=self.document,
            domain=self.domain,
            token=self.token,
        )

    @classmethod
    def load(cls, path: Path) -> "SparseActivations":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            values = sparse.csr_array(
                (file["data"], file["indices"], file["indptr"]), shape=tuple(file["shape"])
            )
            return cls(values, file["document"], file["domain"], file["token"])


def encode(
    folder: Path,
    *,
    model: Artifact,
    dictionaries: Artifact,
    tokens: Artifact,
    seeds: list[int],
    context: int,
    evaluation_tokens: int,
    split: str,
) -> None:
    """Step: encode `evaluation_tokens` tokens of each domain's `split` with each seed's dictionary.

    Writes `seed_<n>.npz`, one SparseActivations a seed.
    """
    text = evaluation_text(tokens, context, evaluation_tokens, split)
    activations = activations_on(text, model)
    for seed in seeds:
        values = encode_activations(load_dictionary(dictionaries, seed), activations)
        encoded = SparseActivations(values, text.document, text.domain, text.token)
        encoded.save(folder / f"seed_{seed}.npz")


def load_encoded(encoded: Artifact, seed: int) -> SparseActivations:
    """Return what `encode` wrote for one seed."""
    return SparseActivations.load(encoded.file(f"seed_{seed}.npz"))


def encoded_seeds(encoded: Artifact) -> list[int]:
    """Return the SAE seeds of an encoded model, ascending."""
    return sorted(int(path.stem.split("_")[1]) for path in encoded.path.glob("seed_*.npz"))


def evaluation_text(
    tokens: Artifact, context: int, evaluation_tokens: int, split: str
) -> EvaluationTokens:
    """Return `evaluation_tokens` tokens of each domain, one domain after the other."""
    token, domain, document, all_rows, masks = [], [], [], [], []
    documents_before = 0
    for number, name in enumerate(DOMAINS):
        part = evaluation_rows(load_tokens(tokens, name, split), context, evaluation_tokens)
        _, of_row = np.unique(part.documents, return_inverse=True)
        token.append(part.rows[part.mask])
        domain.append(np.full(part.mask.sum(), number, dtype=np.int8))
        document.append(np.repeat(of_row + documents_before, part.mask.sum(axis=1)))
        documents_before += of_row.max() + 1
        all_rows.append(part.rows)
        masks.append(part.mask)
    return EvaluationTokens(
        token=np.concatenate(token),
        domain=np.concatenate(domain),
        document=np.concatenate(document).astype(np.int32),
        rows=np.concatenate(all_rows),
        mask=np.concatenate(masks),
    )


def activations_on(text: EvaluationTokens, model: Artifact) -> torch.Tensor:
    """Return the model's MLP activations on the evaluation stream, float32 (tokens, d_mlp)."""
    return mlp_activations(load_model(model), text.rows)[torch.as_tensor(text.mask)]


def firing_counts(values: sparse.csr_array, document: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return on how many tokens and in how many documents each feature fires, int (features,) each.

    values: csr (tokens, features) without explicit zero entries; document: (tokens,).
    """
    tokens, features = values.shape
    membership = sparse.csr_array((np.ones(tokens, np.float32), (document, np.arange(tokens))))
    by_document = membership @ (values != 0)  # (documents, features)
    return (
        np.bincount(values.indices, minlength=features),
        np.bincount(by_document.indices, minlength=features),
    )


@torch.no_grad()
def encode_activations(dictionary, activations: torch.Tensor) -> sparse.csr_array:
    """Return the dictionary's activations, csr float32 (tokens, features), zeros removed."""
    parts = [
        sparse.csr_array(dictionary.encode(part).numpy())
        for part in activations.split(TOKENS_AT_A_TIME)
    ]
    return sparse.vstack(parts, format="csr")
