"""What a language model says a feature is, and whether that lets it tell where the feature fires.

A feature is explained from half of its strongest contexts. The explanation is then scored by
*detection* on the other half, mixed with places where the feature is silent: the model says which
of them fit, and the score is its balanced accuracy (.5: it can tell nothing). The name and meaning
of the concept that the feature detects best is scored in the same way. (Paulo et al. 2024)
"""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.corpora.concepts.names import COLUMN, CONCEPTS
from featurefate.dictionaries.chat_server import ChatServer, ServerError
from featurefate.dictionaries.describe import Context, FeatureReader

EXPLAIN = """\
Below are passages in which one feature of a language model is active. The token where it is most
active stands between << and >>. In at most fifteen words, say what the feature responds to. Answer
with the explanation alone.

{passages}"""
DETECT = """\
A feature of a language model is described as: {explanation}

Which of these passages contain what it describes? Answer with their numbers alone, separated by
commas, or with "none".

{passages}"""


def explain_features(
    folder: Path,
    *,
    model: Artifact,
    tokenizer: Artifact,
    dictionaries: Artifact,
    encoded: Artifact,
    scores: Artifact,
    sae_seed: int,
    features: list[int],
    language_model: str,
    contexts: int,
    seed: int,
) -> None:
    """Step: have `features` of one dictionary explained by the server that the environment names.

    language_model: its model, which must be the one that FEATUREFATE_CHAT_MODEL names; contexts: of
    each feature, half to explain and half to test, beside as many silent places, drawn from `seed`.
    Every feature is written to `explanations.jsonl` when it is done, so that a run that ends early
    goes on from there. In the end writes `explanations.parquet`: feature, explanation, score,
    concept, concept_score (NaN where nothing was held out: it fires in fewer than two documents).
    Raises ServerError, saying how far it came.
    """
    server = ChatServer.from_environment()
    if server is None or server.model != language_model:
        raise ServerError(
            f"FEATUREFATE_CHAT_URL and FEATUREFATE_CHAT_MODEL do not name {language_model}"
        )
    opened = dict(model=model, tokenizer=tokenizer, dictionaries=dictionaries, encoded=encoded)
    reader = FeatureReader.open(sae_seed, **opened, contexts=contexts)
    units = pd.read_parquet(scores.file("units.parquet"))
    units = units[(units["units"] == "features") & (units["seed"] == sae_seed)]
    concept = units.set_index("unit")["concept"]
    done = folder / "explanations.jsonl"
    rows = written(done)
    with done.open("a", encoding="utf-8") as file:
        for feature in features[len(rows) :]:
            try:
                row = explain(server, reader, feature, concept[feature], seed)
            except ServerError as error:
                kept = f"{len(rows)} of {len(features)} features are explained and kept"
                raise ServerError(f"feature {feature}: {error} ({kept}: run it again)") from error
            rows.append(row)
            file.write(json.dumps(row) + "\n")
            file.flush()
            os.fsync(file.fileno())
    pd.DataFrame(rows).to_parquet(folder / "explanations.parquet")


def explain(
    server: ChatServer, reader: FeatureReader, feature: int, concept: str, seed: int
) -> dict:
    """Explain one feature and score the explanation, and the concept, on held-out contexts."""
    strongest = reader.read(feature).contexts
    shown, held_out = strongest[::2], strongest[1::2]
    silent = reader.silent_contexts(feature, len(held_out), seed)
    explanation = server.ask(EXPLAIN.format(passages=_listed(shown, marked=True)))
    meaning = f"{concept}: {CONCEPTS[COLUMN[concept]].meaning}" if concept in COLUMN else concept
    return {
        "feature": feature,
        "explanation": explanation,
        "score": detection(server, explanation, held_out, silent, seed),
        "concept": concept,
        "concept_score": detection(server, meaning, held_out, silent, seed),
    }


def detection(
    server: ChatServer,
    explanation: str,
    active: Sequence[Context],
    silent: Sequence[Context],
    seed: int,
) -> float:
    """Return the balanced accuracy with which the server finds the active among all contexts.

    NaN where there is none of one kind.
    """
    if not active or not silent:
        return float("nan")
    order = np.random.default_rng(seed).permutation(len(active) + len(silent))
    mixed = [[*active, *silent][i] for i in order]
    answer = server.ask(DETECT.format(explanation=explanation, passages=_listed(mixed)))
    said = np.isin(np.arange(1, len(mixed) + 1), [int(n) for n in re.findall(r"\d+", answer)])
    true = order < len(active)
    return float((said[true].mean() + (~said[~true]).mean()) / 2)


def written(path: Path) -> list[dict]:
    """Return the rows of a file to which one line was added at a time; cut off what a kill left.

    A line without its end is removed from the file, so that the next one can follow.
    """
    if not path.exists():
        return []
    whole, _, rest = path.read_bytes().rpartition(b"\n")
    if rest:
        path.write_bytes(whole + b"\n" if whole else b"")
    return [json.loads(line) for line in whole.splitlines()]


def _listed(contexts: Sequence[Context], marked: bool = False) -> str:
    """The passages, numbered from 1, the peak between << and >> where it is to be marked."""
    lines = []
    for number, context in enumerate(contexts, start=1):
        tokens = list(context.tokens)
        if marked:
            tokens[context.peak] = f"<<{tokens[context.peak]}>>"
        lines.append(f"{number}. {''.join(tokens)!r}")
    return "\n".join(lines)
