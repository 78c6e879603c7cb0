"""Numbers that other chapters reported, for a chapter that brings them together.

numbers = chapter.reported()
numbers["fate.base_stories.corrected"].value
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import pandas as pd

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

    def rows(self, said: Mapping[str, str]) -> pd.DataFrame:
        """Return a row a name: what (the words for it), ours, ceiling, floor, chapter.

        said: name → words. A number that is not there leaves its row empty.
        """
        found = {name: self.get(name) for name in said}
        return pd.DataFrame(
            {
                "what": said[name],
                "ours": number and number.prose,
                "ceiling": _short(number and number.ceiling),
                "floor": _short(number and number.floor),
                "chapter": number and number.notebook[:2],
            }
            for name, number in found.items()
        )

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


def _short(number: float | None) -> str:
    return "–" if number is None else f"{number:.2f}"
