"""The headline numbers of feature tracking, under the names that the whole book uses."""

import pandas as pd

from featurefate.study.chapter import Chapter

UNIT = "share of features"
NAMES = {
    ("persisted", "parent"): "persisted_parent",
    ("persisted", "child"): "persisted_child",
    ("emerged", "child"): "emerged",
    ("disappeared", "parent"): "disappeared",
}


def report_fates(chapter: Chapter, rates: pd.DataFrame) -> None:
    """Report `fate.<edge>.*` and `sae.<model>.seed_ceiling` at the paper's threshold.

    rates: the table `rates.parquet` that `tracking.track` writes. Lineage effect and corrected
    rate are those of the child's features; a number that was not run is reported as such (null).
    """
    paper = rates[rates.threshold_name == "paper"]
    _report_rates(chapter, "fate", paper)
    persisted = paper[paper.fate == "persisted"]
    for row in persisted[persisted.denominator == "child"].itertuples():
        for name, unit in (("lineage_effect", UNIT), ("corrected", None)):
            bounds = (getattr(row, f"{name}{end}") for end in ("", "_low", "_high"))
            chapter.report(f"fate.{row.edge}.{name}", *map(_known, bounds), unit=unit)
    ceilings = {
        row.parent if row.denominator == "parent" else row.child: row
        for row in persisted.itertuples()
    }
    for model, row in ceilings.items():
        bounds = (row.ceiling_low, row.ceiling_high)
        chapter.report(f"sae.{model}.seed_ceiling", row.ceiling, *bounds, unit=UNIT)


def report_stable(chapter: Chapter, stable: pd.DataFrame) -> None:
    """Report `stable.<edge>.*`, the same rates of the stable features alone.

    stable: the table `stable.parquet`.
    """
    _report_rates(chapter, "stable", stable[stable.threshold_name == "paper"])


def _report_rates(chapter: Chapter, kind: str, paper: pd.DataFrame) -> None:
    for row in paper.itertuples():
        numbers = map(_known, (row.value, row.low, row.high, row.ceiling, row.stranger))
        name = f"{kind}.{row.edge}.{NAMES[row.fate, row.denominator]}"
        chapter.report(name, *numbers, unit=UNIT)


def _known(value: float) -> float | None:
    return None if pd.isna(value) else value
