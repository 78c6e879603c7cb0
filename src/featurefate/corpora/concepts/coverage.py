"""How much of each concept there is to learn from."""

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.corpora.concepts.labels import LABELLED_SPLITS, load_concepts
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.tokens import load_tokens


def coverage(concepts: Artifact, tokens: Artifact) -> pd.DataFrame:
    """One row for each concept, domain and held-out split in which it is defined.

    Columns: concept, domain, split; `tokens` and `documents` that carry it; `share` of the
    stream's tokens. A concept that is defined but absent has zeros; one that is not defined in a
    domain has no row there.
    """
    rows = []
    for domain in DOMAINS:
        for split in LABELLED_SPLITS:
            known = load_concepts(concepts, domain, split)
            stream = load_tokens(tokens, domain, split)
            document = np.repeat(np.arange(stream.documents), np.diff(stream.starts))
            by_concept = known.labels.tocsc()
            for column in np.flatnonzero(known.defined):
                carriers = by_concept.indices[slice(*by_concept.indptr[column : column + 2])]
                rows.append(
                    dict(concept=known.names[column], domain=domain, split=split,
                         tokens=len(carriers), documents=len(np.unique(document[carriers])),
                         share=len(carriers) / max(1, len(stream.tokens)))
                )  # fmt: skip
    return pd.DataFrame(rows)
