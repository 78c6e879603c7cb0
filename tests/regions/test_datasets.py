"""A rule selects exactly the documents that it says, in their order, with their tokens."""

import numpy as np
import pytest
from planted_datasets import DATASETS, DOCUMENTS

from featurefate.corpora.stories.plots.table import PLOTS
from featurefate.corpora.tokens import load_tokens
from featurefate.regions import datasets
from featurefate.regions.datasets import dataset_stream, drawn, family


@pytest.fixture
def corpora(planted):
    return {key: planted.read(f"corpora/{key}") for key in ("documents", "tokens")}


def texts(stream):
    return [stream.tokens[a:b].tolist() for a, b in zip(stream.starts, stream.starts[1:])]  # noqa: B905


@pytest.mark.parametrize("name, rows", [("torch", 4), ("lost", 2)])
@pytest.mark.parametrize("split, documents", [("train", 400), ("test", 100)])
def test_a_rule_selects_its_documents_with_their_tokens(corpora, name, rows, split, documents):
    stream = dataset_stream(DATASETS[name], **corpora, split=split)
    assert stream.rows.tolist() == list(range(0, documents, rows))
    whole = texts(load_tokens(corpora["tokens"], stream.domain, split))
    assert texts(stream) == whole[::rows]


def test_packages_and_all_but_these_packages_are_the_whole_domain(corpora):
    parts = [dataset_stream(DATASETS[n], **corpora, split="train") for n in ("torch", "others")]
    assert sorted(np.concatenate([p.rows for p in parts])) == list(range(DOCUMENTS))


@pytest.mark.parametrize("rule", [{"domain": "stories"}, DATASETS["others"]])
def test_parts_share_no_document_and_are_the_whole(corpora, rule):
    def rows(rule):
        return dataset_stream(rule, **corpora, split="train").rows

    parts = [rows(rule | {"part": [n, 3]}) for n in range(3)]
    assert sorted(np.concatenate(parts)) == rows(rule).tolist()
    assert min(map(len, parts)) > 0.25 * len(rows(rule))


def test_drawn_documents_are_whole_enough_and_others_with_another_seed(corpora):
    stream = dataset_stream(DATASETS["others"], **corpora, split="train")
    some, again, other = (drawn(stream, 3_000, seed) for seed in (1, 1, 2))
    assert 3_000 <= len(some.tokens) < 3_060, "documents have 60 tokens"
    assert some.rows.tolist() == again.rows.tolist() != other.rows.tolist()
    text_of = dict(zip(stream.rows.tolist(), texts(stream), strict=True))
    assert texts(some) == [text_of[row] for row in some.rows.tolist()]
    assert len(drawn(stream, len(stream.tokens), 1).rows) == stream.documents


def test_too_much_to_draw_says_how_much_there_is(corpora):
    stream = dataset_stream(DATASETS["torch"], **corpora, split="test")
    with pytest.raises(ValueError, match=r"2,000 tokens cannot be drawn from the 1,500"):
        drawn(stream, 2_000, 1)


def test_a_rule_that_selects_nothing_says_what_there_is(corpora):
    with pytest.raises(ValueError, match="no english document .* .*torhc.*: numpy, torch"):
        dataset_stream({"domain": "english", "packages": ["torhc"]}, **corpora, split="train")


def test_documents_without_a_plan_have_no_plots(corpora):
    with pytest.raises(ValueError, match="the english documents have no 'plan'"):
        dataset_stream({"domain": "english", "plots": ["lost"]}, **corpora, split="train")


@pytest.mark.parametrize(
    "rule",
    [
        {"domain": "latin", "packages": ["torch"]},
        {"domain": "english", "packages": ["torch"], "plots": ["lost"]},
        {"domain": "english", "part": [2, 2]},
        {"domain": "english", "package": ["torch"]},
    ],
)
def test_what_is_no_rule_is_refused(corpora, rule):
    with pytest.raises(ValueError, match="is no rule of a data set"):
        dataset_stream(rule, **corpora, split="train")


def test_the_studys_own_data_sets_name_plots_that_are_told_and_share_no_document():
    named = [plot for rule in datasets.DATASETS.values() for plot in rule.get("plots", ())]
    assert set(named) <= set(PLOTS) and len(named) == len(set(named))
    families = {name: family(rule) for name, rule in datasets.DATASETS.items()}
    assert families["english_others"] == families["stories_half_1"] == "prose"
    assert families["python_networks"] == families["lua_others"] == "code"
