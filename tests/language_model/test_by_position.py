"""Loss by position against pandas."""

import numpy as np
import pandas as pd

from featurefate.language_model.by_position import loss_by_position
from featurefate.language_model.evaluation import score_tokens

BINS = {1: 1, 2: 2, 3: 4, 4: 4, **dict.fromkeys(range(5, 9), 8)}
BINS |= {**dict.fromkeys(range(9, 17), 16), **dict.fromkeys(range(17, 24), 23)}


def test_means_and_counts_equal_a_group_by(tiny_model, tiny_evaluation):
    scores = score_tokens(tiny_model, tiny_evaluation)
    table = loss_by_position({"one": scores, "other": scores}, tiny_evaluation)
    frame = pd.DataFrame({"position": np.argwhere(tiny_evaluation.mask)[:, 1], "nats": scores.nats})
    expected = frame.groupby(frame.position.map(BINS)).nats.agg(["mean", "size"])
    assert table.model.tolist() == ["one"] * 6 + ["other"] * 6
    part = table[table.model == "one"]
    assert part["last"].tolist() == expected.index.tolist()
    assert part["first"].tolist() == [1, 2, 3, 5, 9, 17]
    np.testing.assert_allclose(part.loss, expected["mean"], rtol=1e-6)
    np.testing.assert_array_equal(part.tokens, expected["size"])
    assert ((part.low < part.loss) & (part.loss < part.high)).all()
    assert part.position.between(part["first"], part["last"]).all()
