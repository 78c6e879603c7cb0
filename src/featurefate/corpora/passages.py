"""Which splits a passage has been seen in: a hash table that grows with the text, not much."""

import numpy as np

_FEWEST_SLOTS = 1024


class Passages:
    """Hashes of passages, each with the set of splits (as bits) that it stands in.

    Nine bytes a slot, at most half of the slots filled, found by linear probing (Knuth, The Art
    of Computer Programming 3, 6.4), for arrays of hashes at a time.
    """

    def __init__(self) -> None:
        self._allocate(_FEWEST_SLOTS)

    def __len__(self) -> int:
        return self._filled

    def find(self, hashes: np.ndarray) -> np.ndarray:
        """The bits of each hash, uint8; 0 for one that was never added."""
        return self._bits[self._slots(_never_zero(hashes))]

    def add(self, hashes: np.ndarray, bits: int) -> None:
        """Say that these passages stand in the splits `bits` too."""
        keys = np.unique(_never_zero(hashes))
        if 2 * (self._filled + len(keys)) > len(self._keys):
            old, old_bits = self._keys, self._bits
            self._allocate(4 * (self._filled + len(keys)))
            for each in np.unique(old_bits[old > 0]):
                self._insert(old[(old > 0) & (old_bits == each)], each)
        self._insert(keys, bits)

    def _allocate(self, at_least: int) -> None:
        slots = 1 << (at_least - 1).bit_length()
        self._keys = np.zeros(slots, np.uint64)  # 0: an empty slot
        self._bits = np.zeros(slots, np.uint8)
        self._filled = 0

    def _slots(self, keys: np.ndarray) -> np.ndarray:
        """Where each key stands, or the empty slot where it would."""
        last = np.uint64(len(self._keys) - 1)
        slots = keys & last
        astray = np.flatnonzero((self._keys[slots] != keys) & (self._keys[slots] > 0))
        while len(astray):
            slots[astray] = (slots[astray] + np.uint64(1)) & last
            there = self._keys[slots[astray]]
            astray = astray[(there != keys[astray]) & (there > 0)]
        return slots

    def _insert(self, keys: np.ndarray, bits: int) -> None:
        while len(keys):
            slots = self._slots(keys)
            self._filled += len(np.unique(slots[self._keys[slots] == 0]))
            self._keys[slots] = keys  # of two new keys for one slot the last stays
            stays = self._keys[slots] == keys
            self._bits[slots[stays]] |= np.uint8(bits)
            keys = keys[~stays]


def _never_zero(hashes: np.ndarray) -> np.ndarray:
    return np.maximum(hashes, np.uint64(1))
