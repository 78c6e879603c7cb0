"""Numbers in words: negative ones with the true minus sign, which a hyphen only resembles."""

import re

# Before a number, but neither in 1e-3 nor between two numbers.
HYPHEN = re.compile(r"(?<![\w.])-(?=\.?\d)")


def minus(text: str) -> str:
    """`text` with a true minus sign before each negative number."""
    return HYPHEN.sub("−", text)


def with_interval(value: float, low: float, high: float, form: str = ".2f") -> str:
    """A number and its interval as text: "+0.52 (−0.05 to +1.09)" for the format "+.2f"."""
    return minus(f"{value:{form}} ({low:{form}} to {high:{form}})")
