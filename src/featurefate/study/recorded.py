"""Results of a long run that was made by hand, kept with the notebooks.

A profile that has no time for a control may still show what another run found: the numbers, with
where they come from. `notebooks/recorded/chain_<profile>.json` is written by
`featurefate.study.chain` and never by hand; a page that shows it says that it is a record.
"""

import datetime
import json
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from featurefate.study import folders, origin

COLUMNS = ["repeat", "edge", "parent", "child", "denominator"]
NUMBERS = ["value", "ceiling", "stranger", "token", "untrained", "chance", "lineage_effect"]
NUMBERS += ["corrected"]
STATUS = ["corrected_status"]
LIBRARIES = ("torch", "transformers", "sae-lens", "numpy")


@dataclass(frozen=True)
class Record:
    """Rates of repeats of the chain, and the run they come from.

    rates: `chain.fates_of` of all repeats, of its columns those of `kept_columns`; of: date,
    commit, machine, versions, and a digest of the settings.
    """

    rates: pd.DataFrame
    of: dict[str, str]

    def said(self, settings: str) -> str:
        """Where the numbers come from, in words; settings: the digest of those of this run."""
        origin = f"recorded, from a run of {self.of['date']} at commit {self.of['commit']}"
        same = self.of["settings"] == settings
        return f"{origin}, not of this run" + ("" if same else ", whose settings are others")


def kept_columns() -> list[str]:
    """The columns of the rates that a record keeps."""
    bounds = [f"{n}_{end}" for n in NUMBERS if n != "value" for end in ("low", "high")]
    return [*COLUMNS, *NUMBERS, "low", "high", *bounds, *STATUS]


def path_of(profile: str) -> Path:
    """Where the record of a profile lies."""
    return folders.notebooks() / "recorded" / f"chain_{profile}.json"


def write(profile: str, rates: pd.DataFrame, settings: str) -> Path:
    """Record the rates of this machine's repeats; return the path of the file.

    settings: see `chain.settings_digest`.
    """
    of = {
        "date": datetime.date.today().isoformat(),
        "commit": origin.commit(),
        "machine": origin.machine(),
        "versions": ", ".join(
            [f"Python {platform.python_version()}", *(f"{n} {version(n)}" for n in LIBRARIES)]
        ),
        "settings": settings,
    }
    rows = rates[kept_columns()].astype(object).where(rates[kept_columns()].notna(), None)
    rows = [{k: _short(v) for k, v in row.items()} for row in rows.to_dict("records")]
    path = path_of(profile)
    path.parent.mkdir(exist_ok=True)
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    path.write_text(f'{{"of": {json.dumps(of, indent=1)},\n "rates": [\n  {lines}]}}\n')
    return path


def read(profile: str) -> Record | None:
    """Return the record of a profile, or None where there is none."""
    path = path_of(profile)
    if not path.is_file():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    rates = pd.DataFrame(content["rates"], columns=kept_columns())
    numbers = [c for c in kept_columns() if c not in (*COLUMNS, *STATUS)]
    return Record(rates.astype(dict.fromkeys(numbers, float)), content["of"])


def _short(value: object) -> object:
    return round(value, 5) if isinstance(value, float) else value
