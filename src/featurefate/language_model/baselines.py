"""How well counting predicts: the losses that a network must beat.

Uniform over the vocabulary; unigram with one added count; bigram by interpolated absolute
discounting (Ney, Essen & Kneser 1994): a fixed discount is taken off every count of a pair, and
what it frees is given to the unigram distribution.
"""

import numpy as np
from scipy import sparse

from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.evaluation import Scores, score_predictions

DISCOUNT = 0.75  # the usual value; 0.7–0.9 change the loss by under .01 nats


class UniformBaseline:
    """Every token equally likely."""

    def __init__(self, vocabulary: int):
        self.vocabulary = vocabulary

    def score(self, evaluation: EvaluationRows) -> Scores:
        """Score the baseline on every masked token of `evaluation`."""
        targets = evaluation.rows[:, 1:]
        log_probability = np.full(targets.shape, -np.log(self.vocabulary))
        # with all tokens tied, the best guess is right once in `vocabulary` tries
        return score_predictions(
            log_probability, np.full(targets.shape, 1 / self.vocabulary), evaluation
        )


class UnigramBaseline:
    """The frequency of each token in the training rows, with one added count."""

    def __init__(self, rows: np.ndarray, vocabulary: int):
        """rows: training token ids (rows, position); the first position is never predicted."""
        counts = np.bincount(rows[:, 1:].ravel(), minlength=vocabulary) + 1.0
        self.probability = counts / counts.sum()  # (vocabulary,)

    def score(self, evaluation: EvaluationRows) -> Scores:
        """Score the baseline on every masked token of `evaluation`."""
        targets = evaluation.rows[:, 1:]
        return score_predictions(
            np.log(self.probability[targets]), targets == self.probability.argmax(), evaluation
        )


class BigramBaseline:
    """The frequency of each token after the one before it, backed off to the unigram."""

    def __init__(self, rows: np.ndarray, vocabulary: int):
        """rows: training token ids (rows, position)."""
        self.unigram = UnigramBaseline(rows, vocabulary)
        before, after = rows[:, :-1].ravel(), rows[:, 1:].ravel()
        ones = np.ones(len(before), dtype=np.float64)
        shape = (vocabulary, vocabulary)
        self.counts = sparse.coo_array((ones, (before, after)), shape=shape).tocsr()
        self.totals = np.asarray(self.counts.sum(axis=1)).ravel()  # (vocabulary,)
        self.kinds = np.diff(self.counts.indptr)  # how many different tokens follow each
        self.best = self._most_likely_next()

    def probability(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """Return P(after | before), elementwise; float64 in the shape of `before`."""
        pairs = np.asarray(self.counts[before.ravel(), after.ravel()]).reshape(before.shape)
        totals = self.totals[before]
        seen = totals > 0
        totals = np.where(seen, totals, 1.0)
        freed = np.where(seen, DISCOUNT * self.kinds[before] / totals, 1.0)
        return np.maximum(pairs - DISCOUNT, 0) / totals + freed * self.unigram.probability[after]

    def score(self, evaluation: EvaluationRows) -> Scores:
        """Score the baseline on every masked token of `evaluation`."""
        before, after = evaluation.rows[:, :-1], evaluation.rows[:, 1:]
        log_probability = np.log(self.probability(before, after))
        return score_predictions(log_probability, after == self.best[before], evaluation)

    def _most_likely_next(self) -> np.ndarray:
        """The best guess after each token: one of its seen followers, or the commonest token."""
        commonest = self.unigram.probability.argmax()
        best = np.full(len(self.totals), commonest)
        for token in np.flatnonzero(self.kinds):
            seen = slice(*self.counts.indptr[token : token + 2])
            candidates = np.append(self.counts.indices[seen], commonest)
            chances = self.probability(np.full(len(candidates), token), candidates)
            best[token] = candidates[chances.argmax()]
        return best
