"""A miniature repository: two small notebooks, one profile."""

from pathlib import Path
from textwrap import dedent

import pytest

FIRST = """\
# %% [markdown]
# # First

# %% tags=["parameters"]
profile = "laptop"  # which size of the study this is
width = 8  # features
rate = 0.5  # a share
domains = ["english", "python"]  # in this order
shares = {"english": 0.5, "python": 0.5}  # of the tokens
debug = False  # say more

# %%
import sys

from featurefate.study.chapter import Chapter

chapter = Chapter.open("01_first", globals())
print("progress", file=sys.stderr)
print(profile, width, rate, domains)

# %%
chapter.report("loss.base.english", width * rate, low=3.5, high=4.5, unit="nats")
"""


class Miniature:
    """Where the miniature repository lies, and how to change it."""

    def __init__(self, root: Path):
        self.root = root

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    def profile(self, text: str, name: str = "smoke") -> Path:
        return self.write(f"notebooks/profiles/{name}.yaml", text)


@pytest.fixture
def miniature(tmp_path, monkeypatch) -> Miniature:
    made = Miniature(tmp_path)
    made.write("_config.yml", "")
    made.write("pyproject.toml", '[project]\ndependencies = ["pandas>=2", "jupytext"]\n')
    made.write("notebooks/01_first.py", FIRST)
    made.write("notebooks/02_second.py", FIRST.replace("01_first", "02_second"))
    made.profile("01_first:\n  width: 4\n")
    monkeypatch.setenv("FEATUREFATE_ROOT", str(tmp_path))
    monkeypatch.delenv("FEATUREFATE_PROFILE", raising=False)
    return made
