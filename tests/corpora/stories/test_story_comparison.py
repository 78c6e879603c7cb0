import pytest

from featurefate.corpora.stories.comparison import (
    text_statistics,
    word_frequencies,
    words_of,
)

SMALL = ["The cat sat. The cat didn't run!", 'A dog ran. "Run, dog," said the cat.']


def test_words_keep_apostrophes_and_lose_capitals():
    assert words_of("Don't stop, Tim’s CAT!") == ["don't", "stop", "tim’s", "cat"]


def test_statistics_of_a_text_counted_by_hand():
    found = text_statistics(SMALL)
    assert found.words == 15
    assert found.vocabulary == len(
        {"the", "cat", "sat", "didn't", "run", "a", "dog", "ran", "said"}
    )
    assert found.sentence_length == pytest.approx(15 / 4)
    assert found.text_length == pytest.approx(7.5)
    # bigrams of the first text: the cat, cat sat, sat the, the cat, cat didn't, didn't run
    # of the second: a dog, dog ran, ran run, run dog, dog said, said the, the cat
    assert found.bigrams == pytest.approx(10_000 * 11 / 13)


def test_samples_have_exactly_the_words_asked_for():
    texts = ["one two three four five six"] * 10
    assert text_statistics(texts, words=40).words == 40
    assert text_statistics(iter(texts), words=40) == text_statistics(texts[:7], words=40)
    with pytest.raises(ValueError, match="have 60 words; 61 are needed"):
        text_statistics(texts, words=61)
    with pytest.raises(ValueError, match="have 0 words"):
        text_statistics([])


def test_distinct_n_grams_do_not_depend_on_the_size_of_a_random_text():
    import random

    rng = random.Random(1)
    texts = [" ".join(rng.choice("abcdefghij") for _ in range(500)) for _ in range(200)]
    few, many = text_statistics(texts, words=20_000), text_statistics(texts, words=90_000)
    assert many.fourgrams == pytest.approx(few.fourgrams, rel=0.02)
    assert few.bigrams == 100


def test_frequencies_are_shares_in_a_fixed_order():
    shares = word_frequencies(["b a b", "c a b"])
    assert list(shares.index) == ["b", "a", "c"]
    assert shares.tolist() == pytest.approx([1 / 2, 1 / 3, 1 / 6])
    assert word_frequencies([]).empty
