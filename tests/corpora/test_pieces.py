import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from featurefate.corpora.passages import Passages
from featurefate.corpora.pieces import LONG, SHORT, pieces_of

WORDS = st.lists(
    st.sampled_from(["a", "b", "if", "value", "(", ")", "+", "é", "x9", "_name", "本"]), max_size=40
)


def _runs(words: list[str], length: int) -> list[str]:
    return ["\n".join(words[i : i + length]) for i in range(len(words) - length + 1)]


def _agree(hashes: np.ndarray, runs: list[str]) -> bool:
    """Equal hashes exactly where the runs are equal."""
    pairs = set(zip(hashes.tolist(), runs, strict=True))
    return len(pairs) == len(set(runs)) == len(set(hashes.tolist()))


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_runs_are_those_of_the_words(texts):
    found = pieces_of([" ".join(words) for words in texts])
    assert len(found) == len(texts)
    long = [run for words in texts for run in _runs(words, LONG)]
    assert _agree(np.concatenate([pieces.long for pieces in found]), long)
    enough = [place for place, words in enumerate(texts) if len(words) >= SHORT]
    short = [run for place in enough for run in _runs(texts[place], SHORT)]
    assert _agree(np.concatenate([found[0].short[:0], *(found[i].short for i in enough)]), short)
    for words, pieces in zip(texts, found, strict=True):
        assert len(pieces.short) == (len(words) - SHORT + 1 if len(words) >= SHORT else len(words))


@given(st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_any_text_has_the_same_pieces_alone_and_among_others(texts):
    for text, pieces in zip(texts, pieces_of(texts), strict=True):
        alone = pieces_of([text])[0]
        assert alone.short.tolist() == pieces.short.tolist()
        assert alone.long.tolist() == pieces.long.tolist()


def test_words_are_letters_signs_and_unspaced_characters():
    spaced = "if x_1 > = 3 . 5 : return ( “ 日 本 ” ) # stra ß e été"
    written = "if x_1>=3.5:  return(“日 本 ”)\t# straße\nété"
    one, other = pieces_of([spaced, written])
    assert one.short.tolist() == other.short.tolist()
    assert len(one.short) == len(spaced.split()) + 2 - SHORT + 1  # t after é, é after t


def test_white_space_only_parts_words():
    one, other = pieces_of(["for x in y :\n    print ( x )", "for x in y : print(x)"])
    assert one.short.tolist() == other.short.tolist()


def test_hashes_are_the_same_everywhere():
    """Fixed once: another machine or library must not find other duplicates."""
    assert pieces_of(["one two three four five"])[0].short.tolist() == [1110777517025099795]


@given(st.lists(st.tuples(st.lists(st.integers(0, 3000), max_size=600), st.sampled_from([1, 2, 4])),
                max_size=8))  # fmt: skip
def test_passages_are_a_dictionary(additions):
    passages, expected = Passages(), {}
    spread = np.uint64(0x9E3779B97F4A7C15)
    for numbers, bits in additions:
        hashes = np.array(numbers, np.uint64) * spread
        passages.add(hashes, bits)
        for number in numbers:
            expected[number] = expected.get(number, 0) | bits
    expected[1] = expected.get(1, 0)
    numbers = np.arange(2, 3100)
    found = passages.find(numbers.astype(np.uint64) * spread)
    assert found.tolist() == [expected.get(number, 0) for number in numbers.tolist()]
    assert len(passages) == sum(bits > 0 for bits in expected.values())


def test_passages_that_fall_into_one_slot_are_kept_apart():
    passages = Passages()
    same_slot = np.arange(1, 60, dtype=np.uint64) << np.uint64(40)
    passages.add(same_slot, 1)
    passages.add(same_slot[::2], 2)
    assert passages.find(same_slot).tolist() == [3 if i % 2 == 0 else 1 for i in range(59)]
    assert not passages.find(same_slot + np.uint64(1)).any()
