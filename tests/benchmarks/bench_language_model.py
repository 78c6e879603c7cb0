"""Training steps: our loop against `transformers.Trainer`, same model, batch, precision, data."""

import tempfile

import numpy as np
import torch
from accelerate import Accelerator
from harness import benchmark
from transformers import Trainer, TrainingArguments

from featurefate.language_model.architecture import new_model
from featurefate.language_model.loss import NextTokenLoss
from featurefate.language_model.training import BETAS, GRADIENT_CLIP, precision

SHAPE = {"hidden_size": 128, "mlp_size": 512, "heads": 4, "key_value_heads": 2}
SHAPE |= {"vocabulary": 4_096, "context": 128}
BATCH, STEPS = 32, 10


@benchmark(
    "train_tokens_per_second",
    unit="tokens/s",
    work=BATCH * STEPS * SHAPE["context"],
    what="steps of training at laptop size, against transformers.Trainer",
)
def train_tokens_per_second():
    words = np.random.default_rng(1).integers(1, 4_096, (BATCH * STEPS, SHAPE["context"]))
    rows = torch.as_tensor(words)
    return lambda: _our_steps(rows), lambda: _trainer_steps(rows)


def _our_steps(rows: torch.Tensor) -> None:
    model = new_model(**SHAPE, seed=1)
    accelerator = Accelerator(mixed_precision=precision())
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=BETAS)
    network, optimizer = accelerator.prepare(NextTokenLoss(model), optimizer)
    for batch in rows.split(BATCH):
        loss = network(batch)
        accelerator.backward(loss)
        accelerator.clip_grad_norm_(model.parameters(), GRADIENT_CLIP)
        optimizer.step()
        optimizer.zero_grad()
        loss.item()


def _trainer_steps(rows: torch.Tensor) -> None:
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            per_device_train_batch_size=BATCH,
            num_train_epochs=1,
            learning_rate=1e-3,
            max_grad_norm=GRADIENT_CLIP,
            bf16=precision() == "bf16",
            use_cpu=not torch.cuda.is_available(),
            save_strategy="no",
            logging_strategy="no",
            report_to=[],
            disable_tqdm=True,
            dataloader_pin_memory=False,
        )
        data = [{"input_ids": row, "labels": row} for row in rows]
        Trainer(model=new_model(**SHAPE, seed=1), args=arguments, train_dataset=data).train()
