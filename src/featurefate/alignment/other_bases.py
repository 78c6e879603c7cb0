"""Pairs of bases made for one comparison: of one order of the text, and of other widths."""

from collections.abc import Mapping, Sequence

from featurefate.alignment.lines import Pair
from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact, ArtifactStore
from featurefate.language_model.controls import untrained
from featurefate.language_model.training import fine_tune, train_base


def other_bases(
    store: ArtifactStore,
    base: str,
    settings: Mapping[str, dict],
    corpora: Mapping[str, Artifact],
    *,
    same_order: Sequence[int],
    other_widths: Sequence[int],
    width_seed: int,
) -> tuple[dict[str, Artifact], dict[Pair, str]]:
    """Train the models; return them by name, and the pairs to compare with what sets each apart.

    base: the name of the model that was trained with `settings` (`shape` and `recipe`), the first
    of each pair of the same order: the second begins at other initial weights (a seed each) and
    reads the base's rows in the base's order. Each of the other widths, of the stream, gets two
    models (`width_seed` and the next).
    """
    wanted, pairs = {}, {}
    for seed in same_order:
        given = {"shape": settings["shape"], "seed": seed}
        inputs = {"tokenizer": corpora["tokenizer"]}
        start = store.step(f"alignment/start_{seed}", untrained, given, inputs)
        recipe = {"recipe": settings["recipe"]}
        wanted[f"same_order_{seed}"] = fine_tune, recipe, corpora | {"parent": start}
        pairs[base, f"same_order_{seed}"] = "same order of the text"
    for width in other_widths:
        for n in (0, 1):
            given = {
                "shape": settings["shape"] | {"hidden_size": width},
                "recipe": settings["recipe"] | {"seed": width_seed + n},
            }
            wanted[f"width_{width}_{n}"] = train_base, given, corpora
        pairs[f"width_{width}_0", f"width_{width}_1"] = f"width {width}"
    calls = [
        dict(name=f"alignment/{name}", function=function, settings=given, inputs=inputs)
        for name, (function, given, inputs) in wanted.items()
    ]
    return dict(zip(wanted, parallel_map(store.step, calls), strict=True)), pairs
