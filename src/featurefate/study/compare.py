"""Compare two builds number by number: did the same study give the same result?

    make book && mv build/laptop build/first && make book
    make compare A=build/first B=build/laptop

Compares headline.json and every Parquet table among the artifacts, exactly. Wall clock and
throughput are left out: they are never the same twice.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import pandas as pd

CLOCK = re.compile(r"(^|[._ ])(seconds|minutes|per_second|peak_memory\w*|throughput)([._ ]|$)")


def differences(first: Path, second: Path) -> list[str]:
    """One line for everything that differs between two build folders; empty when nothing does."""
    return [*_headline_differences(first, second), *_table_differences(first, second)]


def table_differences(first: pd.DataFrame, second: pd.DataFrame) -> list[str]:
    """One line for each difference between two tables; missing values equal each other."""
    columns = [[c for c in table.columns if not CLOCK.search(str(c))] for table in (first, second)]
    if columns[0] != columns[1]:
        return [f"columns {columns[0]} and {columns[1]}"]
    if len(first) != len(second):
        return [f"{len(first)} and {len(second)} rows"]
    lines = []
    for column in columns[0]:
        a, b = first[column], second[column]
        if a.dtype != b.dtype:
            lines.append(f"{column}: {a.dtype} and {b.dtype}")
            continue
        unequal = [not _same(x, y) for x, y in zip(a, b, strict=True)]
        if any(unequal):
            row = unequal.index(True)
            lines.append(
                f"{column}: {sum(unequal)} of {len(a)} rows, "
                f"first row {row}: {a.iloc[row]!r} and {b.iloc[row]!r}"
            )
    return lines


def _same(a: object, b: object) -> bool:
    # Parquet returns lists as arrays, and lists of lists as arrays of arrays
    a, b = (cell.tolist() if hasattr(cell, "tolist") else cell for cell in (a, b))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    return a == b or (a != a and b != b)


def _headline_differences(first: Path, second: Path) -> list[str]:
    a, b = (json.loads((folder / "headline.json").read_text()) for folder in (first, second))
    lines = []
    for name in sorted(a.keys() | b.keys()):
        if not CLOCK.search(name) and a.get(name) != b.get(name):
            lines.append(f"headline {name}: {_value(a, name)} and {_value(b, name)}")
    return lines


def _value(numbers: dict, name: str) -> str:
    return json.dumps(numbers[name]) if name in numbers else "absent"


def _table_differences(first: Path, second: Path) -> list[str]:
    a, b = _tables(first), _tables(second)
    lines = [f"{name}: only in one of the two" for name in sorted(a.keys() ^ b.keys())]
    for name in sorted(a.keys() & b.keys()):
        found = table_differences(pd.read_parquet(a[name]), pd.read_parquet(b[name]))
        lines += [f"{name}, {line}" for line in found]
    return lines


def _tables(build: Path) -> dict[str, Path]:
    """Every finished artifact's tables: name below artifacts/ → path."""
    root = build / "artifacts"
    tables = (path.relative_to(root) for path in root.rglob("*.parquet"))
    return {
        str(name): root / name
        for name in tables
        if not any(part.startswith(".") for part in name.parts)
    }


def main(arguments: list[str] | None = None) -> int:
    """Print what differs; 0 when nothing does, 1 when something does, 2 without a build."""
    parser = argparse.ArgumentParser(description="Compare two builds number by number.")
    parser.add_argument("first", type=Path, help="a build folder, such as build/laptop")
    parser.add_argument("second", type=Path)
    options = parser.parse_args(arguments)
    for folder in (options.first, options.second):
        if not (folder / "headline.json").is_file():
            print(f"{folder} holds no headline.json: build the book there first", file=sys.stderr)
            return 2
    lines = differences(options.first, options.second)
    print("\n".join(lines) if lines else _summary(options.first))
    return 1 if lines else 0


def _summary(build: Path) -> str:
    numbers = json.loads((build / "headline.json").read_text())
    counted = sum(not CLOCK.search(name) for name in numbers)
    return f"the same: {counted} headline numbers and {len(_tables(build))} tables"


if __name__ == "__main__":
    sys.exit(main())
