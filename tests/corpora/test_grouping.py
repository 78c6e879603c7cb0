from hypothesis import given
from hypothesis import strategies as st

from featurefate.corpora.grouping import neighbours


@given(st.lists(st.integers(1, 30)), st.integers(1, 40))
def test_groups_keep_the_order_and_are_as_large_as_they_may_be(sizes, most):
    groups = neighbours(sizes, lambda size: size, most)
    assert sum(groups, []) == sizes and all(groups)
    assert all(sum(group) <= most or len(group) == 1 for group in groups)
    for group, following in zip(groups, groups[1:], strict=False):
        assert sum(group) + following[0] > most
