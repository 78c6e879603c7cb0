"""What the three matchings cost, at the laptop's size: 128 dimensions, 512 neurons, 4 096 words.

There is no other implementation for these models, so each is set against the part of its work that
cannot be avoided, done in the plainest way.
"""

import numpy as np
import torch
from harness import benchmark
from scipy.linalg import orthogonal_procrustes

from featurefate.alignment.folding import fold_gains
from featurefate.alignment.learned_matching import PARTS, learned
from featurefate.alignment.statistics import correlations
from featurefate.alignment.transform import Transform
from featurefate.alignment.weight_matching import weight_matching
from featurefate.alignment.weights import EMBEDDING, READERS, WRITERS
from featurefate.language_model.activations import mlp_activations
from featurefate.language_model.architecture import new_model
from featurefate.language_model.loss import NextTokenLoss

SHAPE = {"hidden_size": 128, "mlp_size": 512, "heads": 4, "key_value_heads": 2}
SHAPE |= {"vocabulary": 4_096, "context": 128}
EVERYTHING = ["neurons", "heads", "values", "planes", "residual"]
ROWS = np.random.default_rng(1).integers(1, 4_096, (64, 128))


def two_models():
    return [new_model(**SHAPE, seed=seed).eval() for seed in (1, 2)]


@benchmark(
    "activation_statistics",
    what="all correlations between two models at five sites from 8 192 tokens, against running the "
    "two models as far as their neurons",
    unit="tokens/s",
    work=ROWS.size,
    repeats=5,
)
def activation_statistics():
    models = two_models()
    return (
        lambda: correlations(*models, [ROWS]),
        lambda: [mlp_activations(model, ROWS) for model in models],
    )


@benchmark(
    "weight_matching",
    what="weight matching of everything until it settles, against scipy's Procrustes on the "
    "stacked weights once a round",
    repeats=5,
)
def matching_by_weights():
    models = two_models()
    same = Transform.identity(models[0].config)
    states = [fold_gains(model.double().state_dict()) for model in models]
    stacks = [
        torch.cat([s[name] for name in (EMBEDDING, *READERS)] + [s[n].T for n in WRITERS]).numpy()
        for s in states
    ]
    rounds = len(weight_matching(same, *states, EVERYTHING).traces[0])
    return (
        lambda: weight_matching(same, *states, EVERYTHING),
        lambda: [orthogonal_procrustes(*stacks) for _ in range(rounds)],
    )


@benchmark(
    "learned_matching",
    what="a step of learned matching on 1 024 tokens, against a step of training one model on "
    "them, forward and backward, in float32",
    unit="tokens/s",
    work=10 * 8 * 128,
    repeats=3,
)
def matching_by_learning():
    models = two_models()
    start = Transform.identity(models[0].config)
    states = [fold_gains(model.state_dict()) for model in models]
    batches = [ROWS[:8]] * 10
    settings = {"learning_rate": 1e-2, "both": False, "seed": 1}
    trained = NextTokenLoss(two_models()[0])
    rows = torch.as_tensor(ROWS[:8])

    def training():
        for _ in batches:
            trained.zero_grad()
            trained(rows).backward()

    return lambda: learned(models[0], *states, start, batches, list(PARTS), **settings), training
