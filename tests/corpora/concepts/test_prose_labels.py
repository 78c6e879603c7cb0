"""Labels of English prose: sentences taken apart by hand, and how often the rules are right."""

import re
from collections import Counter

import pytest

from featurefate.corpora.concepts.prose import prose_marks

# Every word that is one of these carries its letter: p past tense, q participle after be or have,
# g a verb's form in -ing (also as an adjective), s plural noun, n name, v verb after to, a adverb
# in -ly.
STORIES = """
Once upon a time, there was|p a small bear named Bruno|n who loved|p to climb|v the tall trees|s.
One day Mia|n and her mother walked|p to the market. They saw|p red apples and sweet cakes.
Mia|n wanted|p to buy|v an apple, but she had|p no coins|s. She felt|p sad and started|p to cry|v.
"Do not worry," said|p Bruno|n. "I have picked|q three apples|s for you." Mia|n was|p surprised|q.
The old farmer smiled|p and gave|p them a basket. He was|p sitting|g under the oak.
They ran|p quickly|a through the fields|s until they reached|p the river. The water was|p running|g.
Bruno|n slipped|p and fell|p. Mia|n helped|p him. "Thank you for saving|g me," he whispered|p.
Slowly|a the sun went|p down. The friends|s were|p tired|q
and their shoes|s were|p covered|q in mud.
Billy|n thought|p about the broken kite. He had|p broken|q it himself.
He told|p his sister the truth.
She hugged|p him and said|p that she had|p already forgiven|q him.
Then they played|p happily|a again.
"Did|p you see my hat?" asked|p Tom|n. "It was|p hidden|q behind the boxes|s," Sam|n replied|p.
Nobody knew|p where the cat lived|p. It came|p every morning and left|p before noon.
""".strip().splitlines()

DOCUMENTATION = """
Return the number of elements|s in the given list.
The values|s are sorted|q before they are returned|q.
If the file has been changed|q since it was|p opened|q, its contents|s are read|q again.
This method is used|q to remove|v trailing|g spaces|s from the lines|s of a text.
Raises an error if no matching|g entry was|p found|q. The default is to ignore|v such errors.
Called when the connection is closed|q. It must not be called|q by other threads|s.
The algorithm was|p described|q by Knuth|n and was|p later improved|q. We added|p a faster variant.
An object that represents the parsed arguments|s.
Arguments|s are converted|q to strings|s automatically|a.
The specified values|s replace those passed to the constructor. Usually|a this is not needed|q.
Missing|g keys|s are silently|a ignored|q, unless the mapping is frozen|q.
Nested mappings|s are supported|q.
Note that Unix|n sockets|s are not supported|q on all platforms|s. See the notes|s for details|s.
Set the seed used for shuffling|g. It is possible to pass|v several seeds|s by using|g a list.
""".strip().splitlines()

CONCEPTS = {
    "p": "past tense", "q": "participle", "g": "-ing form", "s": "plural noun", "n": "name",
    "v": "infinitive", "a": "adverb in -ly",
}  # fmt: skip


def compare(lines: list[str], domain: str) -> tuple[Counter, Counter, Counter, list[str]]:
    """By concept: how many are right, found, and true; and what is wrong."""
    text, truth = "", set()
    for piece in re.split(r"([A-Za-z]+\|[a-z])", "\n".join(lines)):
        word, bar, letter = piece.partition("|")
        if bar:
            truth.add((len(text), len(text) + len(word), CONCEPTS[letter]))
        text += word
    marks = prose_marks(text, domain)
    found = {
        (start if concept != "infinitive" else text.index(" ", start) + 1, end, concept)
        for concept in CONCEPTS.values()
        for start, end in marks[concept]
    }
    counts = [Counter(c for *_, c in spans) for spans in (found & truth, found, truth)]
    wrong = [f"{text[start - 20 : end]} – {concept}" for start, end, concept in found - truth]
    return *counts, wrong


@pytest.mark.parametrize(
    "lines, domain, least",
    [
        (STORIES, "stories", {"past tense": (1, 0.97), "participle": (1, 1), "name": (1, 0.9),
                              "-ing form": (1, 1), "plural noun": (1, 0.85),
                              "infinitive": (1, 1), "adverb in -ly": (1, 1)}),
        (DOCUMENTATION, "english", {"past tense": (1, 1), "participle": (1, 1), "name": (1, 1),
                                    "-ing form": (0.8, 1), "plural noun": (1, 0.75),
                                    "infinitive": (1, 1), "adverb in -ly": (1, 1)}),
    ],
)  # fmt: skip
def test_precision_and_recall_on_sentences_labelled_by_hand(lines, domain, least):
    right, found, true, wrong = compare(lines, domain)
    for concept, (precision, recall) in least.items():
        assert right[concept] >= precision * found[concept], (concept, wrong)
        assert right[concept] >= recall * true[concept], (concept, right, true)


def words_of(text: str, concept: str, domain: str = "stories") -> list[str]:
    return [text[slice(*span)] for span in sorted(prose_marks(text, domain)[concept])]


@pytest.mark.parametrize(
    "text, starts, ends",
    [
        ("One. Two! Three?", ["One", "Two", "Three"], [".", "!", "?"]),
        ("See e.g. the notes, i.e. Part 2. Then go.", ["See", "Then"], [".", "."]),
        ("It is 1.5 or numpy.float64 wide. Yes", ["It", "Yes"], ["."]),
        ('"Oh no!" she cried. He ran.', ["Oh", "He"], ["!", ".", "."]),
        ('"Oh no!" Mia cried. He ran.', ["Oh", "He"], ["!", ".", "."]),
        ('Mia said, "Come here." Tom came.', ["Mia", "Come", "Tom"], [".", "."]),
        ("A heading\n\nA text (short.) Next", ["A", "A", "Next"], ["."]),
        ("Why... because? J. Smith said so.", ["Why", "J"], ["?", "."]),
        ("“Stop!” he said. ‘No.’", ["Stop", "No"], ["!", ".", "."]),
    ],
)
def test_sentences(text, starts, ends):
    assert words_of(text, "sentence start") == starts
    assert words_of(text, "sentence end") == ends


@pytest.mark.parametrize(
    "text, concept, words",
    [
        ("He met Tom. Tom's dog saw him. The dog barked.", "name", ["Tom", "Tom"]),
        ("On Monday I asked Anna. True, None came.", "name", ["Anna"]),
        ("I'm sure you're here; it's ours.", "first person", ["I", "ours"]),
        ("I'm sure you're here; it's ours.", "form of be", ["'m", "'re"]),
        ("You can't, won't, and don't know.", "negation", ["can't", "won't", "don't"]),
        ("You can't, I'll, and he may.", "modal verb", ["can't", "'ll", "may"]),
        ("the dog's toy and her ball", "possessive", ["'s", "her"]),
        ('"Who is it?" asked Ben.', "question", ['"Who is it?"']),
        ('He said, "Go away!" and left.', "exclamation", ['"Go away!"']),
        ('a "b c" and “d”', "quotation", ['"b c"', "“d”"]),
        ("Call is_valid() or np.arange, not fooBar.", "code-like word",
         ["is_valid()", "np.arange", "fooBar"]),
        ("One (or two) words (see f(x)).", "parentheses", ["(or two)", "(see f(x))"]),
        ("First, a ball, e.g. red, rolled.", "comma clause", [", a ball", ", e.g", ", rolled"]),
        ("She is taller, the tallest, and better.", "comparative", ["better"]),
        ("She ran because she was late, so he waited.", "reason word", ["because", "so"]),
        ("wait 3 days or 2.5, not v2", "number", ["3", "2.5"]),
        ("A para.\nThe next.\n\nAnother.", "paragraph start", ["A", "The", "Another"]),
    ],
)  # fmt: skip
def test_words_and_passages(text, concept, words):
    assert words_of(text, concept) == words


def test_lines_of_documentation_may_be_wrapped():
    text = "A para.\nStill it.\n\nAnother."
    assert words_of(text, "paragraph start", "english") == ["A", "Another"]


def test_speech_verbs_that_mean_something_else_in_documentation():
    text = "It is called once. The user said so."
    assert words_of(text, "speech verb", "english") == ["said"]
    assert words_of(text, "speech verb", "stories") == ["called", "said"]
