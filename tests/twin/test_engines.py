"""Why the compiled engine does not play is told in short: what is alike is told once, with how often."""

import pytest

from plant_models import InvalidPlant, read
from twin.engines import Chosen, in_short
from twin.policies.rules import fifo
from twin.rehearsal import rehearse
from twin.state import opening

WORN = ["machine 'a' wears out", 'machine "b\'s" wears out', "machine 'b' is maintained", "orders arrive ('x')"]


def test_reasons_that_differ_only_in_names_are_one_with_their_number() -> None:
    assert in_short(WORN, 6) == "machine 'a' wears out (2 such); machine 'b' is maintained; orders arrive ('x')"
    assert in_short(WORN, 1) == "machine 'a' wears out (2 such); and 2 more kinds"


def test_an_engine_that_played_says_at_most_two_kinds_of_reasons() -> None:
    said = "Played on the SimPy engine: machine 'a' wears out (2 such); machine 'b' is maintained; and 1 more kind."
    assert Chosen("simpy", tuple(WORN)).words() == said
    assert Chosen("simpy").words() == "Played on the SimPy engine."


def test_a_plant_with_much_that_is_not_compiled_is_refused_in_a_few_lines() -> None:
    shop = read.scenario("electronics-factory")
    with pytest.raises(InvalidPlant) as refused:
        rehearse(
            shop.plant, opening(shop.plant, shop.orders), fifo, runs=2, until=3_600_000, workers=1, engine="compiled"
        )
    said = str(refused.value)
    assert "orders arrive by themselves ('R') (2 such)" in said
    assert said.endswith("wanted engine simpy or auto")
    assert len(said) < 400
