"""A map over independent calls: over the cores of this machine, or where FEATUREFATE_BACKEND says.

Every sweep of the study (seeds, data sets, methods) is such a map. `joblib` does the work. On one
machine the result does not depend on how many processes compute it: each call runs on one thread of
torch, as sums in bfloat16 differ with the number of threads. (Another kind of processor may round
otherwise.)
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import Any

import torch
from joblib import Parallel, cpu_count, delayed, parallel_config
from joblib.externals.loky import process_executor

BACKEND = "FEATUREFATE_BACKEND"


def parallel_map(function: Callable[..., Any], calls: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return `[function(**call) for call in calls]`, computed side by side.

    By default there are as many processes as cores, and one where there is a GPU. The environment
    variable FEATUREFATE_BACKEND names another place: "dask", the cluster at
    DASK_SCHEDULER_ADDRESS, or processes of this machine; "ray", the cluster at RAY_ADDRESS, or
    processes of this machine. All of their machines must see the same folders. Dask and Ray
    make a call again whose process died, so it must not matter that one was half done before: steps
    of the `ArtifactStore` are such calls. By default the map ends with an error there; what is in
    the store is found again. Raises ValueError for any other backend, ModuleNotFoundError where its
    package is missing, and what a call raises.
    """
    with _backend(len(calls)):
        # one call at a time: they are long, and some longer than others
        return Parallel(batch_size=1)(delayed(_on_one_thread)(function, call) for call in calls)


@contextmanager
def _backend(calls: int) -> Iterator[None]:
    name = os.environ.get(BACKEND, "processes")
    places = {"processes": _processes, "dask": _dask, "ray": _ray}
    if name not in places:
        raise ValueError(f"{BACKEND} is {name!r}; it can be {', '.join(map(repr, places))}")
    needed = {"dask": "distributed", "ray": "ray"}.get(name)
    if needed and find_spec(needed) is None:
        raise ModuleNotFoundError(
            f"{BACKEND} is {name!r}, but the package {needed} is not installed: "
            f"install it, or unset {BACKEND}"
        )
    with places[name](calls):
        yield


def processes(number: int) -> parallel_config:
    """Return the context in which `joblib.Parallel` uses `number` processes of this machine.

    They are started once, for all maps that are made in this context.
    """
    return parallel_config(backend="loky", n_jobs=number, initializer=_keep_memory)


def _processes(calls: int) -> parallel_config:
    return processes(1 if torch.cuda.is_available() else min(cpu_count(), max(1, calls)))


def _keep_memory() -> None:
    """Let a process keep what several calls read: who caches, bounds the cache.

    loky takes 300 MB more than after the first call for a leak and starts the process again, which
    costs seconds, and all that was read.
    """
    process_executor._MAX_MEMORY_LEAK_SIZE = float("inf")


@contextmanager
def _dask(_: int) -> Iterator[None]:
    import dask
    from distributed import Client, LocalCluster

    with ExitStack() as opened:
        cluster = dask.config.get("scheduler-address", None)  # DASK_SCHEDULER_ADDRESS
        if cluster is None:
            here = dict(n_workers=cpu_count(), host="127.0.0.1", dashboard_address=None)
            cluster = opened.enter_context(LocalCluster(**here, threads_per_worker=1))
        opened.enter_context(Client(cluster))
        opened.enter_context(parallel_config(backend="dask", n_jobs=-1))
        yield


@contextmanager
def _ray(_: int) -> Iterator[None]:
    from ray.util.joblib import register_ray

    register_ray()
    again = {"max_restarts": 2, "max_task_retries": 2, "num_cpus": 1}  # after a killed worker
    with parallel_config(backend="ray", n_jobs=-1, ray_remote_args=again):
        yield


def _on_one_thread(function: Callable[..., Any], call: Mapping[str, Any]) -> Any:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return function(**call)
    finally:
        torch.set_num_threads(threads)
