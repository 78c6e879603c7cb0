"""Independent calls: in order, on one thread each, wherever they are computed."""

import math
import os
import time

import pytest
import torch
from joblib import cpu_count

from featurefate.artifacts import parallel
from featurefate.artifacts.parallel import parallel_map


def where(number):
    return number, torch.get_num_threads(), os.getpid()


def bfloat16_sum(seed):
    torch.manual_seed(seed)
    a, b = torch.randn(2, 256, 512, dtype=torch.bfloat16)
    return (a @ b.T).float().sum().item()


def test_results_come_in_the_order_of_the_calls():
    calls = [{"x": 3.0, "y": float(y)} for y in range(7)]
    assert parallel_map(power, calls) == [math.pow(3.0, y) for y in range(7)]


def power(x, y):
    return x**y


def test_every_call_has_one_thread_and_the_caller_its_own_again():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert {threads for _, threads, _ in parallel_map(where, [{"number": 1}])} == {1}
        both = parallel_map(where, [{"number": 1}, {"number": 2}])
        assert [(number, threads) for number, threads, _ in both] == [(1, 1), (2, 1)]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


@pytest.mark.skipif(cpu_count() < 2, reason="one core, one process")
@pytest.mark.skipif(torch.cuda.is_available(), reason="one process where there is a GPU")
def test_several_calls_go_to_several_processes_and_one_stays_here():
    processes = {process for _, _, process in parallel_map(where, [{"number": n} for n in (1, 2)])}
    assert os.getpid() not in processes
    assert parallel_map(where, [{"number": 1}])[0][2] == os.getpid()


def test_the_number_of_processes_changes_no_bit(monkeypatch):
    calls = [{"seed": seed} for seed in range(4)]
    spread = parallel_map(bfloat16_sum, calls)
    monkeypatch.setattr(parallel, "cpu_count", lambda: 1)
    assert parallel_map(bfloat16_sum, calls) == spread


def keeping(megabytes):
    parallel.kept_by_a_test = torch.ones(megabytes, 2**18)
    time.sleep(1.1)  # loky looks at most once a second
    return os.getpid()


@pytest.mark.skipif(torch.cuda.is_available(), reason="one process where there is a GPU")
def test_a_process_that_keeps_much_is_not_started_again(monkeypatch):
    monkeypatch.setattr(parallel, "cpu_count", lambda: 2)
    calls = [{"megabytes": number} for number in (1, 1, 500, 500, 1, 1, 1, 1)]
    assert len(set(parallel_map(keeping, calls))) <= 2


def test_no_calls_give_no_results():
    assert parallel_map(power, []) == []


def test_what_a_call_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        parallel_map(power, [{"x": 0.0, "y": -1.0}, {"x": 2.0, "y": 1.0}])


def test_an_unknown_backend_is_named_with_those_there_are(monkeypatch):
    monkeypatch.setenv(parallel.BACKEND, "slurm")
    with pytest.raises(ValueError, match="FEATUREFATE_BACKEND is 'slurm'; it can be .*'dask'"):
        parallel_map(power, [])


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setenv(parallel.BACKEND, "ray")
    monkeypatch.setattr(parallel, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="package ray is not installed: install it"):
        parallel_map(power, [])
