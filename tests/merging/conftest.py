"""A small family of models, in memory, saved and as artifacts; and planted tokens."""

import numpy as np
import pytest
import torch

from featurefate.language_model.architecture import new_model

SHAPE = dict(hidden_size=16, mlp_size=24, heads=4, key_value_heads=2, vocabulary=64, context=24)


def child_of(parent, seed, step=0.02):
    """A model near `parent`, as fine-tuning would leave it."""
    generator = torch.Generator().manual_seed(seed)
    child = new_model(**SHAPE, seed=1).eval()
    moved = {
        name: tensor + step * torch.randn(tensor.shape, generator=generator)
        for name, tensor in parent.state_dict().items()
    }
    child.load_state_dict(moved)
    return child


@pytest.fixture(scope="session")
def models():
    """A base and two children, one layer each."""
    base = new_model(**SHAPE, seed=7).eval()
    return {"base": base, "first": child_of(base, 1), "second": child_of(base, 2)}


@pytest.fixture(scope="session")
def saved(models, tmp_path_factory):
    """Their folders."""
    folder = tmp_path_factory.mktemp("models")
    for name, model in models.items():
        model.save_pretrained(folder / name)
    return {name: folder / name for name in models}


@pytest.fixture
def family_artifacts(saved, artifact_of):
    return {name: artifact_of(folder, f"models/{name}") for name, folder in saved.items()}


@pytest.fixture
def tokens(tmp_path, artifact_of):
    """Streams of random tokens of two domains."""
    rng = np.random.default_rng(8)
    (tmp_path / "planted" / "tokens").mkdir(parents=True)
    for domain in ("stories", "lua"):
        for split in ("train", "validation", "test"):
            lengths = rng.integers(10, 40, 80)
            start = tmp_path / "planted" / "tokens" / f"{domain}.{split}"
            np.save(f"{start}.npy", rng.integers(1, 64, lengths.sum()).astype(np.uint16))
            np.save(f"{start}.starts.npy", np.concatenate([[0], np.cumsum(lengths)]))
            np.save(f"{start}.rows.npy", np.arange(80))
    return artifact_of(tmp_path / "planted", "corpora/tokens")
