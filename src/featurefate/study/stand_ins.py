"""Does a generated domain stand for the real one?

    make stand-ins DOMAIN=stories TEXT='{files: stories.json, field: texts}'

The base and its children are measured on real text that you name. Where there is enough of it to
train on, the base is also fine-tuned on the real text, with the very recipe that the generated
child had. The share of that gap which the generated child closes says how far its text stands for
the real one. Nothing of this is part of the book, which has no real stories and no real Lua.

Writes `build/<profile>/stand_ins/<domain>.json`.
"""

import argparse
import json

import numpy as np
import pandas as pd
import yaml

from featurefate.artifacts.store import Artifact, ArtifactStore
from featurefate.corpora.external.settings import source_from
from featurefate.corpora.real_text import pack_real_text
from featurefate.corpora.tokens import EvaluationRows, evaluation_rows, load_tokens
from featurefate.language_model.architecture import load_model
from featurefate.language_model.bootstrap import interval
from featurefate.language_model.evaluation import Scores, score_model
from featurefate.language_model.training import fine_tune
from featurefate.study import folders
from featurefate.study.chapter import WRITTEN_BY

CHILDREN = ("stories", "lua")
TEST_SHARE = 0.2  # of the real text, where a child can be trained on the rest
MOST_PASSES = 4  # over the real text, in training
EVALUATION_TOKENS = 32_768  # at most
SEED = 71


def compare(profile: str, domain: str, text: dict) -> dict:
    """Losses on the real text of base, children and, where possible, a child of the real text.

    Returns `losses` (one row a model: loss, bounds, accuracy, documents, tokens), `gain` and
    `ahead` (nats by which the generated child beats base and the other child: value, low, high),
    and `share` (of the gap that the real child closes; None where there is no real child).
    Raises the errors of the source for text that cannot be read, MissingArtifact where the
    profile's models are not there yet.
    """
    store = ArtifactStore(
        folders.build(profile) / "stand_ins", WRITTEN_BY, folders.artifacts(profile)
    )
    children = {name: store.read(f"models/{name}") for name in CHILDREN}
    artifacts = {"base": store.read("models/base"), **children}
    recipe = children[domain].manifest.recipe["settings"]["recipe"]
    tokens = _pack(store, domain, text, TEST_SHARE)
    if len(load_tokens(tokens, domain, "train").tokens) * MOST_PASSES >= recipe["training_tokens"]:
        inputs = {"parent": artifacts["base"], "tokens": tokens}
        inputs["tokenizer"] = store.read("corpora/tokenizer")
        settings = {"recipe": {**recipe, "milestones": 0}}
        artifacts["real"] = store.step(f"models/real_{domain}", fine_tune, settings, inputs)
    else:
        tokens = _pack(store, domain, text, 1.0)
    models = {name: load_model(artifact) for name, artifact in artifacts.items()}
    rows = _test_rows(tokens, domain, models["base"].config.max_position_embeddings)
    scores = {name: score_model(model, rows) for name, model in models.items()}
    (other,) = set(CHILDREN) - {domain}
    return {
        "domain": domain,
        "losses": [{"model": name, **score.summary(SEED)} for name, score in scores.items()],
        "gain": scores["base"].behind(scores[domain], SEED),
        "ahead": scores[other].behind(scores[domain], SEED),
        "share": share_closed(scores["base"], scores[domain], scores["real"])
        if "real" in scores
        else None,
    }


def share_closed(base: Scores, child: Scores, real: Scores) -> tuple[float, float, float]:
    """(base − child) / (base − real) in nats, with its 95 % interval over documents.

    Raises ValueError where the real child gains nothing: there is no gap to close.
    """
    if real.loss >= base.loss:
        raise ValueError(
            f"a child trained on this text is no better on it than the base ({real.loss:.2f} and "
            f"{base.loss:.2f} nats), so there is no gap that generated text could close"
        )
    closed, gap = base.nats - child.nats, base.nats - real.nats
    return float(closed.sum() / gap.sum()), *interval(closed, gap, SEED)


def main(arguments: list[str] | None = None) -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", default="laptop")
    parser.add_argument("--domain", choices=CHILDREN, required=True)
    parser.add_argument("--text", required=True, help="a path, or a source's settings in YAML")
    wanted = parser.parse_args(arguments)
    text = yaml.safe_load(wanted.text)
    text = text if isinstance(text, dict) else {"files": text}
    result = compare(wanted.profile, wanted.domain, text)
    report = folders.build(wanted.profile) / "stand_ins" / f"{wanted.domain}.json"
    report.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(pd.DataFrame(result["losses"]).round(3).to_string(index=False))
    print(f"The {wanted.domain} child gains {_with_interval(result['gain'])} nats on base")
    print(f"and is {_with_interval(result['ahead'])} nats ahead of the other child.")
    if result["share"]:
        print(f"It closes {_with_interval(result['share'])} of the gap that real text closes.")
    else:
        print("The text is too little to train a child on, so no share is claimed.")


def _pack(store: ArtifactStore, domain: str, text: dict, test_share: float) -> Artifact:
    settings = {"domain": domain, "text": text, "fingerprint": source_from(text).fingerprint()}
    settings |= {"test_share": test_share, "seed": SEED}
    inputs = {"tokenizer": store.read("corpora/tokenizer")}
    return store.step(f"corpora/real_{domain}", pack_real_text, settings, inputs)


def _test_rows(tokens: Artifact, domain: str, context: int) -> EvaluationRows:
    """Up to `EVALUATION_TOKENS`, at most two rows of a document."""
    stream = load_tokens(tokens, domain, "test")
    per_document = 2 * (context - 1)
    available = int(np.minimum(np.diff(stream.starts), per_document).sum())
    wanted = min(available, EVALUATION_TOKENS)
    return evaluation_rows(stream, context, wanted, per_document, at_least_documents=1)


def _with_interval(number: tuple[float, float, float]) -> str:
    value, low, high = number
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


if __name__ == "__main__":
    main()
