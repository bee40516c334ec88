"""The long search in small: some cases of it with every run of the tests."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from plant_models.shifts import MINUTE
from tests.laws.fuzz import edits, live_through
from tests.laws.worlds import worlds


@settings(max_examples=30)
@given(st.data())
def test_whatever_is_asked_of_a_random_plant_nothing_is_lost_or_hangs(data: st.DataObject) -> None:
    world = data.draw(worlds(orders=6))
    told: Counter[str] = Counter()
    live_through(world, data.draw(st.integers(0, 3000)) * MINUTE, data.draw(edits(world)), told)
    assert told["facts"] > 0
