"""The kinds of dictionary: how each keeps few of its features active.

topk        the k highest scores of each token (Gao et al. 2024, arXiv 2406.04093): the main arm
batchtopk   the k·tokens highest scores of a batch (Bussmann et al. 2024, arXiv 2412.06410)
matryoshka  batchtopk whose first 1/8, 1/4 and 1/2 of the features must do by themselves as well
            (Bussmann et al. 2025, arXiv 2503.17547)
jumprelu    a learned threshold for each feature, held at k active ones by a quadratic penalty
            (Rajamanoharan et al. 2024, arXiv 2407.14435; Gemma Scope 2)
relu        a rectifier and an L1 penalty on the activations (Bricken et al. 2023). Two arms use
            it: with the penalty of equal L0 (`penalty_search.py`), and as Horn & Elliott did
            (arXiv 2410.12391), stories at ten times the penalty, each model on its own domains

All train in SAELens's trainer and are saved in its format. BatchTopK and Matryoshka are saved as
JumpReLU, with one threshold for all tokens: their L0 at test time is not exactly k.
"""

from typing import TYPE_CHECKING

import torch

from featurefate.dictionaries.active_topk import active_topk_classes

if TYPE_CHECKING:
    from sae_lens import TrainingSAE

ARCHITECTURES = ("topk", "batchtopk", "matryoshka", "jumprelu", "relu")
MATRYOSHKA_SHARES = (8, 4, 2, 1)  # of the features: the first eighth, quarter, half, all
# For activations of mean norm √d, as in Anthropic's recipe (Circuits Updates, January 2025)
JUMP_THRESHOLD, JUMP_BANDWIDTH = 0.1, 2.0


def new_dictionary(
    architecture: str,
    *,
    d_in: int,
    features: int,
    k: int | None,
    seed: int,
    device: str,
    penalty: float | None = None,
) -> "TrainingSAE":
    """Return an untrained dictionary of `features` latents on `d_in` neurons.

    `k`: active latents a token, for all but "relu", whose L1 coefficient is `penalty` (loss: the
    squared error summed over neurons, activations of mean norm √d). SAELens ignores a seed in its
    configuration; the global generator is what counts. Raises ValueError for an architecture that
    is not in ARCHITECTURES, where `k` and `penalty` are not the ones it takes, and for more active
    latents than there are.
    """
    check_architecture(architecture, features, k, penalty)
    (training_class, config_class), options = _kind(architecture, features, k, penalty)
    torch.manual_seed(seed)
    config = config_class(
        d_in=d_in,
        d_sae=features,
        device=device,
        normalize_activations="expected_average_only_in",
        **options,
    )
    return training_class(config)


def check_architecture(
    architecture: str, features: int, k: int | None, penalty: float | None
) -> None:
    """Raise ValueError where `new_dictionary` would."""
    if architecture not in ARCHITECTURES:
        raise ValueError(f"architecture {architecture!r} is none of {', '.join(ARCHITECTURES)}")
    wanted, other = ("penalty", "k") if architecture == "relu" else ("k", "penalty")
    given = {"k": k, "penalty": penalty}
    if given[wanted] is None or given[other] is not None:
        raise ValueError(f"architecture {architecture!r} takes {wanted} and no {other}")
    if k is not None and not 0 < k <= features:
        raise ValueError(f"k = {k} of features = {features} cannot be active on a token")


def _kind(architecture: str, features: int, k: int | None, penalty: float | None):
    """SAELens's classes for training and configuration, and the options of its configuration."""
    from sae_lens.registry import get_sae_training_class

    match architecture:
        case "topk":
            return active_topk_classes(), {"k": k}
        case "batchtopk":
            return get_sae_training_class("batchtopk"), {"k": k}
        case "matryoshka":
            widths = [features // share for share in MATRYOSHKA_SHARES]
            options = {"k": k, "matryoshka_widths": widths}
            return get_sae_training_class("matryoshka_batchtopk"), options
        case "jumprelu":
            options = {
                "jumprelu_sparsity_loss_mode": "quadratic",
                "target_l0": k,
                "jumprelu_init_threshold": JUMP_THRESHOLD,
                "jumprelu_bandwidth": JUMP_BANDWIDTH,
                "jumprelu_ste_to_input": True,
            }
            return get_sae_training_class("jumprelu"), options
        case "relu":
            return get_sae_training_class("standard"), {"l1_coefficient": penalty}
