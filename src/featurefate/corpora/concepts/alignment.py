"""From characters to tokens: which tokens hold a character of a span.

A token of a byte-level BPE is a string of bytes (Radford et al. 2019), so a text's tokens say by
their lengths alone where each begins. A character of several bytes may be torn over tokens; each
of them then holds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from transformers import PreTrainedTokenizerFast

WHITE_SPACE = np.array([code for code in range(0x3001) if chr(code).isspace()], np.uint32)


def bytes_of_tokens(tokenizer: PreTrainedTokenizerFast) -> list[bytes]:
    """What each token of a byte-level vocabulary stands for; special tokens stand for nothing."""
    byte_of = {sign: byte for byte, sign in enumerate(_byte_signs())}
    pieces = [b""] * len(tokenizer)
    special = set(tokenizer.all_special_ids)
    for token, number in tokenizer.get_vocab().items():
        if number not in special:
            pieces[number] = bytes(byte_of[sign] for sign in token)
    return pieces


def _byte_signs() -> list[str]:
    """The visible character that byte-level BPE writes for each byte: itself where it can be seen,
    else one of the characters from 256 on, in turn."""
    seen = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = iter(range(0x100, 0x200))
    return [chr(byte if byte in seen else next(hidden)) for byte in range(256)]


@dataclass(frozen=True)
class Alignment:
    """Where tokens lie in a text. Token i begins in character `starts[i]` and ends in the one
    before `ends[i]`; both int64 [tokens], neither ever falls. `codes`: uint32 [characters]."""

    codes: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    @cached_property
    def is_white(self) -> np.ndarray:
        """bool [characters]: white space."""
        return np.isin(self.codes, WHITE_SPACE)

    @cached_property
    def white_tokens(self) -> np.ndarray:
        """bool [tokens]: holds nothing but white space."""
        black = np.concatenate([[0], np.cumsum(~self.is_white)])
        return black[self.ends] == black[self.starts]

    def tokens_with(
        self, starts: np.ndarray, ends: np.ndarray, blanks: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Tokens that hold a character of spans [starts, ends), all int64 [spans].

        A token of a span needs a character of it that is not white space, unless `blanks` (bool
        [spans]) says that any will do. Returns the numbers of spans and tokens, pairwise.
        """
        black = np.flatnonzero(~self.is_white)
        edges = np.append(black, len(self.codes))
        first = np.where(blanks, starts, edges[np.searchsorted(black, starts)])
        edges = np.insert(black + 1, 0, 0)
        last = np.where(blanks, ends, edges[np.searchsorted(black, ends)])
        from_token = np.searchsorted(self.ends, first, side="right")
        to_token = np.searchsorted(self.starts, last, side="left")
        lengths = np.where(first < last, to_token - from_token, 0)
        spans = np.repeat(np.arange(len(starts)), lengths)
        within = np.arange(len(spans)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        tokens = from_token[spans] + within
        kept = blanks[spans] | ~self.white_tokens[tokens]
        return spans[kept], tokens[kept]


def align(texts: Sequence[str], tokens: np.ndarray, pieces: Sequence[bytes]) -> Alignment:
    """Align the tokens (int [n]) of texts that follow each other; `pieces`: `bytes_of_tokens`.

    Raises ValueError when the tokens are not those of the texts.
    """
    text = "".join(texts)
    encoded = text.encode("utf-8")
    if b"".join([pieces[token] for token in tokens]) != encoded:
        raise ValueError("the tokens do not spell the text: another tokenizer or other documents")
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    sizes = 1 + (codes >= 0x80).astype(np.int8) + (codes >= 0x800) + (codes >= 0x10000)
    character = np.repeat(np.arange(len(codes)), sizes)  # of each byte
    lengths = np.array([len(piece) for piece in pieces])[tokens]
    byte_ends = np.cumsum(lengths)
    byte_starts = byte_ends - lengths
    if not len(tokens):
        return Alignment(codes, np.empty(0, np.int64), np.empty(0, np.int64))
    return Alignment(codes, character[byte_starts], character[byte_ends - 1] + 1)
