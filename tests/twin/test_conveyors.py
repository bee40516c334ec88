"""Conveyors: how long orders travel, how far apart, who waits where, and what stands still."""

from collections.abc import Sequence

import pytest

from plant_models.documents import parsed
from plant_models.errors import InvalidPlant
from plant_models.events import Arrived, Entered, Event, Started
from plant_models.read import described
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER
from twin.chance import Certain
from twin.floor import run
from twin.lateness import order_times
from twin.policies.rules import RULES
from twin.simulated import SimulatedFloor
from twin.state import State, opening

LINE = """
scenario: belt
work_centers:
  print: {machines: [printer]}
  place:
    machines: [placer]
    buffer: {conveyor: {length: 6 m, speed: 6 m/min, spacing: 1 m}}
products:
  board: {routing: [{print: 5 s}, {place: 30 s}]}
orders:
- {order: b, product: board, repeat: 4, every: 0 s}
"""
"""60 s from end to end, 10 s between boards, room for six."""


def line(text: str = LINE) -> Scenario:
    return described(parsed(text, "line.yaml", is_json=False))


def played(scenario: Scenario, until: int = FOREVER) -> tuple[State, list[Event]]:
    facts: list[Event] = []
    floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Certain(), facts.append)
    run(floor, RULES["fifo"], until)
    return floor.state, facts


def seconds(facts: Sequence[Event], kind: type) -> list[int]:
    return [
        fact.time // 1000 for fact in facts if isinstance(fact, kind) and getattr(fact, "buffer", "place") == "place"
    ]


def test_orders_get_on_one_spacing_apart_and_the_machine_waits_with_the_next() -> None:
    _, facts = played(line())
    assert seconds(facts, Entered) == [5, 15, 25, 35]
    assert [f.time // 1000 for f in facts if isinstance(f, Started) and f.machine == "printer"] == [0, 5, 15, 25]


def test_on_an_accumulating_conveyor_orders_close_up_behind_one_that_waits() -> None:
    _, facts = played(line())
    assert seconds(facts, Arrived) == [65, 75, 105, 135]
    assert [f.time // 1000 for f in facts if isinstance(f, Started) and f.machine == "placer"] == [65, 95, 125, 155]


def test_a_belt_that_does_not_accumulate_stands_while_nobody_takes_what_is_at_its_end() -> None:
    _, facts = played(line(LINE.replace("spacing: 1 m", "spacing: 1 m, accumulating: false")))
    # board 2 gets to the end 10 s of belt after board 1, at 75, and waits until 95; the belt stands for those 20 s
    assert seconds(facts, Arrived) == [65, 75, 105, 135]
    text = LINE.replace("spacing: 1 m", "spacing: 1 m, accumulating: false").replace("{print: 5 s}", "{print: 25 s}")
    _, facts = played(line(text.replace("{place: 30 s}", "{place: 60 s}")))
    assert seconds(facts, Entered) == [25, 50, 75, 100]
    assert seconds(facts, Arrived) == [85, 110, 170, 230]  # stands 110 to 145 and 170 to 205


def test_a_conveyor_has_as_much_room_as_spacings_and_blocks_when_it_is_full() -> None:
    text = LINE.replace("repeat: 4", "repeat: 9").replace("{place: 30 s}", "{place: 300 s}")
    state, facts = played(line(text), until=200_000)
    assert len(state.buffers["place"]) == line().plant.buffers["place"].capacity == 6
    assert state.machines["printer"].phase == "done"
    _, facts = played(line(text))
    entered = seconds(facts, Entered)
    assert entered[:7] == [5, 15, 25, 35, 45, 55, 65]
    assert entered[7] == 365  # when the second board has left the full conveyor


def test_a_line_makes_one_order_in_the_time_of_its_slowest_machine() -> None:
    _, facts = played(line(LINE.replace("repeat: 4", "repeat: 40")))
    starts = [f.time // 1000 for f in facts if isinstance(f, Started) and f.machine == "placer"]
    assert starts == [65 + 30 * n for n in range(40)]


def test_time_on_a_conveyor_is_transport() -> None:
    scenario = line()
    _, facts = played(scenario)
    times = order_times(scenario.plant, opening(scenario.plant, scenario.orders), facts)
    assert times["b-1"].parts["transport"] == 60_000


@pytest.mark.parametrize("accumulating", ["true", "false"])
def test_a_fork_in_the_middle_of_a_belt_goes_on_as_its_original(accumulating: str) -> None:
    scenario = line(LINE.replace("spacing: 1 m", f"spacing: 1 m, accumulating: {accumulating}"))
    for cut in range(0, 200_000, 7_000):
        facts: list[Event] = []
        floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Certain(), facts.append)
        run(floor, RULES["fifo"], cut)
        forked = facts.copy()
        fork = floor.fork(record=forked.append)
        run(floor, RULES["fifo"], FOREVER)
        run(fork, RULES["fifo"], FOREVER)
        assert forked == facts and fork.state == floor.state


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("discipline: lifo", "wanted discipline: fifo"),
        ("min_stay: 1 min", "a conveyor has no shortest or longest stay"),
        ("capacity: 7", "has room for 6 orders; wanted a capacity of 1 to 6, or none"),
    ],
)
def test_what_a_conveyor_cannot_be_is_refused(more: str, told: str) -> None:
    with pytest.raises(InvalidPlant, match=told):
        line(LINE.replace("buffer: {", f"buffer: {{{more}, "))
    with pytest.raises(InvalidPlant, match="leaves no room on 6 m"):
        line(LINE.replace("spacing: 1 m", "spacing: 7 m"))
