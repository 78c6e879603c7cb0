"""The harness: fair turns, medians, and the meaning of the ratio."""

import json
from types import SimpleNamespace

import harness
import pytest
from harness import REGISTERED, Benchmark, benchmark, keep, line, measure


def made(ours, peer, **changes):
    given = {"unit": "ms", "what": "a against b", "work": None, "repeats": 3} | changes
    return Benchmark(lambda: (ours, peer), **given)


def test_calls_alternate_after_one_unmeasured_call_of_each():
    order = []
    measure(made(lambda: order.append("ours"), lambda: order.append("peer"), repeats=2))
    assert order == ["ours", "peer"] * 3


@pytest.fixture
def takes(monkeypatch):
    """Calls that move the harness's clock on instead of waiting."""
    now = [0.0]
    monkeypatch.setattr(harness, "time", SimpleNamespace(perf_counter=lambda: now[0]))

    def taking(seconds):
        def call():
            now[0] += seconds

        return call

    return taking


def test_a_ratio_above_one_means_that_ours_is_faster(takes):
    both = takes(0.01), takes(0.03)
    times = measure(made(*both))
    assert times["ours"] == pytest.approx(10) and times["ratio"] == pytest.approx(3)
    rates = measure(made(*both, unit="x/s", work=5))
    assert rates["ours"] == pytest.approx(500) and rates["ratio"] == pytest.approx(3)
    assert "x/s" in line("name", rates)
    less = measure(made(*both, unit="x/s", work=6, peer_work=2))
    assert less["peer"] == pytest.approx(2 / 0.03) and less["ratio"] == pytest.approx(9)


def test_a_name_is_taken_once_and_a_rate_says_how_much_work():
    benchmark("harness_test", what="x")(lambda: None)
    with pytest.raises(ValueError, match="two benchmarks"):
        benchmark("harness_test", what="x")(lambda: None)
    with pytest.raises(ValueError, match="a rate has"):
        benchmark("harness_test_2", what="x", unit="tokens/s")(lambda: None)


def test_a_benchmark_run_alone_keeps_the_numbers_of_the_others(tmp_path, monkeypatch):
    for name in ("first", "second"):
        monkeypatch.setitem(REGISTERED, name, made(None, None))
    file = tmp_path / "build" / "bench.json"
    keep({"second": {"ratio": 2.0}, "first": {"ratio": 1.0}, "gone": {"ratio": 9.0}}, file)
    keep({"second": {"ratio": 3.0}}, file)
    assert json.loads(file.read_text()) == {"first": {"ratio": 1.0}, "second": {"ratio": 3.0}}
