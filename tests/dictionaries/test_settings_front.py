"""The step that compares settings of training, on the tiny model that is made for this folder."""

import pandas as pd

from featurefate.dictionaries import settings_front as module
from featurefate.dictionaries.settings_front import settings_front


def test_the_step_compares_the_seeds_of_every_setting(
    model, tokens, settings, tmp_path, monkeypatch
):
    # in this process: starting others takes longer than the work
    in_turn = lambda function, calls: [function(**call) for call in calls]  # noqa: E731
    monkeypatch.setattr(module, "parallel_map", in_turn)
    training = {**settings, "training_tokens": 6_400}
    settings_front(
        tmp_path,
        model=model,
        tokens=tokens,
        settings={"k4": {}, "k8": {"k": 8}},
        training=training,
        evaluation_tokens=1_000,
        draws=20,
    )
    front = pd.read_parquet(tmp_path / "front.parquet").set_index("setting")
    assert list(front.index) == ["k4", "k8"]
    assert front.variance_explained["k8"] > front.variance_explained["k4"] > 0.2
    assert front.l0["k4"] <= 4 < front.l0["k8"]
    for measure in ("ceiling", "variance_explained"):
        assert (front[f"{measure}_low"] <= front[measure]).all()
        assert (front[measure] <= front[f"{measure}_high"]).all()
    assert (front.ceiling <= front.ceiling_counted + 1e-9).all() and (front.pairs == 1).all()
