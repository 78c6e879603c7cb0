"""A tiny language model with its tokenizer, and tokens of four domains, all made on the spot."""

import json
from pathlib import Path

import numpy as np
import pytest
from planted_tokens import VOCABULARY, write_planted_tokens
from scipy import sparse
from tokenizers import Tokenizer, models
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.language_model.architecture import new_model

CONTEXT, HIDDEN, NEURONS = 32, 16, 48
DOCUMENTS = 80


def artifact(name: str, folder: Path) -> Artifact:
    Manifest(name, name, {}, Cost(), "").write(folder)
    return Artifact(name, folder, Manifest.read(folder))


@pytest.fixture(scope="session")
def make_artifact():
    return artifact


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    network = new_model(
        hidden_size=HIDDEN,
        mlp_size=NEURONS,
        heads=4,
        key_value_heads=2,
        vocabulary=VOCABULARY,
        context=CONTEXT,
        seed=1,
    )
    network.model.embed_tokens.weight.data *= 30  # untrained embeddings are too alike to differ
    network.lm_head.weight.data *= 30
    network.save_pretrained(folder)
    words = {"<|endoftext|>": 0, **{f"w{i}": i for i in range(1, VOCABULARY)}}
    PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel(words, unk_token="<|endoftext|>")),
        bos_token="<|endoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
    ).save_pretrained(folder)
    return artifact("models/planted", folder)


@pytest.fixture(scope="session")
def tokens(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    write_planted_tokens(folder, DOCUMENTS)
    return artifact("corpora/tokens", folder)


SETTINGS = {
    "features": 96,
    "k": 4,
    "training_tokens": 12_800,
    "seeds": [101, 202],
    "context": CONTEXT,
    "batch": 128,
    "learning_rate": 3e-3,
    "buffer_tokens": 2_048,
}


@pytest.fixture(scope="session")
def settings():
    return SETTINGS


@pytest.fixture(scope="session")
def dictionaries(tmp_path_factory, model, tokens):
    """Two trained dictionaries of the tiny model."""
    from featurefate.dictionaries.training import train_dictionaries

    folder = tmp_path_factory.mktemp("dictionaries")
    train_dictionaries(folder, model=model, tokens=tokens, **SETTINGS)
    return artifact("dictionaries/planted", folder)


@pytest.fixture(scope="session")
def concepts(tmp_path_factory, tokens):
    """Three concepts: an even token, a token above 40 (in two domains), one that is too rare."""
    folder = tmp_path_factory.mktemp("concepts")
    (folder / "concepts").mkdir()
    names = ["even", "above 40", "rare"]
    defined = {domain: names if i >= 2 else ["even", "rare"] for i, domain in enumerate(DOMAINS)}
    known = {"concepts": [{"name": n, "meaning": n} for n in names], "defined": defined}
    (folder / "concepts" / "names.json").write_text(json.dumps(known))
    for domain in DOMAINS:
        for split in ("validation", "test"):
            word = np.load(tokens.path / "tokens" / f"{domain}.{split}.npy")
            labels = np.stack([word % 2 == 0, word > 40, np.arange(len(word)) < 3], axis=1)
            path = folder / "concepts" / f"{domain}.{split}.npz"
            sparse.save_npz(path, sparse.csr_array(labels))
    return artifact("corpora/concepts", folder)


@pytest.fixture(scope="session")
def described(tmp_path_factory, model, tokens, concepts, dictionaries, settings, make_artifact):
    """What the cards of the tiny model's dictionaries are made of."""
    from featurefate.dictionaries.concept_scores import score_concepts
    from featurefate.dictionaries.encoding import encode
    from featurefate.dictionaries.stability import stability

    text = {"context": settings["context"], "evaluation_tokens": 1_200}
    seeds, inputs = (
        settings["seeds"],
        {"model": model, "tokens": tokens, "dictionaries": dictionaries},
    )
    folders = {name: tmp_path_factory.mktemp(name) for name in ("encoded", "scores", "stability")}
    encode(folders["encoded"], seeds=seeds, split="test", **text, **inputs)
    score_concepts(
        folders["scores"], seeds=seeds, units=["features"], shifts=19, seed=6, concepts=concepts,
        **text, **inputs,
    )  # fmt: skip
    encoded = make_artifact("dictionaries/encoded", folders["encoded"])
    stability(folders["stability"], encoded=encoded, draws=10, seed=4)
    made = {n: make_artifact(f"dictionaries/{n}", folders[n]) for n in ("scores", "stability")}
    folder = tmp_path_factory.mktemp("words")
    AutoTokenizer.from_pretrained(model.path).save_pretrained(folder / "tokenizer")
    tokenizer = make_artifact("corpora/tokenizer", folder)
    return made | {"encoded": encoded, "tokenizer": tokenizer}
