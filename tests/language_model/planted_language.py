"""A language whose entropy is known, as corpora that a model can be trained on in seconds."""

from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import ArtifactStore

VOCABULARY = 16
ENTROPY = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))  # nats a token
SHAPE = {
    "hidden_size": 16,
    "mlp_size": 32,
    "heads": 4,
    "key_value_heads": 2,
    "vocabulary": VOCABULARY,
    "context": 24,
}
RECIPE = {
    "domains": ["english"],
    "training_tokens": 24 * 400,
    "batch": 8,
    "learning_rate": 1e-2,
    "weight_decay": 0.1,
    "seed": 3,
}


def plant_corpora(root: Path) -> ArtifactStore:
    """Write `corpora/tokens` and `corpora/tokenizer` below `root`; return the store."""
    tokens, tokenizer = root / "corpora/tokens", root / "corpora/tokenizer"
    (tokens / "tokens").mkdir(parents=True)
    for split, seed, documents in (("train", 1, 400), ("validation", 2, 100), ("test", 4, 100)):
        for domain, flipped in (("english", False), ("stories", True)):
            stream = markov_chain(documents * 60, seed, flipped)
            np.save(tokens / f"tokens/{domain}.{split}.npy", stream)
            starts = np.arange(0, len(stream) + 1, 60, dtype=np.int64)
            np.save(tokens / f"tokens/{domain}.{split}.starts.npy", starts)
            np.save(tokens / f"tokens/{domain}.{split}.rows.npy", np.arange(documents))
    words = {"<|endoftext|>": 0, **{f"w{i}": i for i in range(1, VOCABULARY)}}
    end = dict.fromkeys(("bos_token", "eos_token", "pad_token"), "<|endoftext|>")
    backend = Tokenizer(models.WordLevel(words, unk_token="<|endoftext|>"))
    PreTrainedTokenizerFast(tokenizer_object=backend, **end).save_pretrained(
        tokenizer / "tokenizer"
    )
    for folder in (tokens, tokenizer):
        name = folder.relative_to(root).as_posix()
        Manifest(name, f"planted-{name}", {}, Cost(), "").write(folder)
    return ArtifactStore(root)


def markov_chain(tokens: int, seed: int, flipped: bool = False) -> np.ndarray:
    """Each token is followed by one of two others, uint16 (tokens,); `flipped` swaps their odds."""
    rng = np.random.default_rng(seed)
    successor = np.random.default_rng(99).permutation(np.arange(1, VOCABULARY))
    moves = rng.random(tokens) < (0.25 if flipped else 0.75)
    chain = np.ones(tokens, dtype=np.uint16)
    for i in range(1, tokens):
        chain[i] = successor[chain[i - 1] - 1] if moves[i] else chain[i - 1]
    return chain
