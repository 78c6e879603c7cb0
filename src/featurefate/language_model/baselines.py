"""How well counting predicts: the losses that a network must beat.

Uniform over the vocabulary; unigram with one added count; bigram and trigram by interpolated
Kneser–Ney smoothing (Kneser & Ney 1995; in the interpolated form of Chen & Goodman 1999). A fixed
discount is taken off every count of a pair or triple, and what it frees is given to the table with
one token of context less. That table counts after how many *different* tokens something occurred:
"Francisco" is frequent, but only after "San", so it is a poor guess after anything new.
"""

import numpy as np

from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import END_OF_TEXT_ID, EvaluationRows, load_tokens, training_rows
from featurefate.language_model.evaluation import Scores, TokenScores

DISCOUNT = 0.75  # the usual value; estimating it from the counts changes the loss by under .02


def counted_rows(
    tokens: Artifact, domains: list[str], training_tokens: int, context: int, seed: int
) -> np.ndarray:
    """Return the rows that a table counts, int32 (rows, context), in random order.

    They are the rows that a model trains on (`mixed_rows` with these arguments), but of each domain
    its first pass at most, so no document is counted twice: a second pass would make two of what
    occurred once, and a fixed discount then frees too little for what is new.
    """
    share = training_tokens // context // len(domains)
    parts = []
    for domain in domains:
        stream = load_tokens(tokens, domain, "train")
        in_a_pass = (len(stream.tokens) + stream.documents) // (context - 1)
        parts.append(training_rows(stream, context, min(share, in_a_pass), seed))
    return np.random.default_rng(seed).permutation(np.concatenate(parts))


class CountingBaseline:
    """A predictor that only counts."""

    def score_tokens(self, evaluation: EvaluationRows) -> TokenScores:
        """Score the baseline on every measured token of `evaluation`."""
        raise NotImplementedError

    def score(self, evaluation: EvaluationRows) -> Scores:
        """Score the baseline on every measured token of `evaluation`, summed by document."""
        return Scores.of(self.score_tokens(evaluation), evaluation)


class UniformBaseline(CountingBaseline):
    """Every token equally likely."""

    def __init__(self, vocabulary: int):
        self.vocabulary = vocabulary

    def score_tokens(self, evaluation: EvaluationRows) -> TokenScores:
        # with all tokens tied, the best guess is right once in `vocabulary` tries
        chance = np.full(evaluation.tokens, 1 / self.vocabulary, np.float32)
        return TokenScores(nats=-np.log(chance), correct=chance, confidence=chance)


class UnigramBaseline(CountingBaseline):
    """The frequency of each token in the training rows, with one added count."""

    def __init__(self, rows: np.ndarray, vocabulary: int):
        """rows: training token ids (rows, position); the first position is never predicted."""
        counts = np.bincount(rows[:, 1:].ravel(), minlength=vocabulary) + 1.0
        self.probability = counts / counts.sum()  # (vocabulary,)

    def score_tokens(self, evaluation: EvaluationRows) -> TokenScores:
        targets = evaluation.rows[evaluation.mask]
        best = np.full(len(targets), self.probability.argmax())
        return _token_scores(self.probability[targets], best, self.probability[best], targets)


class NgramBaseline(CountingBaseline):
    """The frequency of each token after the `order` − 1 before it, interpolated Kneser–Ney.

    Before the first token of a row stands <|endoftext|>, as often as needed.
    """

    order: int

    def __init__(self, rows: np.ndarray, vocabulary: int):
        """rows: training token ids (rows, position); the first position is never predicted."""
        self.vocabulary = vocabulary
        keys = _keys([tokens.ravel() for tokens in self._windows(rows)], vocabulary)
        keys, counts = np.unique(keys, return_counts=True)
        self.tables = []  # longest context first
        for order in range(self.order, 1, -1):
            self.tables.append(_FollowerCounts(keys, counts, vocabulary))
            # the next table counts different predecessors, so each longer n-gram counts once
            keys, counts = np.unique(keys % vocabulary ** (order - 1), return_counts=True)
        followers = np.bincount(keys, weights=counts, minlength=vocabulary) + 1.0
        self.unigram = followers / followers.sum()  # (vocabulary,)

    def probability(self, *tokens: np.ndarray) -> np.ndarray:
        """Return the probability of the last of `order` tokens after those before it.

        tokens: `order` arrays of one shape, in reading order; float64 in that shape, elementwise.
        """
        if len(tokens) != self.order:
            raise ValueError(f"{self.order} arrays of tokens are needed, not {len(tokens)}")
        return self._probability(0, [np.asarray(t, np.int64) for t in tokens])

    def best(self, *history: np.ndarray) -> np.ndarray:
        """Return the likeliest token after each history: `order` − 1 arrays (n,) → int64 (n,)."""
        return self._best(0, [np.asarray(tokens, np.int64) for tokens in history])

    def score_tokens(self, evaluation: EvaluationRows) -> TokenScores:
        measured = evaluation.mask[:, 1:]
        *history, targets = [tokens[measured] for tokens in self._windows(evaluation.rows)]
        best = self.best(*history)
        chances = (self.probability(*history, tokens) for tokens in (targets, best))
        return _token_scores(next(chances), best, next(chances), targets)

    def _windows(self, rows: np.ndarray) -> list[np.ndarray]:
        """`order` arrays (rows, position − 1): each predicted token last, those before it first."""
        padded = np.pad(rows, ((0, 0), (self.order - 2, 0)), constant_values=END_OF_TEXT_ID)
        width = rows.shape[1] - 1
        return [padded[:, start : start + width] for start in range(self.order)]

    def _probability(self, level: int, tokens: list[np.ndarray]) -> np.ndarray:
        if level == len(self.tables):
            return self.unigram[tokens[-1]]
        kept, freed = self.tables[level].discounted(tokens)
        return kept + freed * self._probability(level + 1, tokens[1:])

    def _best(self, level: int, history: list[np.ndarray]) -> np.ndarray:
        """The best guess is a token seen after the history, or the best guess of the next table:
        among the tokens never seen there, that table alone decides."""
        key = _keys(history, self.vocabulary)
        _, first, place = np.unique(key, return_index=True, return_inverse=True)
        history = [tokens[first] for tokens in history]  # each history once
        if level + 1 < len(self.tables):
            next_best = self._best(level + 1, history[1:])
        else:
            next_best = np.full(len(first), self.unigram.argmax())
        owner, candidate = self.tables[level].followers(history)
        owner = np.append(owner, np.arange(len(first)))
        candidate = np.append(candidate, next_best)
        chance = self._probability(level, [*(tokens[owner] for tokens in history), candidate])
        ascending = np.lexsort((chance, owner))
        last = np.cumsum(np.bincount(owner)) - 1  # of each history: the likeliest
        return candidate[ascending][last][place]


class BigramBaseline(NgramBaseline):
    """What follows one token."""

    order = 2


class TrigramBaseline(NgramBaseline):
    """What follows two tokens."""

    order = 3


class _FollowerCounts:
    """How often each token followed each context, as sorted keys context · vocabulary + token."""

    def __init__(self, keys: np.ndarray, counts: np.ndarray, vocabulary: int):
        self.vocabulary, self.keys, self.counts = vocabulary, keys, counts
        self.contexts, first = np.unique(keys // vocabulary, return_index=True)
        self.ends = np.append(first[1:], len(keys))
        self.totals = np.add.reduceat(counts, first)
        self.kinds = self.ends - first  # how many different tokens follow each context

    def discounted(self, tokens: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """The share that counting keeps for the last token, and the share freed by discounting."""
        key = _keys(tokens, self.vocabulary)
        pair, counted = _find(self.keys, key)
        context, known = _find(self.contexts, key // self.vocabulary)
        total = np.where(known, self.totals[context], 1)
        kept = np.where(counted, self.counts[pair] - DISCOUNT, 0) / total
        return kept, np.where(known, DISCOUNT * self.kinds[context] / total, 1.0)

    def followers(self, history: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """All tokens seen after each history: the number of the history, and the token."""
        context, known = _find(self.contexts, _keys(history, self.vocabulary))
        many = np.where(known, self.kinds[context], 0)
        owner = np.repeat(np.arange(len(many)), many)
        from_end = np.repeat(np.cumsum(many), many) - np.arange(len(owner))
        return owner, self.keys[self.ends[context][owner] - from_end] % self.vocabulary


def _keys(tokens: list[np.ndarray] | tuple[np.ndarray, ...], vocabulary: int) -> np.ndarray:
    """One number for each n-gram: its tokens as the digits of base `vocabulary`, int64."""
    key = np.asarray(tokens[0], np.int64)
    for digit in tokens[1:]:
        key = key * vocabulary + digit
    return key


def _find(sorted_keys: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each wanted key stands (any place for one that does not), and whether it does."""
    place = np.searchsorted(sorted_keys, wanted).clip(max=len(sorted_keys) - 1)
    return place, sorted_keys[place] == wanted


def _token_scores(
    chance: np.ndarray, best: np.ndarray, confidence: np.ndarray, targets: np.ndarray
) -> TokenScores:
    return TokenScores(
        nats=-np.log(chance).astype(np.float32),
        correct=(best == targets).astype(np.float32),
        confidence=confidence.astype(np.float32),
    )
