"""How many rows that cannot be used a run may pass over."""

import warnings

SHOWN = 5  # bad rows that a message spells out


class BadText(ValueError):
    """A row or a file that cannot be used as text; says where, why and what to do."""


class BadRows:
    """The rows passed over in one reading; the first beyond `allowed` ends it with BadText."""

    def __init__(self, allowed: int):
        self.allowed = allowed
        self.skipped: list[str] = []  # "file row 7: why", in the order of reading

    def add(self, complaint: str) -> None:
        """Note a bad row; raise BadText where no more of them may be skipped."""
        if len(self.skipped) < self.allowed:
            self.skipped.append(complaint)
        elif self.allowed == 0:
            raise BadText(
                f"{complaint}. Mend or remove it, or say with bad_rows how many bad rows may be "
                "skipped (a file that cannot be read to its end counts as one)"
            )
        else:
            raise BadText(
                f"{self.allowed + 1} bad rows, and bad_rows allows {self.allowed} to be skipped. "
                f"The last: {complaint}. Before it:{_listed(self.skipped)}"
            )

    def warn(self) -> None:
        """Say once what was skipped, if anything was."""
        if self.skipped:
            rows = "row was" if len(self.skipped) == 1 else "rows were"
            message = f"{len(self.skipped)} bad {rows} skipped:{_listed(self.skipped)}"
            warnings.warn(message, stacklevel=2)


def _listed(complaints: list[str]) -> str:
    more = len(complaints) - SHOWN
    lines = [*complaints[:SHOWN], *([f"and {more} more"] if more > 0 else [])]
    return "".join(f"\n  {line}" for line in lines)
