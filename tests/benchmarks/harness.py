"""`make bench`: our code against its peers, side by side in one process.

A benchmark is a function in a file `bench_*.py` of this folder. It prepares its data and returns
two calls without arguments, ours and the peer's, that do the same work:

    from harness import benchmark

    @benchmark("train_tokens_per_second", unit="tokens/s", what="… against …", work=40_960)
    def training():
        ...
        return ours, peer

A third call may follow, which says in words what both have achieved; it is made once, at the end.
The two are called in turn, ours, peer, ours, peer, …, after one unmeasured call of each, so that
whatever else the machine does slows both; the medians are kept. With `work` (how much one call
does, in the unit per second) the numbers are rates, without it they are milliseconds. A peer that
would take hours does less, `peer_work`. `ratio` is how many times faster ours is than the peer,
either way: 1.5 is half as fast again, 0.5 half as fast.
"""

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Call = Callable[[], object]


@dataclass(frozen=True)
class Benchmark:
    """One comparison, as it was registered."""

    prepare: Callable[[], tuple[Call, ...]]
    unit: str
    what: str
    work: float | None
    repeats: int
    peer_work: float | None = None  # None: as much as ours


REGISTERED: dict[str, Benchmark] = {}


def benchmark(
    name: str,
    *,
    what: str,
    unit: str = "ms",
    work: float | None = None,
    peer_work: float | None = None,
    repeats: int = 7,
) -> Callable[[Callable], Callable]:
    """Register a function as the benchmark `name`; see the head of this file."""

    def register(prepare: Callable[[], tuple[Call, Call]]) -> Callable:
        if name in REGISTERED:
            raise ValueError(f"two benchmarks are named {name}")
        if (unit == "ms") == (work is not None):
            raise ValueError(f"{name}: a rate has `unit` and `work`, a time has neither")
        REGISTERED[name] = Benchmark(prepare, unit, what, work, repeats, peer_work)
        return prepare

    return register


def measure(entry: Benchmark) -> dict[str, float | str]:
    """Run one benchmark: {ours, peer, ratio, unit, what}."""
    ours, peer, *quality = entry.prepare()
    calls = (ours, peer)
    for call in calls:
        call()
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(entry.repeats):
        for call, taken in zip(calls, seconds, strict=True):
            start = time.perf_counter()
            call()
            taken.append(time.perf_counter() - start)
    medians = [median(taken) for taken in seconds]
    if entry.work:
        works = (entry.work, entry.peer_work or entry.work)
        shown = [work / taken for work, taken in zip(works, medians, strict=True)]
        ratio = shown[0] / shown[1]
    else:
        shown = [1000 * taken for taken in medians]
        ratio = shown[1] / shown[0]
    return {
        "ours": shown[0],
        "peer": shown[1],
        "ratio": ratio,
        "unit": entry.unit,
        "what": "; ".join([entry.what, *(call() for call in quality)]),
    }


def line(name: str, result: dict[str, float | str]) -> str:
    """One row of the printed table."""
    ours, peer, ratio = result["ours"], result["peer"], result["ratio"]
    return f"{name:<32}{ours:>14,.2f}{peer:>14,.2f}  {result['unit']:<10}{ratio:>8.2f}"


def keep(results: dict[str, dict], file: Path) -> None:
    """Write results into a JSON file beside those that it holds of other benchmarks."""
    earlier = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    known = earlier | results
    there = {name: known[name] for name in REGISTERED if name in known}
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(there, indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    """Run all benchmarks, or those named; print the table and write build/bench.json."""
    parser = argparse.ArgumentParser(description="Time our code against its peers.")
    parser.add_argument("names", nargs="*", help="only these benchmarks")
    wanted = parser.parse_args(arguments).names
    here = Path(__file__).resolve().parent
    for file in sorted(here.glob("bench_*.py")):
        importlib.import_module(file.stem)
    if unknown := set(wanted) - set(REGISTERED):
        parser.error(f"no benchmark is named {', '.join(sorted(unknown))}")

    print(f"{'':<32}{'ours':>14}{'peer':>14}  {'unit':<10}{'ratio':>8}")
    results = {}
    for name, entry in REGISTERED.items():
        if not wanted or name in wanted:
            results[name] = measure(entry)
            print(line(name, results[name]), flush=True)
    for name, result in results.items():
        print(f"\n{name}: {result['what']}", end="")
    print()
    keep(results, here.parents[1] / "build" / "bench.json")


if __name__ == "__main__":
    # A benchmark file imports `harness`; that must be this module, not a second copy of it.
    sys.modules["harness"] = sys.modules["__main__"]
    main()
