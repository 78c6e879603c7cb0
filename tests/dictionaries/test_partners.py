"""Partners and counted features on planted streams."""

from dataclasses import replace

import numpy as np

from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.partners import best_partners, counted_features


def test_a_dictionary_with_its_ids_permuted_is_found_again_in_full(plant):
    first = plant(seed=1)
    permutation = np.random.default_rng(2).permutation(first.features)
    second = replace(first, values=first.values[:, permutation])
    forward, backward = best_partners(correlation(first.values, second.values), first, second)
    assert forward.share_at_least(0.999) == backward.share_at_least(0.999) == 1
    np.testing.assert_array_equal(permutation[forward.partner], np.arange(first.features))
    np.testing.assert_array_equal(backward.partner, permutation)


def test_independent_streams_match_at_chance(plant):
    first, second = plant(seed=1), plant(seed=2)
    forward, backward = best_partners(correlation(first.values, second.values), first, second)
    assert forward.share_at_least(0.5) == backward.share_at_least(0.5) == 0
    assert max(forward.r.max(), backward.r.max()) < 0.1


def test_a_feature_counts_with_thirty_tokens_in_ten_documents(plant):
    activations = plant(4, rate=0.0)
    values = np.zeros(activations.values.shape)
    tokens = np.arange(values.shape[0])
    first_of_document = tokens % 60 == 0
    values[np.flatnonzero(tokens % 60 < 3)[:30], 0] = 1  # 30 tokens in 10 documents
    values[np.flatnonzero(tokens % 60 < 3)[:29], 1] = 1  # 29 tokens in 10
    values[:40, 2] = 1  # 40 tokens in 1
    values[first_of_document, 3] = 1  # 120 tokens in 120
    counted = counted_features(replace(activations, values=type(activations.values)(values)))
    assert counted.tolist() == [True, False, False, True]


def test_uncounted_features_are_not_judged_but_can_be_partners(plant):
    first = plant(8, seed=3)
    few = first.values.toarray()
    few[60 * 9 :, 0] = 0  # its firings stop after nine documents
    second = replace(first, values=type(first.values)(few))
    forward, backward = best_partners(correlation(first.values, second.values), first, second)
    assert forward.counted.all() and not backward.counted[0]
    assert backward.counted[1:].all() and backward.share_at_least(0.9) == 1
