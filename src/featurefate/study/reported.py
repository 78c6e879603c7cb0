"""Numbers that other chapters reported, for a chapter that brings them together.

numbers = chapter.reported()
numbers["fate.base_stories.corrected"].value
"""

import json
from dataclasses import asdict, dataclass

from featurefate.study import folders, headline, notebooks


class MissingNumber(KeyError):
    """No chapter that has run in this profile reports a number of this name."""

    def __str__(self) -> str:
        return self.args[0]


@dataclass(frozen=True)
class Number:
    """A headline number with what stands beside it; None where a field has no meaning."""

    value: float | None
    low: float | None
    high: float | None
    ceiling: float | None
    floor: float | None
    unit: str | None
    notebook: str

    @property
    def prose(self) -> str:
        """The number as a sentence shows it."""
        return headline.prose(asdict(self))


class Reported(dict[str, Number]):
    """Numbers by their dotted names; `get` where one may be missing.

    A name that is not there raises MissingNumber, which names the chapters that have not run.
    """

    def __init__(self, numbers: dict[str, Number], waiting: list[str]):
        super().__init__(numbers)
        self.waiting = waiting

    def __missing__(self, name: str) -> Number:
        if not self.waiting:
            raise MissingNumber(f"{name}: every chapter has run, and none reports it")
        first = self.waiting[0].split("_")[0]
        raise MissingNumber(
            f"{name} is not there yet. Chapters that have not run in this profile: "
            f"{', '.join(self.waiting)} (make run NOTEBOOK={first})"
        )


def read(profile: str, reader: str) -> Reported:
    """Return what the chapters before `reader` reported in their last run."""
    numbers, waiting = {}, []
    for name in (source.stem for source in notebooks.sources()):
        if name >= reader:
            continue
        path = folders.headline(profile) / f"{name}.json"
        if not path.is_file():
            waiting.append(name)
            continue
        entries = json.loads(path.read_text(encoding="utf-8"))
        numbers |= {key: Number(**entry) for key, entry in entries.items()}
    return Reported(numbers, waiting)
