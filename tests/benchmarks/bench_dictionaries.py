"""A training step of a TopK dictionary: ours against SAELens's, optimizer included.

Both start from the same weights, see the same batches under the same schedule and multiply in the
same precision; the variance they explain afterwards stands beside the times.
"""

from statistics import mean

import torch
from harness import benchmark

from featurefate.dictionaries.architectures import new_dictionary
from featurefate.dictionaries.training import new_trainer

ACTIVE, BATCH = 32, 4_096
STEPS = 40  # of a whole training
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
    ours, peer, quality = steps_of_both(512, 2_048, steps=5)
    return ours, peer, quality, lambda: whole_trainings(512, 2_048, seeds=range(3, 8))


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
    trainers = both_trainers(width, features, seed=1)
    generator = torch.Generator().manual_seed(2)
    directions = torch.randn(PLANTED, width, generator=generator)
    *batches, held_out = (activations(directions, BATCH, generator) for _ in range(5))

    def call(trainer):
        for _ in range(steps):
            step(trainer, batches[trainer.n_training_steps % len(batches)])

    def quality():
        tokens = [trainer.n_training_samples for trainer in trainers]
        explained = [variance_explained(trainer.sae, held_out) for trainer in trainers]
        return (
            f"variance explained on held-out tokens: ours {explained[0]:.4f} after "
            f"{tokens[0]:,} tokens, the peer's {explained[1]:.4f} after {tokens[1]:,}"
        )

    return lambda: call(trainers[0]), lambda: call(trainers[1]), quality


def whole_trainings(width: int, features: int, seeds: range) -> str:
    """How far apart both end, from several seeds: one training alone cannot tell them apart.

    Their sums are rounded in another order, and which features win a token hangs on roundings.
    """
    ahead = []
    for seed in seeds:
        trainers = both_trainers(width, features, seed)
        generator = torch.Generator().manual_seed(seed + 100)
        directions = torch.randn(PLANTED, width, generator=generator)
        held_out = activations(directions, BATCH, generator)
        for _ in range(STEPS):
            batch = activations(directions, BATCH // 4, generator)
            for trainer in trainers:
                step(trainer, batch)
        ours, theirs = (variance_explained(trainer.sae, held_out) for trainer in trainers)
        ahead.append(ours - theirs)
    return (
        f"after {len(ahead)} whole trainings of {STEPS * BATCH // 4:,} tokens ours is ahead by "
        f"{mean(ahead):+.4f} in the mean, {min(ahead):+.4f} to {max(ahead):+.4f}"
    )


def both_trainers(width: int, features: int, seed: int) -> list:
    """Trainers of ours and of SAELens's dictionary, from the same weights."""
    from sae_lens import TopKTrainingSAE, TopKTrainingSAEConfig

    ours = new_dictionary("topk", d_in=width, features=features, k=ACTIVE, seed=seed, device="cpu")
    theirs = TopKTrainingSAE(TopKTrainingSAEConfig(d_in=width, d_sae=features, k=ACTIVE))
    theirs.load_state_dict(ours.state_dict())
    trainers = [
        new_trainer(sae, steps=STEPS, batch=BATCH, learning_rate=3e-3) for sae in (ours, theirs)
    ]
    trainers[1].optimizer.param_groups[0]["fused"] = False  # as SAELens leaves it
    return trainers


def step(trainer, batch: torch.Tensor) -> None:
    """One step on a batch, optimizer and schedule included."""
    trainer.step(batch)
    trainer.n_training_steps += 1


@torch.no_grad()
def variance_explained(sae, held_out: torch.Tensor) -> float:
    """The share of the variance of `held_out`, (tokens, width), that a dictionary rebuilds."""
    error = (sae(held_out) - held_out).pow(2).sum()
    return 1 - (error / (held_out - held_out.mean(0)).pow(2).sum()).item()


def activations(directions: torch.Tensor, tokens: int, generator: torch.Generator) -> torch.Tensor:
    """Sums of a few planted directions each, (tokens, width)."""
    which = torch.randint(len(directions), (tokens, PLANTED_ACTIVE), generator=generator)
    weights = torch.rand(which.shape, generator=generator)
    return torch.nn.functional.embedding_bag(
        which, directions, mode="sum", per_sample_weights=weights
    )
