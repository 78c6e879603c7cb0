"""Which split, and which side of the corpus, a document belongs to.

Both follow from its *origin* (the name of the file, story or row that it comes from), never from
its text, so everything of one origin stays together: a file's code, its docstrings and its Lua are
all in train, or all in validation, or all in test. Where the origins are known beforehand the split
follows from the place in a hashed order; where they only arrive, from a hash.
"""

import hashlib

LUA_SHARE = 0.3  # of the installed files; Lua is translated from these and nothing else
HELD_OUT_EVERY = 18  # one origin of so many is for validation, and one for test
FEWEST_HELD_OUT = 60  # documents of such a split that evaluation needs


def stable_fraction(*parts: object) -> float:
    """A number in [0, 1) that depends on the parts alone: on no machine, process or order."""
    text = "\x1f".join(str(part) for part in parts)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def split_at(place: int) -> str:
    """The split of the origin that comes at this place of the reading order.

    That order is as good as random (see `reading_order`); counting along it spreads validation and
    test evenly, so that a small corpus has its share of them too.
    """
    return {5: "validation", 14: "test"}.get(place % HELD_OUT_EVERY, "train")


def split_of(origin: str, seed: int) -> str:
    """The split of an origin that is one of unknown many: in equal shares on average only."""
    return split_at(int(stable_fraction("split", seed, origin) * HELD_OUT_EVERY))


def is_for_lua(origin: str, seed: int) -> bool:
    """True where the file is translated to Lua; False where it serves python and english."""
    return stable_fraction("side", seed, origin) < LUA_SHARE


def reading_order(origins: list[str], seed: int) -> list[str]:
    """The origins in the order in which a corpus with this seed reads them."""
    return sorted(origins, key=lambda origin: (stable_fraction("order", seed, origin), origin))


def by_place(origins: list[str], seed: int) -> dict[str, str]:
    """The split of each origin where all are known: in equal shares."""
    return {origin: split_at(p) for p, origin in enumerate(reading_order(origins, seed))}
