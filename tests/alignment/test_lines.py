"""Lines between several models: each is matched and walked with what belongs to its pair."""

import pytest
from planted_pair import model_with_gains, plant_corpora

from featurefate.alignment.activation_matching import match_activations
from featurefate.alignment.barriers import barrier
from featurefate.alignment.lines import Lines
from featurefate.alignment.weight_matching import match_weights


@pytest.fixture
def lines(tmp_path, artifact_of, monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    store, models = plant_corpora(tmp_path / "store"), {}
    for seed in (1, 2, 3):
        model_with_gains(seed).save_pretrained(tmp_path / str(seed))
        models[str(seed)] = artifact_of(tmp_path / str(seed), str(seed))
    return Lines(store, models, store.read("corpora/tokens"), ["english", "stories"], 600)


def test_every_pair_gets_its_own_transform_and_line(lines):
    pairs, arms = [("1", "2"), ("1", "3")], {"neurons": ["neurons"]}
    text = dict(arms=arms, domains=["english"], statistics_tokens=480, seed=4)
    lines.match("activations", match_activations, pairs, arms, text, tokens=lines.tokens)
    lines.walk(pairs, {"averaging": 3, "neurons": 5})
    assert set(lines.walked) == {(p, arm) for p in pairs for arm in ("averaging", "neurons")}
    assert lines.walked[pairs[0], "neurons"].t.nunique() == 5
    assert lines.transforms[pairs[0], "neurons"].name == "alignment/1_2/activations"
    inputs = lines.store.read("alignment/1_3/walk_neurons").manifest.recipe["inputs"]
    assert inputs["transforms"] == lines.transforms[pairs[1], "neurons"].identity
    assert (
        "transforms"
        not in lines.store.read("alignment/1_3/walk_averaging").manifest.recipe["inputs"]
    )


def test_a_barrier_is_the_mean_over_pairs_and_domains(lines):
    pairs = [("1", "2"), ("2", "3")]
    lines.walk(pairs, {"averaging": 3})
    each = [barrier(lines.walked[p, "averaging"], d).value for p in pairs for d in lines.domains]
    assert lines.barrier("averaging", pairs).value == pytest.approx(sum(each) / 4)
    only = lines.barrier("averaging", pairs[:1], ["stories"], "chord")
    assert only.value == barrier(lines.walked[pairs[0], "averaging"], "stories", "chord").value


def test_a_matching_can_start_from_another(lines, monkeypatch):
    seen = []
    monkeypatch.setattr(lines.store, "step", lambda **call: seen.append(call) or call["name"])
    lines.match("weights", match_weights, [("1", "2")], ["turned"], {"arms": {}})
    lines.match("further", match_weights, [("1", "2")], ["learned"], {}, start="turned")
    assert seen[1]["inputs"]["start"] == "alignment/1_2/weights"
    assert lines.transforms[("1", "2"), "learned"] == "alignment/1_2/further"
