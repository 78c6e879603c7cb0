"""Every concept is of one kind."""

from featurefate.corpora.concepts.names import CONCEPTS
from featurefate.tracking.concept_groups import GROUP_OF, GROUPS, NO_CONCEPT


def test_every_concept_has_a_group_and_every_group_concepts():
    assert set(GROUP_OF) == {concept.name for concept in CONCEPTS}
    assert set(GROUP_OF.values()) == set(GROUPS) - {NO_CONCEPT}
    assert GROUP_OF["sentence end"] == GROUP_OF["separator"] == "punctuation and layout"
    assert GROUP_OF["hero"] == "passages and persons"
