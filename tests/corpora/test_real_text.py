"""Real text beside the domains: every document once, in one split, and back as it was."""

import json

import numpy as np
import pytest

from featurefate.corpora.domains import SPLITS
from featurefate.corpora.external.settings import source_from
from featurefate.corpora.real_text import pack_real_text
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import load_tokens

RNG = np.random.default_rng(5)
WORDS = ["cat", "dog", "sat", "ran", "mat", "hill", "then", "was", "so", "very", "blue", "."]
TEXTS = [" ".join(RNG.choice(WORDS, 60)) for _ in range(400)]


@pytest.fixture
def pack(store, tokenizer, tmp_path):
    file = tmp_path / "own.jsonl"
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in [*TEXTS, TEXTS[0]]))
    text = {"files": str(file)}

    def packed(test_share):
        settings = dict(domain="stories", text=text, test_share=test_share, seed=3)
        settings["fingerprint"] = source_from(text).fingerprint()
        inputs = {"tokenizer": tokenizer}
        return store.step("try/real", pack_real_text, settings, inputs)

    return packed


@pytest.fixture
def encoder(tokenizer):
    return load_tokenizer(tokenizer)


def texts_of(artifact, encoder):
    streams = {split: load_tokens(artifact, "stories", split) for split in SPLITS}
    return {
        split: [
            encoder.decode(s.tokens[s.starts[d] : s.starts[d + 1]].astype(int))
            for d in range(s.documents)
        ]
        for split, s in streams.items()
    }


def test_every_text_once_and_in_one_split(pack, encoder):
    found = texts_of(pack(0.2), encoder)
    assert sorted(sum(found.values(), [])) == sorted(TEXTS)
    assert 0.12 < len(found["test"]) / 400 < 0.28 and 5 < len(found["validation"]) < 40


def test_all_of_it_can_be_for_testing(pack, encoder):
    found = texts_of(pack(1.0), encoder)
    assert sorted(found["test"]) == sorted(TEXTS) and not found["train"]
