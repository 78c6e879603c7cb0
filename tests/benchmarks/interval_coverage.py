"""How often do the 95 % intervals of the rates hold the truth? By hand; minutes.

    python tests/benchmarks/interval_coverage.py [DATA_SETS]

Planted pairs of features (`tests/planted_partners.py`), 128 features, 240 documents of 30 tokens;
the truth is what an endless text would show. With two followers, equally good, the better one on
a short text is lucky: the measured rate itself is too high, and no interval around it can mend
that. How the intervals were made:

- *documents*: as in the study.
- *by parts*: its draws moved to have the value as their mean, not by whole features.
- *as drawn*: not moved at all.
- *tokens*: single tokens resampled, as if they were independent. Features do not follow each other
  token by token but document by document, so these intervals are somewhat too short.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from planted_partners import THRESHOLD, scattered_overlap, true_correlations  # noqa: E402

from featurefate.dictionaries.agreement import Rate, match, rate_at_least  # noqa: E402
from featurefate.dictionaries.resampling import DocumentBlocks  # noqa: E402

FEATURES, DRAWS = 128, 200


def rates(first, second, seed: int) -> list[Rate]:
    """The rate of the first's features found in the second: as in the study, by parts, as drawn."""
    blocks = DocumentBlocks.of(first.document, first.domain)
    times = blocks.draws(DRAWS, seed)
    found, _ = match({1: first}, {2: second}, [(1, 2)], blocks, times)
    rate = rate_at_least(found, THRESHOLD)
    drawn = (found[0].resampled[:, found[0].best.counted] >= THRESHOLD).mean(axis=1)
    return [rate, Rate(rate.value, drawn - drawn.mean() + rate.value), Rate(rate.value, drawn)]


def tokens_dealt_anew(first, second, seed: int):
    """Both streams with the tokens of each domain in one random order: no document holds."""
    generator = np.random.default_rng((8_129, seed))
    order = np.lexsort((generator.random(len(first.domain)), first.domain))
    return [replace(each, values=each.values[order]) for each in (first, second)]


def main(data_sets: int) -> None:
    names = ["documents", "by parts", "as drawn", "tokens"]
    print(f"{'followers':>9}{'planted':>9}{'measured':>10}{'sd':>7}", end="")
    print("".join(f"{name:>18}" for name in names))
    for followers, share in [(1, 0.0), (1, 0.3), (1, 0.5), (1, 0.7), (1, 1.0), (2, 0.3), (2, 0.7)]:
        truth = np.mean(true_correlations(share, FEATURES) >= THRESHOLD)
        values, holds, widths = [], [], []
        for seed in range(data_sets):
            first, second, _ = scattered_overlap(
                share, seed=(3, seed), features=FEATURES, followers=followers
            )
            made = rates(first, second, seed=70_000 + seed)
            made += rates(*tokens_dealt_anew(first, second, seed), seed=70_000 + seed)[:1]
            bounds = np.array([np.quantile(each.draws, [0.025, 0.975]) for each in made])
            values.append(made[0].value)
            holds.append((bounds[:, 0] <= truth + 1e-9) & (truth - 1e-9 <= bounds[:, 1]))
            widths.append(bounds[:, 1] - bounds[:, 0])
        line = f"{followers:>9}{truth:>9.1%}{np.mean(values):>10.1%}{np.std(values):>7.1%}"
        for coverage, width in zip(np.mean(holds, axis=0), np.mean(widths, axis=0), strict=True):
            line += f"{coverage:>10.1%} ±{width / 2:>5.1%}"
        print(line, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
