"""The arms of chapter 06: what of the second model each may move, and what others found."""

from featurefate.alignment.drawing import KINDS
from featurefate.alignment.weights import PLACES

BY_ACTIVATIONS = {
    "neurons": ["neurons"],
    "neurons_heads": ["neurons", "heads"],
    "residual_permutation": ["neurons", "heads", "residual_from_all"],
    "gauge": ["neuron_scales", "heads"],
    "heads_in_order": ["neurons", "values"],
    **{f"only_{at}": [f"residual_from_{at}"] for at in ("embedding", "last", "all")},
}
BY_WEIGHTS = {
    "orthogonal": ["neurons", "heads", "residual"],
    "orthogonal_values": ["neurons", "heads", "residual", "values"],
    "orthogonal_weight_matching": ["neurons", "heads", "residual", "values", "planes"],
}
TURNED = "orthogonal_weight_matching"  # all that weight matching can move
LADDER = {  # arm → its name in figures, from least to most
    "averaging": "averaging",
    "neurons": "neurons, by activations",
    "neurons_heads": "+ heads, as in the paper",
    "residual_permutation": "+ order of the stream",
    "orthogonal": "stream turned, by weights",
    "orthogonal_values": "+ values turned",
    "orthogonal_weight_matching": "+ rotary planes turned",
    "learned": "all of it learned, on text",
}
NAMES = LADDER | {
    "gauge": "heads, neurons with sign and scale",
    "heads_in_order": "neurons and heads, heads in order",
    "only_embedding": "stream only, from the embedding",
    "only_last": "stream only, from the last site",
    "only_all": "stream only, from all sites",
}
MIDDLES = {  # arms whose midpoints are looked at → what such a middle is called
    "averaging": "plain average",
    "neurons_heads": "neurons and heads matched",
    "orthogonal_weight_matching": "everything turned, by weights",
    "learned": "learned",
}
RANDOM = {"random_heads": ["neurons", "heads"], "random_turn": list(KINDS)}  # arm → kinds drawn
# A copy of a base → what is changed in it, and the arm that must recover it: by weights all of it,
# by activations orders and signs, which are all that correlation can see.
COPIES = {
    "turned_copy": list(KINDS),
    "reordered_copy": ["residual_order", "heads", "neurons", "neuron_scales"],
}
REORDERED = {"all": ["neuron_scales", "heads", "residual_from_all"]}
CONTROLS = {  # name → its words, the arm, and the pairs it is measured on
    "random_heads": ("neurons and heads in random order", "random_heads", "strangers"),
    "random_turn": ("everything turned at random", "random_turn", "strangers"),
    "reordered_copy.averaging": ("reordered copy, averaged", "averaging", "reordered_copy"),
    "reordered_copy.activations": (
        "reordered copy, by activations",
        "all",
        "reordered_copy",
    ),
    "turned_copy.averaging": ("turned copy, averaged", "averaging", "turned_copy"),
    "turned_copy.weights": ("turned copy, by weights", TURNED, "turned_copy"),
}
_ALL, _BUT_WORDS = list(PLACES), ["queries and keys", "values and output", "neurons"]
# Points on a line that are trained on → the arm, t, which of `PLACES` are set free, the rate, and
# how many times as much text is read as by learned matching.
FREED = {
    "averaging, all trained": ("averaging", 0.5, _ALL, 1e-3, 1),
    "turned, all trained": (TURNED, 0.5, _ALL, 3e-4, 1),
    "learned, all trained": ("learned", 0.5, _ALL, 3e-4, 1),
    "learned, all but words trained": ("learned", 0.5, _BUT_WORDS, 1e-3, 1),
    "learned, all but words trained on twice the text": ("learned", 0.5, _BUT_WORDS, 1e-3, 2),
    "base 1, all but words trained on twice the text": ("learned", 0.0, _BUT_WORDS, 1e-3, 2),
}
# Verma & Elbayad (arXiv 2403.00986): nats of masked-word loss above the mean of the ends.
VERMA_ELBAYAD = {
    "averaging": 4.95,
    "neurons": 4.31,
    "heads_in_order": 4.13,
    "neurons_heads": 3.71,
    "only_embedding": 7.58,
    "only_last": 7.41,
    "only_all": 7.34,
}
# Theus et al. (arXiv 2506.22712): nats above the chord, on Tiny Shakespeare and on BookCorpus.
THEUS = {
    "averaging": (2.02, 4.34),
    "neurons_heads": (1.43, 4.05),
    "orthogonal_weight_matching": (0.34, 1.56),
    "learned": (0.02, 0.42),
}
