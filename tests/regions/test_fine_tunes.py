"""Fine-tunes see what their seed draws; the map of them is the same wherever it is computed."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from planted_datasets import DATASETS, SHAPE, fine_tuning

from featurefate.artifacts import parallel
from featurefate.artifacts.manifest import sha256_of
from featurefate.artifacts.parallel import parallel_map
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.language_model.architecture import load_model
from featurefate.language_model.evaluation import score_model
from featurefate.language_model.recipe import Recipe
from featurefate.regions.datasets import dataset_stream
from featurefate.regions.fine_tunes import seen_rows, word_counts

SCRIPT = Path(__file__).with_name("kill_a_worker.py")


def weights(artifact):
    return sha256_of(artifact.file("model.safetensors"))


def test_one_process_and_two_give_the_same_weights(planted, monkeypatch):
    wanted = [("torch", 1), ("torch", 2), ("lost", 1)]
    calls = [fine_tuning(planted, *each) for each in wanted]
    monkeypatch.setattr(parallel, "cpu_count", lambda: 1)
    alone = [weights(artifact) for artifact in parallel_map(planted.step, calls)]
    assert len(set(alone)) == 3, "another seed or data set is another model"
    monkeypatch.setattr(parallel, "cpu_count", lambda: 2)
    calls = [call | {"name": call["name"] + "_again"} for call in calls]
    assert [weights(artifact) for artifact in parallel_map(planted.step, calls)] == alone


def test_a_fine_tune_starts_from_its_parent_and_learns_its_data_set(planted):
    still = fine_tuning(planted, "lost", 3)
    still["settings"]["recipe"]["learning_rate"] = 0.0
    still = load_model(planted.step(**still)).state_dict()
    parent = load_model(planted.read("models/base")).state_dict()
    assert all(torch.equal(still[name], parent[name]) for name in parent)
    told = planted.step(**fine_tuning(planted, "lost", 4))
    stream = load_tokens(planted.read("corpora/tokens"), "stories", "test")
    test = evaluation_rows(stream, 24, 2_000)
    pair = planted.read("models/base"), told
    before, after = (score_model(load_model(model), test).loss for model in pair)
    assert after < before - 1


def test_more_text_than_the_data_set_has_is_refused(planted):
    call = fine_tuning(planted, "torch", 1)
    call["settings"]["drawn_tokens"] = 10**6
    with pytest.raises(ValueError, match="cannot be drawn from the 6,000"):
        planted.step(**call)


def test_on_dask_with_a_worker_killed_midway_the_same_models():
    pytest.importorskip("distributed")
    for attempt in (1, 2):  # a cluster can fail to start on a busy machine
        try:
            done = subprocess.run(
                [sys.executable, SCRIPT], capture_output=True, text=True, timeout=120
            )
            break
        except subprocess.TimeoutExpired:
            if attempt == 2:
                raise
    assert done.returncode == 0, done.stderr[-3_000:]
    assert "6 fine-tunes on 2 workers, one killed" in done.stdout


def test_the_words_it_has_seen_are_counted_again_from_the_manifest(planted):
    call = fine_tuning(planted, "others", 5)
    model = planted.step(**call)
    corpora = {key: call["inputs"][key] for key in ("documents", "tokens")}
    counts = word_counts(model, **corpora)
    stream = dataset_stream(DATASETS["others"], **corpora, split="train")
    recipe = Recipe(domains=["english"], **call["settings"]["recipe"])
    rows = seen_rows(stream, 2_000, recipe, SHAPE["context"])
    assert rows.shape == (60 * 8, SHAPE["context"])
    assert counts.tolist() == [(rows[:, 1:] == word).sum() for word in range(16)]
