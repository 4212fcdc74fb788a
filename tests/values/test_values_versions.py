"""Versions and ranges: which are which, in what order, and what a range takes. Laws, and examples of npm's notation."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.values.versions import (
    LATEST,
    RANGE_CHARS_MAX,
    allows,
    choose,
    is_prerelease,
    is_version,
    is_wanted,
    precedence,
)

ORDERED = [
    "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
    "1.0.0", "1.2.0", "1.2.9", "1.10.0", "2.0.0-rc.1", "2.0.0", "2.1.0-rc.1",
]  # fmt: skip
"""Section 11 of Semantic Versioning 2.0.0, and some more."""

small = st.integers(0, 3)
releases = st.builds("{}.{}.{}".format, small, small, small)
labels = st.sampled_from(["alpha", "alpha.1", "rc.1", "rc.2", "0"])
prereleases = st.builds("{}-{}".format, releases, labels)
versions = releases | prereleases
published = st.lists(versions, unique=True, max_size=12)
partials = st.one_of(
    small.map(str), st.builds("{}.{}".format, small, small), st.builds("{}.x".format, small), versions, st.just("*")
)
comparators = st.builds("{}{}".format, st.sampled_from(["", "^", "~", ">=", "<=", ">", "<", "="]), partials)
ranges = st.one_of(
    comparators,
    st.builds("{} {}".format, comparators, comparators),
    st.builds("{} || {}".format, comparators, comparators),
    st.builds("{} - {}".format, partials, partials),
)


def test_versions_have_the_precedence_of_semantic_versioning():
    assert sorted(ORDERED[7:] + ORDERED[:7], key=precedence) == ORDERED


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (None, "2.0.0"), (LATEST, "2.0.0"), ("*", "2.0.0"), ("1.x", "1.10.0"), ("1", "1.10.0"), ("^1.2", "1.10.0"),
        ("~1.2", "1.2.9"), ("~1.2.3", "1.2.9"), (">=1.0 <2", "1.10.0"), ("<2", "1.10.0"), ("1.2 - 1.3", "1.2.9"),
        ("1.2.0 || 3", "1.2.0"), ("^1.0.0-beta", "1.10.0"), ("1.0.0-beta.2", "1.0.0-beta.2"), ("~1.0.0-beta", "1.0.0"),
        (">=2.1.0-rc.0", "2.1.0-rc.1"), ("<=1.0.0-beta.3 >1.0.0-alpha", "1.0.0-beta.2"), ("3", None), ("1.3.0", None),
        ("^0.1", None),
    ],
)  # fmt: skip
def test_a_range_means_what_npm_takes_it_to_mean(wanted, chosen):
    assert choose(ORDERED, wanted) == chosen


@pytest.mark.parametrize(
    "text", ["", " ", "^", "^^1", "one", "1..2", "1.2.3.4", "^1.2.3.4", "1" * 101, "¹", "1.2.x-a b"]
)
def test_what_is_no_range_is_refused_and_told_what_would_be_one(text):
    assert not is_wanted(text)
    with pytest.raises(ValueError, match=r"write for example 1\.2\.3, \^1\.2"):
        allows(text, "1.0.0")


def test_a_long_range_is_refused_before_it_is_read():
    assert is_wanted("1 || 2".ljust(RANGE_CHARS_MAX))
    assert not is_wanted("1 || 2".ljust(RANGE_CHARS_MAX + 1))


@pytest.mark.parametrize(
    "text", ["1.0", "v1.0.0", "01.0.0", "1.0.0-01", "1.0.0-", "1.0.0+", "=1.0.0", "1.0.0 ", "latest"]
)
def test_what_is_not_one_whole_version(text):
    assert not is_version(text)


@given(published, ranges)
def test_a_range_never_chooses_what_it_excludes(offered, wanted):
    chosen = choose(offered, wanted)
    assert chosen is None or (chosen in offered and allows(wanted, chosen))


@given(published, ranges)
def test_nothing_that_a_range_takes_is_higher_than_what_it_chooses(offered, wanted):
    taken = [each for each in offered if allows(wanted, each)]
    chosen = choose(offered, wanted)
    assert (chosen is None) == (not taken)
    assert all(precedence(each) <= precedence(chosen) for each in taken)


@given(published, versions)
def test_a_whole_version_chooses_itself_or_nothing(offered, wanted):
    assert choose(offered, wanted) == (wanted if wanted in offered else None)


@given(ranges, prereleases)
def test_a_prerelease_is_taken_only_where_its_own_release_is_named_with_one(wanted, version):
    core = version.partition("-")[0]
    if allows(wanted, version):
        assert f"{core}-" in wanted


@given(published)
def test_latest_is_a_release_wherever_there_is_one(offered):
    chosen = choose(offered, LATEST)
    assert (chosen is None) == (not offered)
    if any(not is_prerelease(each) for each in offered):
        assert not is_prerelease(chosen)


@given(releases, releases)
def test_a_caret_stays_below_the_next_version_that_may_break(low, version):
    major, minor, patch = map(int, low.split("."))
    limit = (major + 1, 0, 0) if major else (0, minor + 1, 0) if minor else (0, 0, patch + 1)
    assert allows(f"^{low}", version) == (precedence(low) <= precedence(version) < (limit, True, ()))


@given(releases, releases)
def test_a_tilde_stays_within_the_minor_version(low, version):
    major, minor, _ = map(int, low.split("."))
    assert allows(f"~{low}", version) == (precedence(low) <= precedence(version) < ((major, minor + 1, 0), True, ()))


@given(releases, releases, releases)
def test_bounds_are_those_of_the_order_of_versions(low, high, version):
    assert allows(f">={low} <{high}", version) == (precedence(low) <= precedence(version) < precedence(high))


@given(st.lists(versions, min_size=2, unique=True))
def test_precedence_orders_all_versions(offered):
    ordered = sorted(offered, key=precedence)
    assert all(precedence(low) <= precedence(high) for low, high in pairwise(ordered))
    assert all(is_prerelease(each) == ("-" in each) and is_version(each) for each in offered)
