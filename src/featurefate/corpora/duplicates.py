"""Duplicates, found while documents arrive one after another: exact, near, and in passages.

One object serves all domains and all splits, so nothing that was trained on comes back in
evaluation. The first of two documents stays, whichever split it is in.

- *exact*: the same text.
- *near*: at least `SIMILARITY` of its five-word pieces shared with an earlier document (Jaccard
  similarity, estimated by MinHash: Broder 1997, "On the resemblance and containment of
  documents").
- *passages*: more than `MOST_SAID_ELSEWHERE` of its runs of sixteen words stand in another split,
  be it in one document or in many; or with it this would be so of an earlier held-out document.
  Estimated on one run of eight, chosen by its hash. The same is asked of the document's original,
  where it has one: the Python that Lua was translated from.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from rensa import RMinHash, RMinHashDeduplicator

from featurefate.corpora.domains import SPLITS
from featurefate.corpora.passages import Passages
from featurefate.corpora.pieces import pieces_of

SIMILARITY = 0.7
PERMUTATIONS = 64
BANDS = 16
MOST_SAID_ELSEWHERE = 0.3
SAMPLE = np.uint64(7)  # of the long runs those whose last three bits are 0

KINDS = ("exact", "near", "passages")


class Duplicates:
    """Remembers what has been seen; the order of calls decides what stays."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._texts: set[bytes] = set()
        self._near = RMinHashDeduplicator(
            SIMILARITY, PERMUTATIONS, use_lsh=True, num_bands=BANDS, seed=seed
        )
        self._passages = Passages()
        self._held_out = _HeldOut()

    def judge(
        self,
        texts: Sequence[str],
        split: str,
        originals: Sequence[str] = (),
        keep: Callable[[int], bool] = lambda place: True,
    ) -> list[str | None]:
        """For each text of this split the kind of duplicate it is; None for a new one.

        `originals`: one for each text, empty where it has none. `keep` is asked about the place
        of each new text, in turn; one that is not kept is not remembered.
        """
        own = 1 << SPLITS.index(split)
        pieces = pieces_of([*texts, *originals])
        samples = [text.long[text.long & SAMPLE == 0] for text in pieces]
        splits = self._passages.find(np.concatenate([np.empty(0, np.uint64), *samples]))
        elsewhere = (splits & ~np.uint8(own)) > 0
        said = np.split(elsewhere, np.cumsum([len(sample) for sample in samples])[:-1])
        kinds, new = [], []
        for place, text in enumerate(texts):
            both = slice(place, None, len(texts))  # the text, and its original
            passages = list(zip(samples[both], said[both], strict=True))
            name = str(len(self._texts))
            kind = self._kind(text, name, pieces[place].short, passages)
            kinds.append(kind)
            if kind is None and keep(place):
                self._texts.add(_key(text))
                for sample, its_said in passages:
                    self._held_out.say(sample[its_said].tolist())
                    if split != "train":
                        self._held_out.add(sample, its_said)
                new += samples[both]
            elif kind is None:
                self._near.remove(name)
        if new:
            self._passages.add(np.concatenate(new), own)
        return kinds

    def _kind(
        self,
        text: str,
        name: str,
        short: np.ndarray,
        passages: Sequence[tuple[np.ndarray, np.ndarray]],
    ) -> str | None:
        """The kind of duplicate; a text that is none is from now on in `_near`, by its name."""
        if _key(text) in self._texts:
            return "exact"
        for sample, said in passages:
            too_much = np.count_nonzero(said) > MOST_SAID_ELSEWHERE * len(sample)
            if too_much or self._held_out.would_be_said(sample[said].tolist()):
                return "passages"
        sketch = RMinHash(PERMUTATIONS, self._seed)
        sketch.update(short.view("V8").tolist())  # rensa takes bytes, not numbers
        return None if self._near.add(name, sketch) else "near"


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class _HeldOut:
    """How many more passages of each held-out document other splits may say."""

    def __init__(self) -> None:
        self._left: list[float] = []
        self._document: dict[int, int] = {}  # of each passage that no other split has said yet

    def add(self, passages: np.ndarray, said: np.ndarray) -> None:
        self._left.append(MOST_SAID_ELSEWHERE * len(passages) - np.count_nonzero(said))
        self._document.update(dict.fromkeys(passages[~said].tolist(), len(self._left) - 1))

    def would_be_said(self, passages: list[int]) -> bool:
        """True where these would be too much of one document."""
        counts = Counter(self._document[each] for each in passages if each in self._document)
        return any(count > self._left[document] for document, count in counts.items())

    def say(self, passages: list[int]) -> None:
        for each in passages:
            if (document := self._document.pop(each, None)) is not None:
                self._left[document] -= 1
