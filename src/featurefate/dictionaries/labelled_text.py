"""The evaluation text with the concepts that its tokens carry, and where each concept is defined.

A concept is judged only on the domains in which it is defined: elsewhere its absence says nothing.
Concepts that occur too rarely to be judged are left out, the same ones in every split.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from featurefate.artifacts.store import Artifact
from featurefate.corpora.concepts.labels import load_concepts
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.dictionaries.encoding import EvaluationTokens

LEAST_TOKENS, LEAST_DOCUMENTS = 30, 10  # with the concept; as many tokens without it


@dataclass(frozen=True)
class LabelledText:
    """What the tokens of an evaluation stream carry.

    names: of the concepts; carried: csr float32 (tokens, concepts), 1 where a token carries one;
    defined: bool (domains, concepts); domain, document: int (tokens,), as in EvaluationTokens.
    """

    names: list[str]
    carried: sparse.csr_array
    defined: np.ndarray
    domain: np.ndarray
    document: np.ndarray

    @property
    def tokens(self) -> np.ndarray:
        """On how many tokens each concept is judged, int (concepts,)."""
        return np.bincount(self.domain, minlength=len(self.defined)) @ self.defined

    @property
    def carriers(self) -> np.ndarray:
        """How many tokens carry each concept, float64 (concepts,)."""
        return self.carried.sum(axis=0, dtype=np.float64)

    def only(self, concepts: np.ndarray) -> "LabelledText":
        """Return the same text with some of the concepts; `concepts`: bool (concepts,)."""
        names = [name for name, kept in zip(self.names, concepts, strict=True) if kept]
        defined = self.defined[:, concepts]
        carried = sparse.csr_array(self.carried[:, concepts])
        return LabelledText(names, carried, defined, self.domain, self.document)


def labelled_texts(
    tokens: Artifact,
    concepts: Artifact,
    texts: dict[str, EvaluationTokens],
    context: int,
    evaluation_tokens: int,
) -> dict[str, LabelledText]:
    """Return split → labels of `texts`, which `evaluation_text` made with the same settings.

    Keeps the concepts that stand on 30 tokens in 10 documents of every split, and are absent from
    30 tokens of the domains where they are defined. Raises ValueError where none does.
    """
    found = {}
    for split, text in texts.items():
        names, carried, defined = [], [], []
        for domain in DOMAINS:
            rows = evaluation_rows(load_tokens(tokens, domain, split), context, evaluation_tokens)
            known = load_concepts(concepts, domain, split)
            names, defined = known.names, [*defined, known.defined]
            carried.append(known.of(rows).astype(np.float32))
        stacked = sparse.vstack(carried, format="csr")
        stacked = sparse.csr_array(stacked.multiply(np.array(defined)[text.domain]))
        stacked.eliminate_zeros()
        found[split] = LabelledText(
            list(names), stacked, np.array(defined), text.domain, text.document
        )
    often = np.logical_and.reduce([_often(text) for text in found.values()])
    if not often.any():
        raise ValueError(
            f"no concept stands on {LEAST_TOKENS} tokens in {LEAST_DOCUMENTS} documents"
        )
    return {split: text.only(often) for split, text in found.items()}


def by_document(document: np.ndarray) -> sparse.csr_array:
    """Return the matrix that sums what tokens have to documents, float64 (documents, tokens)."""
    tokens = np.arange(len(document))
    return sparse.csr_array((np.ones(len(document)), (document, tokens)))


def _often(text: LabelledText) -> np.ndarray:
    documents = np.diff((by_document(text.document) @ text.carried).tocsc().indptr)
    without = text.tokens - text.carriers
    enough = (text.carriers >= LEAST_TOKENS) & (without >= LEAST_TOKENS)
    return enough & (documents >= LEAST_DOCUMENTS)
