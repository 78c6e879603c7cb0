"""Killed at random moments, a training ends with the weights that it would have had."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("kill_training.py")


def test_three_kills_change_no_bit():
    """`python tests/language_model/kill_training.py --kills 10 --corpora …` is the long version."""
    command = [sys.executable, SCRIPT, "--kills", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("3 kills with a checkpoint to go on from (")
