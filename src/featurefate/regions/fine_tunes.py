"""Brief fine-tunings of one parent: the points of which a region is made.

Every fine-tune sees one data set. Its seed decides which of the data set's documents it sees and
in which order, so two fine-tunes on one data set share what the data set is about, not its text.
(Gueta et al., arXiv 2302.04863, change the order of the data and the initial classification head;
a language model brings its head along.)
"""

from pathlib import Path
from typing import Any

import numpy as np
from transformers import MistralConfig

from featurefate.artifacts.store import Account, Artifact
from featurefate.corpora.tokens import TokenStream, training_rows
from featurefate.language_model.architecture import load_model, save_model
from featurefate.language_model.recipe import Recipe
from featurefate.language_model.training import new_accelerator, optimise
from featurefate.regions.datasets import dataset_stream, drawn


def fine_tune_on(
    folder: Path,
    *,
    parent: Artifact,
    documents: Artifact,
    tokens: Artifact,
    tokenizer: Artifact,
    dataset: dict[str, Any],
    drawn_tokens: int,
    recipe: dict[str, Any],
) -> Account:
    """Step: train every weight of `parent` further on a part of one data set; write the model.

    `dataset`: a rule of `regions.datasets`; `drawn_tokens`: how much of its text this model sees,
    in whole documents drawn from the recipe's seed; `recipe`: the fields of `Recipe` but
    `domains`. Where `training_tokens` are more than `drawn_tokens`, they are seen again. Raises
    ValueError where the data set has too little text, TrainingDiverged as `fine_tune` does.
    """
    settings = Recipe(domains=[dataset["domain"]], **recipe)
    model = load_model(parent)
    stream = dataset_stream(dataset, documents, tokens, "train")
    rows = seen_rows(stream, drawn_tokens, settings, model.config.max_position_embeddings)
    accelerator = new_accelerator()
    made = optimise(folder, model, rows, settings, {}, accelerator)
    if accelerator.is_main_process:
        save_model(model.to("cpu"), tokenizer, folder)
    return made


def seen_rows(stream: TokenStream, drawn_tokens: int, recipe: Recipe, context: int) -> np.ndarray:
    """Return the training rows of one fine-tune in order, int32 [rows, context]."""
    text = drawn(stream, drawn_tokens, recipe.seed)
    passes = -(-recipe.training_tokens // drawn_tokens)
    rows = recipe.training_tokens // context
    return training_rows(text, context, rows, recipe.seed, max_passes=passes)


def word_counts(model: Artifact, documents: Artifact, tokens: Artifact) -> np.ndarray:
    """Return how often a fine-tune has seen each token of the vocabulary, int [vocabulary].

    What it has seen is drawn again, as its manifest says.
    """
    settings = model.manifest.recipe["settings"]
    dataset, recipe = settings["dataset"], settings["recipe"]
    config = MistralConfig.from_pretrained(model.path)
    rows = seen_rows(
        dataset_stream(dataset, documents, tokens, "train"),
        settings["drawn_tokens"],
        Recipe(domains=[dataset["domain"]], **recipe),
        config.max_position_embeddings,
    )
    return np.bincount(rows[:, 1:].ravel(), minlength=config.vocab_size)
