"""A training step of a TopK dictionary: ours against SAELens's, optimizer included."""

import torch
from harness import benchmark

from featurefate.dictionaries.active_topk import new_dictionary
from featurefate.dictionaries.training import new_trainer
from featurefate.language_model.training import precision

WIDTH, FEATURES, ACTIVE, BATCH, STEPS = 512, 2_048, 32, 4_096, 5


@benchmark(
    "sae_topk_512_2048",
    unit="tokens/s",
    what="TopK dictionary 512→2 048, k = 32, batch 4 096, same precision, against SAELens's "
    "TopKTrainingSAE in its SAETrainer",
    work=STEPS * BATCH,
    repeats=5,
)
def sae_topk_512_2048():
    from sae_lens import SAETrainer, TopKTrainingSAE, TopKTrainingSAEConfig
    from sae_lens.config import SAETrainerConfig

    ours = new_trainer(
        new_dictionary(WIDTH, FEATURES, ACTIVE, seed=1, device="cpu"),
        steps=1_000,
        batch=BATCH,
        learning_rate=1e-3,
    )
    torch.manual_seed(1)
    config = TopKTrainingSAEConfig(d_in=WIDTH, d_sae=FEATURES, k=ACTIVE)
    peer = SAETrainer(
        cfg=SAETrainerConfig(
            total_training_samples=1_000 * BATCH,
            train_batch_size_samples=BATCH,
            lr=1e-3,
            lr_end=1e-3,
            autocast=precision() == "bf16",
        ),
        sae=TopKTrainingSAE(config),
        data_provider=iter(()),
    )
    activations = torch.randn(BATCH, WIDTH, generator=torch.Generator().manual_seed(2))

    def steps(trainer):
        for _ in range(STEPS):
            trainer.step(activations)
            trainer.n_training_steps += 1

    return lambda: steps(ours), lambda: steps(peer)
