"""A training step of a TopK dictionary: ours against SAELens's, optimizer included.

Both start from the same weights, see the same batches under the same schedule and multiply in the
same precision; the variance they explain afterwards stands beside the times.
"""

import torch
from harness import benchmark

from featurefate.dictionaries.architectures import new_dictionary
from featurefate.dictionaries.training import new_trainer

ACTIVE, BATCH = 32, 4_096
PLANTED, PLANTED_ACTIVE = 1_000, 20  # directions that the activations are sums of
WHAT = "k = 32, batch 4 096, same precision, against SAELens's TopKTrainingSAE in its SAETrainer"


@benchmark(
    "sae_topk_512_2048",
    unit="tokens/s",
    what=f"TopK dictionary 512→2 048, {WHAT}",
    work=5 * BATCH,
    repeats=5,
)
def sae_topk_512_2048():
    return steps_of_both(512, 2_048, steps=5)


@benchmark(
    "sae_topk_1024_16384",
    unit="tokens/s",
    what=f"TopK dictionary 1 024→16 384, {WHAT}",
    work=BATCH,
    repeats=5,
)
def sae_topk_1024_16384():
    return steps_of_both(1_024, 16_384, steps=1)


def steps_of_both(width: int, features: int, steps: int):
    """`steps` steps of ours, of the peer's, and what both have learned after the same tokens."""
    from sae_lens import TopKTrainingSAE, TopKTrainingSAEConfig

    ours = new_dictionary("topk", d_in=width, features=features, k=ACTIVE, seed=1, device="cpu")
    torch.manual_seed(1)
    theirs = TopKTrainingSAE(TopKTrainingSAEConfig(d_in=width, d_sae=features, k=ACTIVE))
    trainers = [
        new_trainer(sae, steps=40, batch=BATCH, learning_rate=3e-3) for sae in (ours, theirs)
    ]
    trainers[1].optimizer.param_groups[0]["fused"] = False  # as SAELens leaves it
    generator = torch.Generator().manual_seed(2)
    directions = torch.randn(PLANTED, width, generator=generator)
    *batches, held_out = (activations(directions, generator) for _ in range(5))

    def call(trainer):
        for _ in range(steps):
            trainer.step(batches[trainer.n_training_steps % len(batches)])
            trainer.n_training_steps += 1

    @torch.no_grad()
    def explained(sae):
        error = (sae(held_out) - held_out).pow(2).sum()
        return 1 - (error / (held_out - held_out.mean(0)).pow(2).sum()).item()

    def quality():
        tokens = [trainer.n_training_samples for trainer in trainers]
        return (
            f"variance explained on held-out tokens: ours {explained(ours):.4f} after "
            f"{tokens[0]:,} tokens, the peer's {explained(theirs):.4f} after {tokens[1]:,}"
        )

    return lambda: call(trainers[0]), lambda: call(trainers[1]), quality


def activations(directions: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """A batch of sums of a few planted directions each, (BATCH, width)."""
    which = torch.randint(len(directions), (BATCH, PLANTED_ACTIVE), generator=generator)
    weights = torch.rand(which.shape, generator=generator)
    return torch.nn.functional.embedding_bag(
        which, directions, mode="sum", per_sample_weights=weights
    )
