"""Train a model from the command line, in one process or in several together.

    torchrun --nproc_per_node 2 -m featurefate.language_model.train \\
        --artifacts build/laptop/artifacts --settings settings.json models/base

writes the very artifact that the notebook would: asked for by the same name with the same
settings, the notebook finds it and trains nothing. `settings.json` holds what the notebook gives to
`train_base`, or with `--parent models/base` to `fine_tune`:

    {"shape": {"hidden_size": 128, "mlp_size": 512, "heads": 4, "key_value_heads": 2,
               "vocabulary": 4096, "context": 128},
     "recipe": {"domains": ["english", "python"], "training_tokens": 3000000, "batch": 16,
                "learning_rate": 0.004, "weight_decay": 0.1, "seed": 11}}

The batch is that of all processes together. They share one folder, so they run on one machine or
on one file system. The first holds the artifact's lock and tells the others where to work.
"""

import argparse
import json
from pathlib import Path

from accelerate import Accelerator
from accelerate.utils import broadcast_object_list

from featurefate.artifacts.errors import ArtifactError
from featurefate.artifacts.store import ArtifactStore
from featurefate.language_model.divergence import TrainingDiverged
from featurefate.language_model.training import fine_tune, new_accelerator, train_base


def train(
    store: ArtifactStore, name: str, settings: dict, parent: str | None, accelerator: Accelerator
) -> None:
    """Make the artifact `name` in all processes of `accelerator`, as the notebook's step would.

    `settings`: those of `train_base`, or of `fine_tune` where `parent` names an artifact.
    """
    inputs = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
    function = train_base
    if parent:
        function, inputs["parent"] = fine_tune, store.read(parent)
    if accelerator.is_main_process:
        with store.computing(name, function, settings, inputs) as work:
            broadcast_object_list([work.folder])
            if work.folder:
                function(work.folder, **inputs, **settings)
        print(work.artifact)
    else:
        (folder,) = broadcast_object_list([None])
        if folder:
            function(folder, **inputs, **settings)


def main(arguments: list[str] | None = None) -> None:
    """Train from the command line; an error that the reader can mend is said in one line."""
    parser = argparse.ArgumentParser(description="Train a language model of the study.")
    parser.add_argument("name", help="the artifact to write, such as models/base")
    parser.add_argument("--artifacts", type=Path, required=True, help="the folder of all artifacts")
    parser.add_argument("--settings", type=Path, required=True, help="JSON: what the step is given")
    parser.add_argument("--parent", help="an artifact to fine-tune; without it the model is new")
    options = parser.parse_args(arguments)
    try:
        settings = json.loads(options.settings.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        parser.error(f"{options.settings}: {error}")
    accelerator = new_accelerator()
    try:
        train(ArtifactStore(options.artifacts), options.name, settings, options.parent, accelerator)
    except (ArtifactError, TrainingDiverged) as error:
        parser.error(str(error))
    if accelerator.num_processes > 1:
        accelerator.end_training()  # the processes take leave of each other


if __name__ == "__main__":
    main()
