"""Where everything of the flow figure stands: bars, ribbons, stubs, outlines and words, in pixels.

The lane of the first child runs above the middle, that of the second below, mirrored, so that what
persisted lies next to the middle and what came or went lies outside.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from featurefate.figures.colours import MODELS

WIDTH, HEIGHT = 660, 430
LANE = 128  # height of a bar: all features of one model
BAR = 14  # its width
STUB = 110  # how far what came or went reaches from its bar
LEFT_EDGES = (22, 323, 624)  # of the bars of base, children, merge
# Inner end of the bars, measured from the middle line: the children stand further out.
INNER = {"outer_column": 5, "middle_column": 44}
MIDDLE = 205
STEPS = 24


@dataclass
class Lane:
    """One edge of the family: `side` is -1 above the middle and +1 below; `stage` 0 or 1."""

    edge: pd.Series
    stage: int
    side: int

    @property
    def name(self) -> str:
        """The edge in words."""
        return f"{self.edge.parent} → {self.edge.child}"

    def share(self, name: str, end: str) -> float:
        """The share `name` at one end of the edge; not a number where it was not run."""
        return float(self.edge.get(f"{name}_{end}", np.nan))

    def colour(self, end: str) -> str:
        """The colour of the model at one end (`parent` or `child`)."""
        return MODELS.get(self.edge[end], "#8c8c8c")

    def y(self, end: str, share: float) -> float:
        """Height at which `share` of the bar, counted from its inner end, is used up."""
        middle_column = (self.stage == 0) == (end == "child")
        inner = INNER["middle_column" if middle_column else "outer_column"]
        return MIDDLE + self.side * (inner + share * LANE)

    def x(self, end: str) -> float:
        """Where the lane touches the bar at one end."""
        if end == "parent":
            return LEFT_EDGES[self.stage] + BAR
        return LEFT_EDGES[self.stage + 1]

    def ribbon(self) -> pd.DataFrame:
        """What persisted: columns x, y, y2."""
        outer = self.outline("persisted")
        inner = self._curve(self.y("parent", 0), self.y("child", 0))
        return outer.assign(y2=inner)

    def outline(self, name: str) -> pd.DataFrame:
        """The outer border of a ribbon as thick as the share `name`: columns x, y."""
        ends = [self.y(end, self.share(name, end)) for end in ("parent", "child")]
        return pd.DataFrame({"x": self._across(), "y": self._curve(*ends)})

    def stub(self, end: str) -> pd.DataFrame:
        """What disappeared (`parent`) or emerged (`child`), bending away outside."""
        reach = np.linspace(0, 1, STEPS)
        bend = self.side * 16 * reach**2
        near = self.y(end, self.share("persisted", end))
        far = self.y(end, 1)
        frame = pd.DataFrame({"x": self.x(end) + self._away(end) * STUB * reach})
        return frame.assign(y=near + bend, y2=far + bend).sort_values("x")

    def bars(self) -> list[dict]:
        """The bars of parent and child: all their features."""
        bars = []
        for end in ("parent", "child"):
            left = self.x(end) - (BAR if end == "parent" else 0)
            y, y2 = sorted([self.y(end, 0), self.y(end, 1)])
            bars.append({"model": self.edge[end], "x": left, "x2": left + BAR, "y": y, "y2": y2})
        return bars

    def words(self) -> list[dict]:
        """Shares beside the bars and the names of the models above and below them."""
        words = []
        for end, gone in (("parent", "disappeared"), ("child", "emerged")):
            kept = self.share("persisted", end)
            where = {"x": self.x(end) + self._away(end) * 7, "weight": 400}
            where["align"] = "left" if end == "parent" else "right"
            # Clear of the two lines: within the stranger's share, and outside the ceiling's.
            inside = self.y(end, max(np.fmin(kept, self.share("stranger", end)), 0.12) / 2)
            outside = self.y(end, (1 + max(kept, self.share("ceiling", end))) / 2)
            words.append({**where, "y": inside, "text": f"{100 * kept:.0f} % persisted"})
            words.append({**where, "y": outside, "text": f"{100 * (1 - kept):.0f} % {gone}"})
            if self.stage == 0 or end == "child":  # a child's name stands once, not per edge
                name = {"x": self.x(end) - self._away(end) * BAR / 2, "text": self.edge[end]}
                above = self.y(end, 1) + self.side * 14
                words.append({**name, "y": above, "align": "center", "weight": 600})
        return words

    def _away(self, end: str) -> int:
        return 1 if end == "parent" else -1

    def _across(self) -> np.ndarray:
        return np.linspace(self.x("parent"), self.x("child"), STEPS)

    def _curve(self, start: float, stop: float) -> np.ndarray:
        """From `start` to `stop`, level at both ends."""
        reach = np.linspace(0, 1, STEPS)
        return start + (stop - start) * reach**2 * (3 - 2 * reach)


def lanes(edges: pd.DataFrame) -> list[Lane]:
    """The four lanes of base → two children → merge; ValueError when it is another shape."""
    pairs = list(zip(edges.parent, edges.child, strict=True))
    roots = [p for p in dict.fromkeys(edges.parent) if p not in set(edges.child)]
    children = [c for c in dict.fromkeys(edges.child) if c in set(edges.parent)]
    ends = [c for c in dict.fromkeys(edges.child) if c not in set(edges.parent)]
    wanted = [(r, c) for r in roots for c in children] + [(c, e) for c in children for e in ends]
    family = len(roots) == len(ends) == 1 and len(children) == 2
    if not family or sorted(pairs) != sorted(wanted):
        raise ValueError(
            f"flow: needs the edges base → two children → merge, got "
            f"{', '.join(f'{parent} → {child}' for parent, child in pairs)}"
        )
    by_pair = {(row.parent, row.child): row for _, row in edges.iterrows()}
    return [
        Lane(by_pair[pair], stage=int(pair[0] in children), side=-1 if children[0] in pair else 1)
        for pair in wanted
    ]


def rgba(colour: str, opacity: float) -> str:
    """`#rrggbb` with an opacity, in CSS words."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
