"""Train a model from the command line, in one process or in several together.

    torchrun --nproc_per_node 2 -m featurefate.language_model.train \\
        --artifacts build/laptop/artifacts --settings settings.json models/base

writes the very artifact that the notebook would: asked for by the same name with the same
settings, the notebook finds it and trains nothing. `settings.json` holds what the notebook gives to
`train_base`, or with `--parent models/base` to `fine_tune`; `featurefate.study.training_settings`
prints it for every model of the study:

    {"shape": {"hidden_size": 128, "mlp_size": 512, "heads": 4, "key_value_heads": 2,
               "vocabulary": 4096, "context": 128},
     "recipe": {"domains": ["english", "python"], "training_tokens": 3000000, "batch": 16,
                "learning_rate": 0.004, "weight_decay": 0.1, "seed": 11}}

The batch is that of all processes together. They share one folder, so they run on one machine or
on one file system. The first holds the artifact's lock and tells the others where to work. A
mistake is said by the first alone, in one line; what torchrun reports after it adds nothing.
"""

import argparse
import os
import re
import sys
from pathlib import Path
from typing import NoReturn

from accelerate import Accelerator
from accelerate.utils import broadcast_object_list

from featurefate.artifacts.errors import ArtifactError
from featurefate.artifacts.store import Artifact, ArtifactStore
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import TrainingTokensError
from featurefate.language_model.divergence import TrainingDiverged
from featurefate.language_model.order import rows_each
from featurefate.language_model.settings_file import SettingsError, read_settings
from featurefate.language_model.training import (
    LaunchError,
    fine_tune,
    new_accelerator,
    train_base,
)

# Which notebook to run for what is read here.
WRITTEN_BY = {"corpora/*": "01_data", "models/base*": "02_base_training"}
MODEL = re.compile(r"models/\w+")


def train(
    store: ArtifactStore, name: str, settings: dict, parent: str | None, accelerator: Accelerator
) -> None:
    """Make the artifact `name` in all processes of `accelerator`, as the notebook's step would.

    `settings`: those of `train_base`, or of `fine_tune` where `parent` names an artifact. Raises
    SettingsError where they do not fit the artifacts or the number of processes.
    """
    inputs = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
    function = train_base
    if parent:
        function, inputs["parent"] = fine_tune, store.read(parent)
    _check(settings, inputs["tokenizer"], accelerator.num_processes)
    if accelerator.is_main_process:
        with store.computing(name, function, settings, inputs) as work:
            broadcast_object_list([work.folder])
            if work.folder:
                work.account = function(work.folder, **inputs, **settings)
        print(work.artifact)
    else:
        (folder,) = broadcast_object_list([None])
        if folder:
            function(folder, **inputs, **settings)


def _check_names(name: str, parent: str | None) -> None:
    for given in (name, parent or name):
        if not MODEL.fullmatch(given):
            raise ArtifactError(f"{given} is no model: a model is named as models/base is")
    if name == parent:
        raise ArtifactError(f"{name} cannot be trained from itself: it would replace its parent")


def _check(settings: dict, tokenizer: Artifact, processes: int) -> None:
    try:
        rows_each(settings["recipe"]["batch"], processes)
    except ValueError as error:
        raise SettingsError(f"recipe.batch: {error}") from error
    tokens = len(load_tokenizer(tokenizer))
    if "shape" in settings and settings["shape"]["vocabulary"] < tokens:
        vocabulary = settings["shape"]["vocabulary"]
        raise SettingsError(f"shape.vocabulary is {vocabulary}: the tokenizer has {tokens} tokens")


def main(arguments: list[str] | None = None) -> None:
    """Train from the command line; an error that the reader can mend is said in one line."""
    parser = argparse.ArgumentParser(description="Train a language model of the study.")
    parser.add_argument("name", help="the artifact to write, such as models/base")
    parser.add_argument("--artifacts", type=Path, required=True, help="the folder of all artifacts")
    parser.add_argument("--settings", type=Path, required=True, help="JSON: what the step is given")
    parser.add_argument("--parent", help="an artifact to fine-tune; without it the model is new")
    options = parser.parse_args(arguments)
    try:
        if not options.artifacts.is_dir():
            raise ArtifactError(f"--artifacts {options.artifacts}: there is no such folder")
        _check_names(options.name, options.parent)
        settings = read_settings(options.settings, new=options.parent is None)
        accelerator = new_accelerator()
        store = ArtifactStore(options.artifacts, WRITTEN_BY)
        train(store, options.name, settings, options.parent, accelerator)
    except SettingsError as error:
        _refuse(f"{options.settings}: {error}")
    except TrainingTokensError as error:
        _refuse(f"{options.settings}: recipe.training_tokens: {error}")
    except (ArtifactError, LaunchError, TrainingDiverged) as error:
        _refuse(str(error))
    if accelerator.num_processes > 1:
        accelerator.end_training()  # the processes take leave of each other


def _refuse(line: str) -> NoReturn:
    """End with an error that all processes have met; the first one of a machine says it.

    The others end as if all were well: at the first failure torchrun stops all that still run,
    and so the first one might not come to speak.
    """
    sys.exit(line if os.environ.get("LOCAL_RANK", "0") == "0" else 0)


if __name__ == "__main__":
    main()
