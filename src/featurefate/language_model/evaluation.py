"""Loss and accuracy on held-out text, kept per document so that intervals can be drawn."""

from dataclasses import dataclass

import numpy as np
import torch
from transformers import MistralForCausalLM

from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.bootstrap import interval


@dataclass(frozen=True)
class Scores:
    """Summed scores of one predictor on one evaluation set, one entry a document.

    tokens: predicted tokens; nats: summed cross-entropy; correct: most likely token was right.
    All float64 (documents,).
    """

    tokens: np.ndarray
    nats: np.ndarray
    correct: np.ndarray

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


def score_predictions(
    log_probability: np.ndarray, correct: np.ndarray, evaluation: EvaluationRows
) -> Scores:
    """Sum per-token scores by document.

    log_probability, correct: (rows, position − 1), of the token at each position but the first;
    positions outside `evaluation.mask` are left out.
    """
    counted = evaluation.mask[:, 1:]
    document = np.broadcast_to(evaluation.documents[:, None], counted.shape)[counted]
    _, index = np.unique(document, return_inverse=True)
    return Scores(
        tokens=np.bincount(index).astype(np.float64),
        nats=np.bincount(index, weights=-log_probability[counted].astype(np.float64)),
        correct=np.bincount(index, weights=correct[counted].astype(np.float64)),
    )


@torch.inference_mode()
def score_model(model: MistralForCausalLM, evaluation: EvaluationRows, batch: int = 32) -> Scores:
    """Score a model in float32 on every masked token of `evaluation`."""
    log_probability = np.zeros(evaluation.mask[:, 1:].shape, dtype=np.float32)
    correct = np.zeros(log_probability.shape, dtype=bool)
    for start in range(0, len(evaluation.rows), batch):
        part = slice(start, start + batch)
        ids = torch.as_tensor(evaluation.rows[part].astype(np.int64)).to(model.device)
        logits = model(input_ids=ids[:, :-1], use_cache=False).logits  # (rows, position, words)
        targets = ids[:, 1:, None]
        at_target = logits.gather(2, targets)[..., 0]
        log_probability[part] = (at_target - logits.logsumexp(2)).cpu().numpy()
        correct[part] = (logits.argmax(2, keepdim=True) == targets)[..., 0].cpu().numpy()
    return score_predictions(log_probability, correct, evaluation)
