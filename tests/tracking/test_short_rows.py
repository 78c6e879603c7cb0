"""Rows without their padding: the same tokens, read alike."""

import numpy as np
import torch
from tiny_lineage import CONTEXT, new_base, planted_tokens

from featurefate.dictionaries.encoding import evaluation_text
from featurefate.language_model.activations import mlp_activations
from featurefate.tracking.short_rows import short_evaluation_text


def test_a_model_reads_every_token_as_before(tmp_path):
    tokens = planted_tokens(tmp_path)
    reading = {"context": CONTEXT, "evaluation_tokens": 600, "split": "test"}
    long, short = evaluation_text(tokens, **reading), short_evaluation_text(tokens, **reading)
    assert short.rows.shape[1] < CONTEXT and short.mask[:, -1].any()
    np.testing.assert_array_equal(short.token, short.rows[short.mask])
    for name in ("token", "domain", "document"):
        np.testing.assert_array_equal(getattr(short, name), getattr(long, name))
    seen = (mlp_activations(new_base(), t.rows)[torch.as_tensor(t.mask)] for t in (long, short))
    torch.testing.assert_close(*seen, atol=1e-5, rtol=1e-4)
