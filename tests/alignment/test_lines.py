"""Lines between several models: each is matched and walked with what belongs to its pair."""

import pytest
from planted_pair import model_with_gains, plant_corpora

from featurefate.alignment.activation_matching import match_activations
from featurefate.alignment.aligned import aligned
from featurefate.alignment.barriers import barrier
from featurefate.alignment.lines import Lines
from featurefate.alignment.weight_matching import match_weights
from featurefate.language_model.architecture import load_model
from featurefate.merging.interpolation import linear


@pytest.fixture
def lines(tmp_path, artifact_of, monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    store, models = plant_corpora(tmp_path / "store"), {}
    for seed in (1, 2, 3):
        model_with_gains(seed).save_pretrained(tmp_path / str(seed))
        models[str(seed)] = artifact_of(tmp_path / str(seed), str(seed))
    corpora = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
    return Lines(store, models, corpora, ["english", "stories"], 600)


def test_every_pair_gets_its_own_transform_and_line(lines):
    pairs, arms = [("1", "2"), ("1", "3")], {"neurons": ["neurons"]}
    text = dict(arms=arms, domains=["english"], statistics_tokens=480, seed=4)
    lines.match("activations", match_activations, pairs, arms, text, tokens=lines.corpora["tokens"])
    lines.walk(pairs, {"averaging": 3, "neurons": 5})
    assert set(lines.walked) == {(p, arm, None) for p in pairs for arm in ("averaging", "neurons")}
    assert lines.walked[pairs[0], "neurons", None].t.nunique() == 5
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
    each = [
        barrier(lines.walked[p, "averaging", None], d).value for p in pairs for d in lines.domains
    ]
    assert lines.barrier("averaging", pairs).value == pytest.approx(sum(each) / 4)
    only = lines.barrier("averaging", pairs[:1], ["stories"], "chord")
    assert (
        only.value == barrier(lines.walked[pairs[0], "averaging", None], "stories", "chord").value
    )


def test_a_matching_can_start_from_another(lines, monkeypatch):
    seen = []
    monkeypatch.setattr(lines.store, "step", lambda **call: seen.append(call) or call["name"])
    lines.match("weights", match_weights, [("1", "2")], ["turned"], {"arms": {}})
    lines.match("further", match_weights, [("1", "2")], ["learned"], {}, start="turned")
    assert seen[1]["inputs"]["start"] == "alignment/1_2/weights"
    assert lines.transforms[("1", "2"), "learned"] == "alignment/1_2/further"


def test_the_frames_of_figures_say_what_was_walked(lines):
    pairs = [("1", "2"), ("1", "3")]
    lines.walk(pairs, {"averaging": 3})
    cases, means = lines.rungs({"averaging": "as they are"}, pairs)
    assert len(cases) == 4 and means.barrier[0] == pytest.approx(cases.barrier.mean())
    curve = lines.curve("averaging", pairs).set_index("t")
    middle = [lines.barrier("averaging", [p], definition="midpoint").value for p in pairs]
    assert curve["mean"][0.5] == pytest.approx(sum(middle) / 2)
    assert (curve["min"][0.5], curve["max"][0.5]) == pytest.approx((min(middle), max(middle)))
    lines.draw(pairs, {"turned": ["residual"]}, seed=6)
    lines.walk(pairs, {"turned": 3}, places=["neurons", "embedding"])
    alone = [lines.lost("turned", [p], "neurons", 0.5).value for p in pairs]
    assert lines.lost("turned", pairs, "neurons", 0.5).value == pytest.approx(sum(alone) / 2)
    spots = lines.spots({"strangers": ("turned", pairs)}, ["neurons"])
    assert spots.nats.tolist() == pytest.approx(alone)


def test_a_copy_says_the_same_and_a_middle_is_half_of_both(lines):
    pair = lines.copy("1", "copied", ["neurons"], seed=5)
    a, b = (load_model(lines.models[name]).state_dict() for name in pair)
    assert lines.loss_of(a) == pytest.approx(lines.loss_of(b), abs=1e-4)
    assert lines.loss_of(a) != pytest.approx(lines.loss_of(linear(a, b, 0.5)), abs=1e-4)
    lines.draw([pair], {"turned": ["residual"]}, seed=6)
    middle = load_model(lines.middle(pair, "turned")).state_dict()
    ends = [lines.models[name] for name in pair]
    _, a, b = aligned(*ends, lines.transforms[pair, "turned"], "turned")
    assert lines.loss_of(middle) == pytest.approx(lines.loss_of(linear(a, b, 0.5)), abs=1e-5)


def test_an_estimate_has_the_loss_and_the_documents_of_a_barrier(lines):
    pair = "1", "2"
    lines.walk([pair], {"averaging": 3})
    _, a, b = aligned(*(lines.models[name] for name in pair))
    first, middle, second = (lines.estimate_of(s) for s in (a, linear(a, b, 0.5), b))
    assert middle.value == pytest.approx(lines.loss_of(linear(a, b, 0.5)))
    height = lines.barrier("averaging", [pair], definition="midpoint")
    assert height.draws == pytest.approx(middle.draws - (first.draws + second.draws) / 2, abs=1e-6)


def test_points_that_miss_the_middle_are_refused(lines):
    for points in (1, 4):
        with pytest.raises(ValueError, match=f"points of averaging is {points}: an odd number"):
            lines.walk([("1", "2")], {"averaging": points})
