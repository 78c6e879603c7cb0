"""Putting neighbours together into documents of a readable size."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")


def neighbours(items: Iterable[Item], size: Callable[[Item], int], most: int) -> list[list[Item]]:
    """The items in order, in groups whose sizes add up to `most` at most.

    An item larger than that is a group of its own.
    """
    groups: list[list[Item]] = []
    total = most
    for item in items:
        if total + size(item) > most:
            groups.append([])
            total = 0
        groups[-1].append(item)
        total += size(item)
    return groups
