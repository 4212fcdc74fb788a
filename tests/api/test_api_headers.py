"""What the headers of every request and answer have in common: entity tags and cursors."""

from __future__ import annotations

import pytest

from counterpoint.api.cursors import cursor_at, number_of, pair_of, place_of
from counterpoint.api.etags import holds, refuse_outdated, tag_of
from counterpoint.api.problems import Refused


@pytest.mark.parametrize("given", ['W/"7"', '"7"', '"6", W/"7"', "*", ' W/"a,b" ,"7" '])
def test_a_tag_of_the_current_state_holds(given):
    assert holds(given, 7)
    refuse_outdated(given, "7")


@pytest.mark.parametrize("given", ['W/"6"', '"77"', '"a", "b"', '""'])
def test_a_tag_of_another_state_does_not(given):
    assert not holds(given, 7)
    with pytest.raises(Refused, match='it is at W/"7" by now') as refused:
        refuse_outdated(given, 7)
    assert refused.value.name == "precondition-failed"


@pytest.mark.parametrize("given", ["7", "W/7", '"7', '"7" "8"', "", '"7";"8"'])
def test_what_is_no_tag_is_refused(given):
    with pytest.raises(Refused) as refused:
        refuse_outdated(given, 7)
    assert refused.value.name == "invalid-request"
    assert not holds(None, 7)
    assert tag_of(7) == 'W/"7"'


def test_a_cursor_is_taken_by_its_own_list_alone():
    cursor = cursor_at("instances", 12)
    assert (number_of("instances", cursor), number_of("instances", None)) == (12, None)
    assert place_of("definitions", cursor_at("definitions", "a/b:1")) == "a/b:1"
    for wrong in (cursor_at("others", 12), cursor_at("instances", "-1"), cursor_at("instances", ""), "x", "é", "=" * 9):
        with pytest.raises(Refused) as refused:
            number_of("instances", wrong)
        assert refused.value.name == "invalid-request"


def test_a_cursor_of_another_order_is_refused_by_what_it_is():
    cursor = cursor_at("instances/due", "-7,12")
    assert (pair_of("instances/due", cursor), pair_of("instances/due", None)) == ((-7, 12), None)
    for ask, list, other in ((number_of, "instances", cursor), (pair_of, "instances/due", cursor_at("instances", 12))):
        with pytest.raises(Refused, match="in another order"):
            ask(list, other)
    for wrong in ("7", "7,", ",7", "--7,1", "7,-1", "x,1", "1,2,3", f"{10**20},1"):
        with pytest.raises(Refused, match="not one that this list has given"):
            pair_of("instances/due", cursor_at("instances/due", wrong))
