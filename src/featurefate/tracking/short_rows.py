"""An evaluation text in rows no longer than its documents' pieces.

Of little text, each document gives a short piece, and most of a row is padding behind it. A causal
model reads a token alike whatever comes later, so leaving the padding out changes nothing but the
time.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.encoding import EvaluationTokens, evaluation_text


def short_evaluation_text(tokens: Artifact, **reading: Any) -> EvaluationTokens:
    """Return `evaluation_text(tokens, **reading)` without the columns that hold no token of it."""
    text = evaluation_text(tokens, **reading)
    width = int(np.flatnonzero(text.mask.any(axis=0))[-1]) + 1
    return replace(text, rows=text.rows[:, :width], mask=text.mask[:, :width])
