"""The ensemble against the mean of its members' own probabilities."""

import numpy as np
import torch

from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.language_model.evaluation import score_tokens
from featurefate.merging.ensemble import Ensemble


def test_an_ensemble_gives_the_mean_of_its_members_probabilities(models, tokens):
    rows = evaluation_rows(load_tokens(tokens, "lua", "test"), 24, 600)
    found = score_tokens(Ensemble(models["first"], models["second"]), rows)
    ids = torch.as_tensor(rows.rows.astype(np.int64))
    with torch.no_grad():
        chances = torch.stack(
            [models[c](input_ids=ids).logits.softmax(-1) for c in ("first", "second")]
        ).mean(0)[:, :-1]
    chances, targets = chances[rows.mask[:, 1:]], ids[rows.mask]
    expected = -chances.gather(1, targets[:, None])[:, 0].log()
    np.testing.assert_allclose(found.nats, expected, atol=1e-4)
    np.testing.assert_array_equal(found.correct, chances.argmax(1) == targets)
