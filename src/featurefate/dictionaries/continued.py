"""What is left of a dictionary's features after its training was continued elsewhere.

A dictionary that starts from another one's end is *warm-started* (SAE-Track, arXiv 2412.17626). Its
features need not be matched by luck, so it sees through the noise of seeds. But it also remembers:
a feature may stay although the model it reads has lost what it stood for. So the same is asked
where nothing changed (ceiling) and of a model whose weights were shuffled (floor).
"""

from pathlib import Path

import pandas as pd

from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.agreement import match, share_of_all
from featurefate.dictionaries.encoding import encoded_seeds, load_encoded
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD


def features_left(
    folder: Path,
    *,
    parent: Artifact,
    parent_seed: int,
    draws: int,
    seed: int,
    **continued: Artifact,
) -> None:
    """Step: look a dictionary's features up in others, all encoded by `encode` on one text.

    parent: holds the dictionary of `parent_seed`; continued: by name, encodings of dictionaries of
    other seeds. `draws` of the bootstrap over documents, from `seed`. Writes `left.parquet`, a row
    a name: continued, value, low, high (share of all the parent's features with a partner at
    r ≥ .8, 95 % over documents, mean over the seeds), seeds (how many).
    """
    calls = [
        {
            "name": name,
            "parent": parent,
            "seed": parent_seed,
            "continued": encoded,
            "resampling": (draws, seed),
        }
        for name, encoded in continued.items()
    ]
    columns = ["continued", "value", "low", "high", "seeds"]
    pd.DataFrame(parallel_map(_left, calls), columns=columns).to_parquet(folder / "left.parquet")


def _left(
    *, name: str, parent: Artifact, seed: int, continued: Artifact, resampling: tuple[int, int]
) -> tuple:
    """A row of the table."""
    features = load_encoded(parent, seed)
    others = {other: load_encoded(continued, other) for other in encoded_seeds(continued)}
    blocks = DocumentBlocks.of(features.document, features.domain)
    pairs = [(seed, other) for other in others if other != seed]
    found, _ = match({seed: features}, others, pairs, blocks, blocks.draws(*resampling))
    rate = share_of_all(found, PAPER_THRESHOLD)
    return name, rate.value, *rate.interval, len(pairs)
