"""Loss by concept: which kinds of token did a child learn, and which did it forget?"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import sparse, stats

from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.bootstrap import intervals
from featurefate.language_model.evaluation import TokenScores, document_of_tokens

LEAST_TOKENS, LEAST_DOCUMENTS = 30, 10  # fewer say nothing about a concept
ERROR_RATE = 0.05  # of calling any concept of a table changed that is not


def loss_by_concept(
    scores: Mapping[str, TokenScores],
    labels: sparse.csr_array,
    names: Sequence[str],
    evaluation: EvaluationRows,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the mean loss of each model on the tokens of each concept.

    scores: by name, all on `evaluation`; labels: bool (tokens, concepts), in the order of
    `evaluation.rows[evaluation.mask]`; names: of its columns. One row a model and concept with at
    least 30 tokens in 10 documents: `model`, `concept`, `tokens`, `documents`, `loss` in nats a
    token with `low` and `high` (95 %, over documents). A token may carry several concepts.
    """
    sums = _ConceptSums(labels, names, evaluation)
    parts = []
    for name, by_token in scores.items():
        nats = sums.of(by_token.nats)
        low, high = intervals(nats, sums.tokens, seed)
        loss = nats.sum(axis=0) / sums.tokens.sum(axis=0)
        parts.append(sums.counts().assign(model=name, loss=loss, low=low, high=high))
    columns = ["model", "concept", "tokens", "documents", "loss", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns]


def changes_by_concept(
    parent: TokenScores,
    child: TokenScores,
    labels: sparse.csr_array,
    names: Sequence[str],
    evaluation: EvaluationRows,
    seed: int = 0,
) -> pd.DataFrame:
    """Return by how many nats a child's loss differs from its parent's on each concept.

    Arguments as for `loss_by_concept`. One row a concept, most improved first: `concept`,
    `tokens`, `documents`, `parent` and `child` (their losses), `change` (child − parent, so
    negative where the child is better) with `low` and `high` (95 %, paired, over documents), `p`
    (no change on this concept), `p_corrected` and `verdict`: "learned", "forgotten" or "unclear".

    `p` is from Student's t on the linearised ratio of sums over the documents that carry the
    concept (Cochran 1977, chapter 6: resampling is too coarse for small p). Many concepts are
    asked at once, so Holm's correction (1979) is applied over the table, which is valid however
    the concepts overlap; the verdict is drawn at a family-wise error rate of 5 %.
    """
    sums = _ConceptSums(labels, names, evaluation)
    before, after = sums.of(parent.nats), sums.of(child.nats)
    low, high = intervals(after - before, sums.tokens, seed)
    total = sums.tokens.sum(axis=0)
    table = sums.counts().assign(parent=before.sum(axis=0) / total, child=after.sum(axis=0) / total)
    table["change"] = table.child - table.parent
    table["low"], table["high"] = low, high
    table["p"] = ratio_p_values(after - before, sums.tokens)
    table["p_corrected"] = holm(table.p.to_numpy())
    sure = table.p_corrected < ERROR_RATE
    table["verdict"] = np.where(sure, np.where(table.change < 0, "learned", "forgotten"), "unclear")
    return table.sort_values("change", ignore_index=True)


def ratio_p_values(numerators: np.ndarray, denominators: np.ndarray) -> np.ndarray:
    """Return two-sided p-values that Σ numerators / Σ denominators is 0, (groups,).

    Both (documents, groups). Documents with denominator 0 take no part in their group; each
    group needs two others. Where all documents are of one size it is the one-sample t-test.
    """
    taking_part = denominators > 0
    documents = taking_part.sum(axis=0)
    total = denominators.sum(axis=0)
    ratio = numerators.sum(axis=0) / total
    residual = np.where(taking_part, numerators - ratio * denominators, 0.0)
    error = np.sqrt((residual**2).sum(axis=0) * documents / (documents - 1)) / total
    t = np.divide(ratio, error, out=np.full(len(ratio), np.inf), where=error > 0)
    t = np.where(ratio == 0, 0.0, t)
    return 2 * stats.t.sf(np.abs(t), documents - 1)


def holm(p: np.ndarray) -> np.ndarray:
    """Return p-values corrected for asking all of them at once (Holm 1979), in the same order.

    Calling those below α significant makes any false call with probability at most α.
    """
    order = np.argsort(p)
    stepwise = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(stepwise, 1.0)
    return corrected


class _ConceptSums:
    """Sums over the tokens of each document that carry each concept, of concepts often enough."""

    def __init__(self, labels: sparse.csr_array, names: Sequence[str], evaluation: EvaluationRows):
        if labels.shape != (evaluation.tokens, len(names)):
            raise ValueError(
                f"labels of {evaluation.tokens} tokens and {len(names)} concepts are needed, "
                f"not {labels.shape}"
            )
        document = document_of_tokens(evaluation)
        tokens = np.arange(len(document))
        self.labels = sparse.csr_array(labels, dtype=np.float64)
        self.gather = sparse.csr_array((np.ones(len(document)), (document, tokens)))
        counts = (self.gather @ self.labels).toarray()
        often = (counts.sum(axis=0) >= LEAST_TOKENS) & ((counts > 0).sum(axis=0) >= LEAST_DOCUMENTS)
        if not often.any():
            raise ValueError(f"no concept has {LEAST_TOKENS} tokens in {LEAST_DOCUMENTS} documents")
        self.often = np.flatnonzero(often)
        self.names = [names[column] for column in self.often]
        self.tokens = counts[:, self.often]  # (documents, concepts)

    def of(self, values: np.ndarray) -> np.ndarray:
        """Sum `values` (tokens,) to (documents, concepts)."""
        weighted = self.gather * values  # one weight a token
        return (weighted @ self.labels).toarray()[:, self.often]

    def counts(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "concept": self.names,
                "tokens": self.tokens.sum(axis=0).astype(int),
                "documents": (self.tokens > 0).sum(axis=0),
            }
        )
