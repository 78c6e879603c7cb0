"""The text of a story as it grows, with the spans of which a concept is known."""

from typing import NamedTuple

from featurefate.corpora.document import Span
from featurefate.corpora.stories.inflection import capitalised

_AFTER_NO_SPACE = frozenset(" .,!?")


class Mark(NamedTuple):
    """A place in a transcript."""

    parts: int
    last: str
    length: int
    spans: int
    capital: bool
    between: str


class Transcript:
    """Text in pieces, and (start, end, concept) of the pieces that are something known."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.capital = True  # the next letter is large
        self.between = ""  # what separates the next sentence from the text so far
        self._parts: list[str] = []
        self._length = 0

    def text(self) -> str:
        """The story so far, ending in a newline."""
        return "".join(self._parts) + "\n"

    def mark(self) -> Mark:
        """Where the text is now, to come back to."""
        last = self._parts[-1] if self._parts else ""
        return Mark(
            len(self._parts), last, self._length, len(self.spans), self.capital, self.between
        )

    def text_since(self, mark: Mark) -> str:
        """What was added since."""
        return "".join(self._parts[mark.parts :])

    def back_to(self, mark: Mark) -> None:
        """Take back all that was added since."""
        del self._parts[mark.parts :]
        if self._parts:
            self._parts[-1] = mark.last
        del self.spans[mark.spans :]
        self._length, self.capital, self.between = mark.length, mark.capital, mark.between

    def emit(self, text: str, concept: str | None = None) -> None:
        """Add text, with a large first letter where a sentence begins."""
        if text[:1] in _AFTER_NO_SPACE and self._parts and self._parts[-1].endswith(" "):
            self._parts[-1] = self._parts[-1][:-1]  # what stood between may have been left out
            self._length -= 1
        if not text:
            return
        if self.capital:
            text = capitalised(text)
            self.capital = False
        if concept:
            self.spans.append(Span(self._length, self._length + len(text), concept))
        self._parts.append(text)
        self._length += len(text)

    def open(self) -> int:
        """Where the next text will begin."""
        return self._length

    def close(self, start: int, concept: str) -> None:
        """All text since `start` is `concept`."""
        if self._length > start:
            self.spans.append(Span(start, self._length, concept))

    def new_sentence(self) -> None:
        """Set the next sentence off from the text so far."""
        if self.between:
            self._parts.append(self.between)
            self._length += len(self.between)
        self.capital = self.between != " and "
        self.between = " "

    def new_paragraph(self) -> None:
        """What follows begins a new line."""
        if self._parts:
            self.between = "\n"

    def join(self) -> None:
        """The next sentence goes on with the one before: "…, and he …"."""
        if self.comma_for_full_stop():
            self.between = " and "

    def comma_for_full_stop(self) -> bool:
        """Whether the text ended in a full stop, which is now a comma."""
        ended = self._parts[-1].endswith(".")
        if ended:
            self._parts[-1] = self._parts[-1][:-1] + ","
        return ended
