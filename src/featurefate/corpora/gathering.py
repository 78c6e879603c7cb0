"""Reading documents until there are enough, balanced and without duplicates.

What is gathered depends on the seed and the files, never on the number of workers: files are read
in chunks of a fixed size, and their documents taken in order.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from joblib import Parallel, delayed

from featurefate.corpora.duplicates import Duplicates
from featurefate.corpora.installed.source_files import SourceFile

LARGEST_SHARE = 0.2  # of a domain from one package
FILES_AT_ONCE = 96


@dataclass
class Gathered:
    """The documents of one domain so far: `rows` as columns of the parquet file."""

    wanted: int  # characters
    seed: int  # of the hash that finds duplicates
    largest_share: float = LARGEST_SHARE
    rows: list[dict[str, str]] = field(default_factory=list)
    characters: Counter[str] = field(default_factory=Counter)  # by package

    def __post_init__(self) -> None:
        self._duplicates = Duplicates(self.seed)
        self._total = 0

    @property
    def enough(self) -> bool:
        return self._total >= self.wanted

    def takes(self, package: str) -> bool:
        """True while the domain wants more, and more from this package."""
        share = self.characters[package] / max(self.wanted, 1)
        return not self.enough and share < self.largest_share

    def add(
        self, text: str, split: str, origin: str, package: str, licence: str, **columns: str
    ) -> None:
        """Take a document unless the domain has enough of it or has seen it before."""
        if not self.takes(package) or not self._duplicates.is_new(text):
            return
        row = dict(text=text, origin=origin, package=package, licence=licence, split=split)
        self.rows.append(row | columns)
        self.characters[package] += len(text)
        self._total += len(text)


def read_files(
    files: Iterable[SourceFile],
    domains: list[Gathered],
    read: Callable[[SourceFile], object],
    take: Callable[[SourceFile, object], None],
    workers: int,
) -> int:
    """`take` what `read` says of each file, in order, until every one of `domains` has enough.

    `read` runs in `workers` processes; files of packages that no domain takes any more are not
    read. Returns how many files were looked at.
    """
    files = list(files)
    with Parallel(n_jobs=workers) as parallel:
        for start in range(0, len(files), FILES_AT_ONCE):
            if all(domain.enough for domain in domains):
                return start
            chunk = [
                file
                for file in files[start : start + FILES_AT_ONCE]
                if any(domain.takes(file.package) for domain in domains)
            ]
            for file, found in zip(chunk, parallel(delayed(read)(f) for f in chunk), strict=True):
                take(file, found)
    return len(files)
