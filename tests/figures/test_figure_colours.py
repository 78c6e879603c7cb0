"""Colours can be seen on light and dark pages and told apart with colour blindness."""

from itertools import combinations

import numpy as np
import pytest

from featurefate.figures import colours

LINEAR_TO_LMS = np.array(
    [[0.31399, 0.63951, 0.04650], [0.15537, 0.75789, 0.08670], [0.01775, 0.10944, 0.87257]]
)
# Viénot, Brettel and Mollon (1999): what is left when one kind of cone is missing.
BLINDNESS = {
    "none": np.eye(3),
    "protan": np.array([[0, 1.05118, -0.05116], [0, 1, 0], [0, 0, 1]]),
    "deutan": np.array([[1, 0, 0], [0.95131, 0, 0.04866], [0, 0, 1]]),
}
OKLAB = (
    np.array(
        [[0.41222, 0.53633, 0.05145], [0.21190, 0.68070, 0.10740], [0.08830, 0.28172, 0.62998]]
    ),
    np.array(
        [[0.21045, 0.79362, -0.00407], [1.97800, -2.42859, 0.45059], [0.02590, 0.78277, -0.80868]]
    ),
)


def linear(colour: str) -> np.ndarray:
    """`#rrggbb` as linear red, green, blue."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Relative luminance as in the contrast rule of the web guidelines."""
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def perceived(colour: str, blindness: str) -> np.ndarray:
    """Oklab coordinates of a colour as seen with a kind of colour blindness."""
    lms = BLINDNESS[blindness] @ LINEAR_TO_LMS @ linear(colour)
    rgb = np.clip(np.linalg.solve(LINEAR_TO_LMS, lms), 0, 1)
    return OKLAB[1] @ np.cbrt(OKLAB[0] @ rgb)


NAMED = {**colours.DOMAINS, **colours.MODELS, **colours.FATES, **colours.REFERENCES}
NAMED |= colours.METHODS


@pytest.mark.parametrize("paper", ["#ffffff", "#121212"])
@pytest.mark.parametrize("name", NAMED)
def test_colour_stands_out(name, paper):
    light, dark = sorted([luminance(NAMED[name]), luminance(paper)], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("family", ["DOMAINS", "MODELS", "METHODS"])
def test_colours_of_a_family_can_be_told_apart(family, blindness):
    for (a, first), (b, second) in combinations(getattr(colours, family).items(), 2):
        gap = np.linalg.norm(perceived(first, blindness) - perceived(second, blindness))
        assert gap > 0.05, f"{a} and {b} look alike ({gap:.3f}) with {blindness}"


def test_children_have_the_colour_of_their_domain():
    assert all(colours.MODELS[name] == colours.DOMAINS[name] for name in ("stories", "lua"))


def test_scale_keeps_order_and_gives_unknown_names_other_colours():
    scale = colours.scale(["merge", "mystery", "base"])
    assert scale.domain == ["merge", "mystery", "base"]
    assert scale.range[0] == colours.MODELS["merge"] and len(set(scale.range)) == 3


def test_too_many_unknown_names_are_refused():
    with pytest.raises(ValueError, match="without a colour"):
        colours.scale([f"thing {i}" for i in range(9)])
