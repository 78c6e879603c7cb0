"""Hash every file of every artifact again: is all as it was written? Run by `make verify`."""

import argparse
import sys

from featurefate.artifacts.errors import DamagedArtifact
from featurefate.artifacts.store import ArtifactStore
from featurefate.study import folders


def main(arguments: list[str] | None = None) -> int:
    """Print one line for each artifact of a profile; 1 when one is damaged."""
    parser = argparse.ArgumentParser(description="Hash every artifact of a profile again.")
    parser.add_argument("--profile", required=True)
    store = ArtifactStore(folders.artifacts(parser.parse_args(arguments).profile))
    damaged = 0
    for name in store.names():
        try:
            print(f"whole    {store.verify(name)}")
        except DamagedArtifact as error:
            damaged += 1
            print(f"DAMAGED  {error}")
    print(f"{len(store.names())} artifacts, {damaged} damaged")
    return 1 if damaged else 0


if __name__ == "__main__":
    sys.exit(main())
