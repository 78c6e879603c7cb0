"""Merges that rest on the base, as artifacts."""

import torch

from featurefate.language_model.architecture import read_model
from featurefate.merging.methods import Family, merge_by
from featurefate.merging.with_base import merge_with_base


def test_what_is_saved_is_the_merge_by_its_name(tmp_path, family_artifacts, saved, monkeypatch):
    monkeypatch.setattr("featurefate.merging.with_base.save_model",
                        lambda model, _, folder: model.save_pretrained(folder))  # fmt: skip
    settings = {"density": 0.3}
    merge_with_base(tmp_path, tokenizer=None, method="ties", t=0.4, settings=settings,
                    **family_artifacts)  # fmt: skip
    states = {name: read_model(folder).state_dict() for name, folder in saved.items()}
    expected = merge_by(Family(**states), "ties", 0.4, **settings)
    merged = read_model(tmp_path).state_dict()
    for name, tensor in expected.items():
        torch.testing.assert_close(merged[name], tensor)
