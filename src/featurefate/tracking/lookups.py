"""The features of one dictionary looked up in others, each with its best r in every draw.

`comparisons` keeps shares of features; here it is kept which features, so that several looks at one
feature can be put together: is it in this model *and* in that one?
"""

from functools import cache

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.agreement import Matched
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.partners import best_of_rows
from featurefate.tracking.candidate_pairs import Pairs, r_in_draws, sums_of_products
from featurefate.tracking.comparisons import Readings
from featurefate.tracking.readings import groups_of_blocks, readings_of

VIEW = "all"  # all tokens


class Lookups:
    """Encoded models by name, on one text; each look is made once at most."""

    def __init__(self, encoded: dict[str, Artifact], draws: int, seed: int):
        self.models: dict[str, Readings] = {
            name: readings_of(artifact) for name, artifact in encoded.items()
        }
        blocks = next(iter(next(iter(self.models.values())).values())).blocks
        self.times = blocks.draws(draws, seed)
        self.look = cache(self._look)

    def between(self, own: str, other: str, own_seed: int) -> list[Matched]:
        """Return the features of one dictionary looked up in a model's others of other seeds."""
        return [self.look(own, own_seed, other, n) for n in self.models[other] if n != own_seed]

    def _look(self, own: str, own_seed: int, other: str, other_seed: int) -> Matched:
        """Return the features of one dictionary looked up in another, both by model and seed."""
        one, another = self.models[own][own_seed], self.models[other][other_seed]
        r = correlation(one.activations.values, another.activations.values)
        pairs = Pairs.strongest(r)
        products = sums_of_products(one.whole, another.whole, pairs, one.blocks)
        groups = groups_of_blocks(VIEW, one.blocks)
        drawn = r_in_draws(pairs, products, one.sums, another.sums, self.times, groups)
        best, _ = pairs.best(drawn)
        return Matched(own_seed, other_seed, best_of_rows(r, one.counted[VIEW]), best)
