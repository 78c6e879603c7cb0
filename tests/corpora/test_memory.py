"""Memory while a corpus of one's own is built, tokenised and packed, in processes of their own.

The full size, 200 MB, is a matter for the benchmarks; here is what it rests on.
"""

import subprocess
import sys
from pathlib import Path

INGEST = Path(__file__).with_name("ingest.py")
SMALL, LARGE = 5, 20  # MB of text
MOST_GROWTH = 2.1  # bytes for a byte of text: 1.5 of hashes are measured, holding the text adds 1
LIMIT, CORPUS = 1500, 200  # MB


def _peak(folder: Path, megabytes: int) -> float:
    command = [sys.executable, "-W", "ignore", str(INGEST), str(folder), str(megabytes)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(run.stdout)


def test_memory_grows_by_hashes_and_not_by_the_text(tmp_path):
    peaks = {}
    for size in (SMALL, LARGE):
        (tmp_path / str(size)).mkdir()
        peaks[size] = _peak(tmp_path / str(size), size)
    growth = (peaks[LARGE] - peaks[SMALL]) / (LARGE - SMALL)
    assert growth < MOST_GROWTH, peaks
    assert peaks[LARGE] + growth * (CORPUS - LARGE) < LIMIT
