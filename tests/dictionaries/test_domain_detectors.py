"""The best detector of a concept in one domain: chosen there, measured there and elsewhere."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.domain_detectors import domain_detectors, part_of
from featurefate.dictionaries.encoding import encode, evaluation_text, load_encoded
from featurefate.dictionaries.labelled_text import labelled_texts

TEXT = {"context": 32, "evaluation_tokens": 1_200}


@pytest.fixture(scope="module")
def inputs(model, tokens, dictionaries, tmp_path_factory, make_artifact, settings):
    folder = tmp_path_factory.mktemp("read")
    shared = {"model": model, "tokens": tokens, "dictionaries": dictionaries}
    encode(folder, seeds=settings["seeds"], split="test", **TEXT, **shared)
    return shared | {"encoded": make_artifact("dictionaries/read", folder)}


@pytest.fixture(scope="module")
def detectors(inputs, concepts, tmp_path_factory, settings):
    """By domain, with the other one as elsewhere."""
    found = []
    for domain, other in (("python", "lua"), ("lua", "python")):
        folder = tmp_path_factory.mktemp(domain)
        asked = dict(domain=domain, elsewhere=[other], seeds=settings["seeds"], seed=3)
        domain_detectors(folder, concepts=concepts, **asked, **TEXT, **inputs)
        found.append(pd.read_parquet(folder / "detectors.parquet").assign(domain=domain))
    return pd.concat(found)


def test_each_domain_and_dictionary_has_its_detectors(detectors, settings):
    found = detectors.groupby(["domain", "seed"])["concept"].agg(set)
    assert set(found.index) == {(d, s) for d in ("python", "lua") for s in settings["seeds"]}
    assert (found.loc["lua"].map(lambda names: "above 40" in names)).all()
    python_has = "above 40" in found.loc["python"].iloc[0]
    assert python_has == (DOMAINS.index("python") >= 2)  # where it is defined


def test_f1_is_scikit_learns_on_the_test_text_of_the_domain(detectors, inputs, tokens, concepts):
    texts = {s: evaluation_text(tokens, 32, 1_200, s) for s in ("validation", "test")}
    labels = labelled_texts(tokens, concepts, texts, 32, 1_200)["test"]
    for row in detectors.itertuples():
        value = load_encoded(inputs["encoded"], row.seed).values[:, [row.unit]].toarray().ravel()
        there = labels.carried[:, [labels.names.index(row.concept)]].toarray().ravel() > 0
        for domain in ("python", "lua"):
            here = labels.domain == DOMAINS.index(domain)
            expected = f1_score(there[here], value[here] >= row.threshold, zero_division=0)
            found = row.f1 if domain == row.domain else getattr(row, f"in_{domain}")
            if labels.defined[DOMAINS.index(domain), labels.names.index(row.concept)]:
                assert found == pytest.approx(expected, abs=1e-6)
        assert row.low <= row.f1 <= row.high


def test_a_part_of_the_text_has_concepts_in_its_domain_alone(tokens, concepts):
    texts = {s: evaluation_text(tokens, 32, 1_200, s) for s in ("validation", "test")}
    labels = labelled_texts(tokens, concepts, texts, 32, 1_200)["test"]
    part = part_of(labels, "lua")
    lua = DOMAINS.index("lua")
    assert (part.domain == lua).all() and len(part.domain) == 1_200
    assert part.document.min() == 0
    np.testing.assert_array_equal(part.defined[lua], labels.defined[lua])
    assert not np.delete(part.defined, lua, axis=0).any()
