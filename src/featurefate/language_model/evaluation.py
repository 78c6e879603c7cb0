"""Loss and accuracy on held-out text: token by token, and per document with intervals."""

from dataclasses import dataclass

import numpy as np
import torch
from transformers import MistralForCausalLM

from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.bootstrap import interval, sums_by_document

TOKENS_AT_ONCE = 512  # bounds the logits in memory, and keeps them near the processor


@dataclass(frozen=True)
class TokenScores:
    """How well one predictor foresaw each measured token, in the order of `rows.rows[rows.mask]`.

    nats: cross-entropy; correct: 1 where the most likely token was right, else 0 (a predictor that
    must guess among equals has the chance of being right); confidence: the probability it gave to
    the most likely token. All float32 (tokens,).
    """

    nats: np.ndarray
    correct: np.ndarray
    confidence: np.ndarray


@dataclass(frozen=True)
class Scores:
    """Summed scores of one predictor on one evaluation set, one entry a document.

    tokens: predicted tokens; nats: summed cross-entropy; correct: most likely token was right.
    All float64 (documents,).
    """

    tokens: np.ndarray
    nats: np.ndarray
    correct: np.ndarray

    @classmethod
    def of(cls, by_token: TokenScores, evaluation: EvaluationRows) -> "Scores":
        """Sum the scores of the measured tokens of `evaluation` by document."""
        document = document_of_tokens(evaluation)
        return cls(
            tokens=np.bincount(document).astype(np.float64),
            nats=sums_by_document(by_token.nats, document),
            correct=sums_by_document(by_token.correct, document),
        )

    @property
    def loss(self) -> float:
        """Mean cross-entropy in nats a token."""
        return float(self.nats.sum() / self.tokens.sum())

    @property
    def accuracy(self) -> float:
        """Share of tokens whose most likely prediction was right."""
        return float(self.correct.sum() / self.tokens.sum())

    def loss_interval(self, seed: int = 0) -> tuple[float, float]:
        return interval(self.nats, self.tokens, seed)

    def accuracy_interval(self, seed: int = 0) -> tuple[float, float]:
        return interval(self.correct, self.tokens, seed)

    def bits_per_byte(self, size: np.ndarray, seed: int = 0) -> tuple[float, float, float]:
        """Return the loss in bits a byte of text, with its interval.

        size: bytes of the measured text of each document, (documents,): see `text_size`. Unlike
        nats a token, it can be compared between tokenizers.
        """
        bits = self.nats / np.log(2)
        low, high = interval(bits, size, seed)
        return float(bits.sum() / size.sum()), low, high

    def behind(self, better: "Scores", seed: int = 0) -> tuple[float, float, float]:
        """Return by how many nats a token this predictor trails `better`, with the interval.

        Both were scored on the same documents, and the difference is resampled by document: what
        makes a document hard for both drops out.
        """
        low, high = interval(self.nats - better.nats, self.tokens, seed)
        return self.loss - better.loss, low, high

    def summary(self, seed: int = 0) -> dict[str, float]:
        """Return loss and accuracy with their 95 % intervals over documents, and the counts."""
        loss_low, loss_high = self.loss_interval(seed)
        accuracy_low, accuracy_high = self.accuracy_interval(seed)
        return {
            "loss": self.loss,
            "loss_low": loss_low,
            "loss_high": loss_high,
            "accuracy": self.accuracy,
            "accuracy_low": accuracy_low,
            "accuracy_high": accuracy_high,
            "documents": len(self.tokens),
            "tokens": int(self.tokens.sum()),
        }


def document_of_tokens(evaluation: EvaluationRows) -> np.ndarray:
    """Return which document each measured token is of, counted from 0; int (tokens,)."""
    _, document = np.unique(evaluation.documents, return_inverse=True)
    return np.repeat(document, evaluation.mask.sum(axis=1))


@torch.inference_mode()
def score_tokens(
    model: MistralForCausalLM, evaluation: EvaluationRows, batch: int = 32
) -> TokenScores:
    """Score a model in float32 on every measured token; `batch` rows are run at a time."""
    nats, correct, confidence = [], [], []
    for start in range(0, len(evaluation.rows), batch):
        part = slice(start, start + batch)
        ids = torch.as_tensor(evaluation.rows[part].astype(np.int64)).to(model.device)
        measured = torch.as_tensor(evaluation.mask[part, 1:]).to(model.device)
        hidden = model.model(input_ids=ids[:, :-1], use_cache=False).last_hidden_state
        hidden, targets = hidden[measured], ids[:, 1:][measured]  # (tokens, d_model), (tokens,)
        for h, y in zip(hidden.split(TOKENS_AT_ONCE), targets.split(TOKENS_AT_ONCE), strict=True):
            logits = model.lm_head(h).float()  # (tokens, vocabulary)
            log_normaliser = logits.logsumexp(1)
            highest, guess = logits.max(1)
            nats.append(log_normaliser - logits.gather(1, y[:, None])[:, 0])
            correct.append((guess == y).float())
            confidence.append((highest - log_normaliser).exp())
    return TokenScores(*(torch.cat(parts).cpu().numpy() for parts in (nats, correct, confidence)))


def score_model(model: MistralForCausalLM, evaluation: EvaluationRows, batch: int = 32) -> Scores:
    """Score a model in float32 on every measured token of `evaluation`, summed by document."""
    return Scores.of(score_tokens(model, evaluation, batch), evaluation)
