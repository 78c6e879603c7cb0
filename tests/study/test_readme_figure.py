"""The title of the README's figure says what the figure shows."""

import pandas as pd

from featurefate.study.readme_figure import finding


def test_the_finding():
    fates = pd.DataFrame(
        {
            "persisted_parent": [0.31, 0.42],
            "persisted_child": [0.30, 0.43],
            "stranger_parent": [0.25, 0.33],
            "stranger_child": [0.26, 0.29],
            "ceiling_parent": [0.48, 0.49],
            "ceiling_child": [0.48, 0.47],
        }
    )
    assert finding(fates) == (
        "Along an edge 30% to 43% of features persist; without descent 25% to 33% would, between "
        "two dictionaries of one model 47% to 49%"
    )
