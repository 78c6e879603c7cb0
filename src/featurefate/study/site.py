"""Rendering the book: `python -m featurefate.study.site --profile laptop`.

Merges the headline numbers, stages the pages, builds them with warnings as errors, and only then
replaces the site of the profile, so that a failed build leaves the last good site in place.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from featurefate.artifacts.errors import ArtifactError
from featurefate.study import feature_pages, folders, headline, provenance
from featurefate.study.profiles import ProfileError
from featurefate.study.staging import stage


def build(profile: str) -> Path:
    """Build the site of `profile` from its executed notebooks; return the site's folder.

    Raises RuntimeError with Jupyter Book's own words when it finds fault with a page.
    """
    for executed in folders.executed(profile).glob("*.ipynb"):
        if not (folders.notebooks() / f"{executed.stem}.py").is_file():
            executed.unlink()  # of a chapter that has been renamed or removed
    staged = folders.build(profile) / "book"
    headline.merge(profile)
    stage(folders.executed(profile), staged, folders.root())
    provenance.write_page(profile, staged / "book")
    feature_pages.write_data(profile, staged / "book" / "_static" / "features")
    site = folders.site(profile)
    render(staged, site)
    shutil.rmtree(staged)
    return site


def render(staged: Path, site: Path) -> None:
    """Build the staged folder with Jupyter Book and put the HTML at `site`."""
    jupyter_book = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", jupyter_book, "build", str(staged)]
    flags = ["-W", "-n", "--keep-going", "--all", "--quiet"]
    done = subprocess.run(command + flags, capture_output=True, text=True, env=_environment())
    if done.returncode:
        raise RuntimeError(f"Jupyter Book did not build {staged}:\n{done.stdout}\n{done.stderr}")
    shutil.rmtree(site, ignore_errors=True)
    site.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(staged / "_build" / "html", site)


def _environment() -> dict[str, str]:
    """The environment without colours, so that messages can be read in a log."""
    return {**os.environ, "NO_COLOR": "1"}


def main() -> None:
    """Build the site named on the command line, or end with the reason why not."""
    parser = argparse.ArgumentParser(description="Render the book of one profile.")
    parser.add_argument("--profile", required=True)
    profile = parser.parse_args().profile
    try:
        build(profile)
    except (RuntimeError, FileNotFoundError, ValueError, ProfileError, ArtifactError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
