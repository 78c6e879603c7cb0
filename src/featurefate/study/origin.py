"""Where a run comes from: the commit of the repository, and the machine."""

import os
import platform
import subprocess
from pathlib import Path

from featurefate.study import folders

DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")  # NVIDIA's, AMD's, and Windows' for Linux


def commit() -> str:
    """The commit that is checked out, with "and changes not committed" where there are any.

    "unknown" outside a Git checkout (a downloaded archive, say), or before the first commit.
    """
    head = _git("rev-parse", "--short=12", "HEAD")
    if not head:
        return "unknown"
    return f"{head} and changes not committed" if _git("status", "--porcelain") else head


def machine() -> str:
    """The hardware in one line: processor, cores that may be used, memory, accelerator if any."""
    import psutil

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parts = [_processor(), f"{cores} cores", f"{psutil.virtual_memory().total / 2**30:.0f} GiB"]
    return " · ".join(parts + _accelerator())


def _accelerator() -> list[str]:
    """The GPU that torch would use; torch, which takes seconds to load, is asked on a hint only."""
    if not any(map(os.path.exists, DRIVERS)):
        return []
    import torch

    return [torch.cuda.get_device_name()] if torch.cuda.is_available() else []


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folders.root(), capture_output=True, text=True
        )
    except OSError:  # no git on this machine
        return ""
    return done.stdout.strip()


def _processor() -> str:
    """The processor's name where Linux tells it, else its kind."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
