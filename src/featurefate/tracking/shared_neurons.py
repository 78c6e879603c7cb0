"""Do two models keep their neurons in one order? Only then may directions be compared.

Neuron 7 of a child is neuron 7 of its parent, a little changed: fine-tuning starts there, and so
does everything between two models of one family. Neuron 7 of a model that was trained from another
seed is any neuron at all; the cosine of two directions then says nothing (McCann 2026, arXiv
2605.24577), however confidently it is printed. So it is asked of the artifacts' manifests, which
name the models that each model was made of.
"""

from collections.abc import Iterable

from featurefate.artifacts.store import Artifact

# The steps that leave every neuron in its place, and the inputs whose neurons they are.
KEEPS_NEURONS = {
    "featurefate.language_model.training.fine_tune": ("parent",),
    "featurefate.merging.sweep.merge": ("first", "second"),
}


def require_shared_neurons(one: Artifact, other: Artifact, between: Iterable[Artifact]) -> None:
    """Raise ValueError unless the manifests show one model from which both have their neurons.

    one, other: models; between: further models by way of which the two may be related, such as the
    second child of a merge.
    """
    family = {model.identity: model for model in (one, other, *between)}
    if not origins(one.identity, family) & origins(other.identity, family):
        raise ValueError(
            f"{one.name} and {other.name}: no model from which both were made by fine-tuning or "
            f"merging, going by the manifests of {', '.join(m.name for m in family.values())}. "
            "Their neurons need not be in one order, so a cosine between directions means nothing: "
            "compare activations instead, or pass the models between the two as well"
        )


def origins(identity: str, family: dict[str, Artifact]) -> set[str]:
    """Return the identities of the models whose neurons, in their order, a model has; its own too.

    family: models by identity; of one that is not among them nothing earlier is known. A merge has
    what both its sides have: two of different lineages leave it no origin but itself.
    """
    recipe = family[identity].manifest.recipe if identity in family else {}
    sources = KEEPS_NEURONS.get(recipe.get("function"), ())
    inherited = [origins(recipe["inputs"][source], family) for source in sources]
    return {identity} | (set.intersection(*inherited) if inherited else set())
