"""How much text the installed packages hold for english and python; reads every file.

    python -m featurefate.corpora.installed.available

prints a table of both domains; one minute of one core.
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
from tqdm.auto import tqdm

from featurefate.corpora.documents import LARGEST_SHARE
from featurefate.corpora.duplicates import Duplicates
from featurefate.corpora.installed.documents import READERS, installed_documents_of
from featurefate.corpora.installed.prose import topics
from featurefate.corpora.installed.source_files import installed_versions, source_files
from featurefate.corpora.splits import is_for_lua, reading_order, split_at

COLUMNS = ["read", "new", "balanced"]


def available(installed: Mapping[str, str], seed: int) -> pd.DataFrame:
    """What english and python can be made of, as a corpus with this seed would find it.

    installed: package → version. Returns one row per domain and package, most text first:
    `files` with documents, `documents`, and characters `read`, `new` (neither exact nor near
    duplicates nor passages of another split) and `balanced` (no package more than a fifth). The
    files that are kept for Lua are not counted. Raises LookupError for a missing package.
    """
    by_origin = {file.origin: file for file in source_files(installed)}
    order = [origin for origin in reading_order(list(by_origin), seed)
             if not is_for_lua(origin, seed)]  # fmt: skip
    duplicates = Duplicates(seed)
    counts: dict[str, Counter[tuple[str, str]]] = {
        column: Counter() for column in ["files", "documents", "read", "new"]
    }

    def add(domain: str, package: str, split: str, texts: Sequence[str]) -> None:
        new = [t for t, kind in zip(texts, duplicates.judge(texts, split), strict=True) if not kind]
        counts["files"][domain, package] += bool(texts)
        counts["documents"][domain, package] += len(new)
        counts["read"][domain, package] += sum(map(len, texts))
        counts["new"][domain, package] += sum(map(len, new))

    if "python" in installed:
        texts = topics()
        for place, name in enumerate(reading_order(list(texts), seed)):
            add("english", "python", split_at(place), texts[name])
    for place, origin in enumerate(tqdm(order, unit="file", mininterval=2)):
        file = by_origin[origin]
        for domain, found in installed_documents_of(file).items():
            add(domain, file.package, split_at(place), found)

    table = pd.DataFrame(counts).rename_axis(["domain", "package"]).reset_index()
    table["balanced"] = table.groupby("domain").new.transform(balanced)
    return table.sort_values(["domain", "new", "package"], ascending=[True, False, True])


def balanced(characters: pd.Series, largest: float = LARGEST_SHARE) -> pd.Series:
    """How much of each may be taken, at most, so that none has more than a share of `largest`.

    Where there are too few for that (fewer than 1 / `largest`), equally much of each.
    """
    largest = max(largest, 1 / len(characters))
    ordered = sorted(characters, reverse=True)
    for above, next_one in enumerate(ordered):  # so many are cut to one limit
        limit = largest * sum(ordered[above:]) / (1 - largest * above)
        if next_one <= limit * (1 + 1e-9):
            break
    return characters.clip(upper=limit).round().astype(int)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="of the corpus (default: 1)")
    parser.add_argument("--rows", type=int, default=15, help="packages to show of each domain")
    settings = parser.parse_args()
    installed = installed_versions()
    table = available(installed, settings.seed)
    table.insert(2, "version", table.package.map(installed))
    for domain in sorted(READERS):
        part = table[table.domain == domain].drop(columns="domain")
        total = part[["files", "documents", *COLUMNS]].sum()
        print(f"\n{domain}: {len(part)} packages")
        print(part.head(settings.rows).to_string(index=False))
        print("all: " + ", ".join(f"{value:,} {name}" for name, value in total.items()))


if __name__ == "__main__":
    main()
