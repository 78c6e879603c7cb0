"""Numbers in words: a true minus sign, which a hyphen only resembles, and none before zero."""

import re

# Before a number, but neither in 1e-3 nor between two numbers.
HYPHEN = re.compile(r"(?<![\w.])-(?=\.?\d)")
# Of a number that was rounded to zero.
SIGN_OF_ZERO = re.compile(r"(?<![\w.])-(?=(?:0|0?\.0+)(?!\.?\d))")
PERCENT = re.compile(r"(?<=\d)%")


def minus(text: str) -> str:
    """`text` with a true minus sign before each negative number, and none before a zero."""
    return HYPHEN.sub("−", SIGN_OF_ZERO.sub("", text))


def typeset(text: str) -> str:
    """`text` with its signs as `minus` sets them, and a space before each per cent sign."""
    return PERCENT.sub(" %", minus(text))


def with_interval(value: float, low: float, high: float, form: str = ".2f") -> str:
    """A number and its interval as text: "+0.52 (−0.05 to +1.09)" for the format "+.2f"."""
    return minus(f"{value:{form}} ({low:{form}} to {high:{form}})")
