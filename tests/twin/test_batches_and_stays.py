"""Machines that work on several orders at once, buffers in which orders must or must not stay, and deadlocks."""

from dataclasses import replace
from math import inf

import pytest

from plant_models.batch import Batch
from plant_models.errors import InvalidPlant
from plant_models.events import Event, Finished, SetupStarted, Spoiled, Started
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Changeover, Machine, Plant, WorkCenter
from plant_models.shifts import FOREVER, MINUTE
from tests.twin.shops import line, minutes
from twin.chance import Certain
from twin.deadlock import deadlock_of
from twin.engine.bench import Calendar, Slot
from twin.floor import run
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import opening
from twin.tally import Tally
from twin.trials import horizon, play


def played(plant: Plant, orders: list[Order], until: int = FOREVER) -> tuple[SimulatedFloor, list[Event]]:
    facts: list[Event] = []
    floor = SimulatedFloor(plant, opening(plant, orders), Certain(), facts.append)
    run(floor, fifo, until)
    return floor, facts


def started(facts: list[Event], machine: str) -> list[tuple[int, tuple[str, ...]]]:
    """When a machine began with which orders, in minutes."""
    return [
        (fact.time // MINUTE, tuple(sorted((fact.order, *fact.mates))))
        for fact in facts
        if isinstance(fact, Started) and fact.machine == machine
    ]


def oven(batch: Batch, plant: Plant | None = None) -> Plant:
    plant = plant or line(*minutes(10))
    return replace(plant, machines={**plant.machines, "m0": replace(plant.machines["m0"], batch=batch)})


def at(*releases: int, quantity: int = 1) -> list[Order]:
    return [Order(id=f"o{n}", product="p", release=time * MINUTE, quantity=quantity) for n, time in enumerate(releases)]


def test_a_batch_takes_who_waits_up_to_its_most() -> None:
    _, facts = played(oven(Batch(most=3)), at(0, 1, 2, 3, 4))
    assert started(facts, "m0") == [(0, ("o0",)), (10, ("o1", "o2", "o3")), (20, ("o4",))]
    assert [f.time // MINUTE for f in facts if isinstance(f, Finished)] == [10, 20, 20, 20, 30]


def test_a_batch_waits_for_its_least_and_no_longer_than_the_first_may_wait() -> None:
    _, facts = played(oven(Batch(most=3, least=2, longest_wait=4 * MINUTE)), at(0, 1, 30))
    assert started(facts, "m0") == [(1, ("o0", "o1")), (34, ("o2",))]


def test_orders_that_are_too_few_for_a_batch_are_left_and_the_floor_says_so() -> None:
    floor, facts = played(oven(Batch(most=2, least=2)), at(0, 0, 0))
    assert started(facts, "m0") == [(0, ("o0", "o1"))]
    assert floor.state.unfinished == 1
    assert floor.deadlock is None


def test_a_batch_counts_pieces_where_it_is_told_to() -> None:
    _, facts = played(oven(Batch(most=5, counts="pieces")), at(0, 0, 0, quantity=2))
    assert started(facts, "m0") == [(0, ("o0", "o1")), (10, ("o2",))]


def test_only_one_family_goes_into_a_batch_and_it_takes_the_time_of_the_longest() -> None:
    plant = line(*minutes(10))
    slow = Operation(id="s0", machines={"m0": minutes(15)[0]})
    plant = replace(
        plant,
        routings={**plant.routings, "slow": Routing(id="slow", operations=(slow,))},
        products={
            "p": Product(id="p", routing="r", family="red"),
            "q": Product(id="q", routing="slow", family="red"),
            "g": Product(id="g", routing="r", family="green"),
        },
        buffers={"b0": Buffer(id="b0")},
    )
    orders = [Order(id=f"o{n}", product=product) for n, product in enumerate("pgqp")]
    _, facts = played(oven(Batch(most=4), plant), orders)
    assert started(facts, "m0") == [(0, ("o0", "o2", "o3")), (15, ("o1",))]


def test_a_batch_that_cannot_get_rid_of_its_orders_keeps_its_machine() -> None:
    plant = oven(Batch(most=2), line(*minutes(10, 8), room=1))
    _, facts = played(plant, at(0, 0, 0, 0))
    assert started(facts, "m0") == [(0, ("o0", "o1")), (10, ("o2", "o3"))]
    first, second = line(*minutes(10, 8), room=0), at(0, 0, 0, 0)
    _, facts = played(oven(Batch(most=2), first), second)
    assert started(facts, "m1")[:2] == [(10, ("o1",)), (18, ("o0",))]
    assert started(facts, "m0") == [(0, ("o0", "o1")), (18, ("o2", "o3"))]


def test_time_for_a_piece_on_a_batch_machine_is_refused() -> None:
    plant = line(*minutes(10))
    steps = (replace(plant.routings["r"].operations[0], per="unit"),)
    with pytest.raises(InvalidPlant, match="works in batches; its time must be for the batch"):
        replace(oven(Batch(most=2)), routings={"r": Routing(id="r", operations=steps)})


def with_stay(**stay: int) -> Plant:
    plant = line(*minutes(10, 10))
    return replace(plant, buffers={**plant.buffers, "b1": Buffer(id="b1", discipline="fifo", **stay)})


def test_orders_cure_before_anybody_takes_them() -> None:
    _, facts = played(with_stay(min_stay=25 * MINUTE), at(0, 0))
    assert started(facts, "m1") == [(35, ("o0",)), (45, ("o1",))]


def test_orders_spoil_when_nobody_takes_them_in_time() -> None:
    plant = with_stay(max_stay=15 * MINUTE)
    slow = replace(plant.routings["r"].operations[1], machines={"m1": minutes(40)[0]})
    plant = replace(plant, routings={"r": Routing(id="r", operations=(plant.routings["r"].operations[0], slow))})
    state = opening(plant, at(0, 0, 0, quantity=3))
    tally = Tally(plant, state)
    facts: list[Event] = []

    def see(fact: Event) -> None:
        facts.append(fact)
        tally.see(fact)

    floor = SimulatedFloor(plant, state, Certain(), see)
    run(floor, fifo, FOREVER)
    tally.close(floor.state.now)
    spoiled = [(f.time // MINUTE, f.order, f.pieces) for f in facts if isinstance(f, Spoiled)]
    assert spoiled == [(35, "o1", 3), (45, "o2", 3)]
    assert floor.state.unfinished == 0
    assert tally.figures()["scrap_pieces"] == 6
    assert tally.figures()["good_pieces"] == 3


def crossing() -> Plant:
    """Two machines with one place each before them, and orders that go both ways."""
    plant = line(*minutes(10, 10), room=1)
    there, back = plant.routings["r"].operations
    return replace(
        plant,
        buffers={name: Buffer(id=name, capacity=1, discipline="fifo") for name in plant.buffers},
        routings={
            "r": Routing(id="r", operations=(there, back)),
            "l": Routing(id="l", operations=(replace(back, id="first"), replace(there, id="second"))),
        },
        products={"p": Product(id="p", routing="r"), "q": Product(id="q", routing="l")},
    )


def test_a_deadlock_ends_the_run_and_says_who_waits_for_whom() -> None:
    orders = [Order(id=f"{way}{n}", product=way) for n in range(4) for way in "pq"]
    floor, facts = played(crossing(), orders)
    found = floor.deadlock
    assert found is not None
    assert found.machines == ("m0", "m1")
    assert found.time == facts[-1].time == 10 * MINUTE
    assert found.words() == (
        "deadlock: m0 keeps p0, which waits for room in b1, for m1; m1 keeps q0, which waits for room in b0, for m0"
    )
    assert floor.advance(FOREVER) is None
    assert floor.fork().advance(FOREVER) is None
    tally = Tally(floor.plant, floor.state)
    tally.close(floor.state.now)
    assert tally.figures()["deadlocks"] == 1


def test_a_floor_on_which_somebody_can_still_go_on_is_no_deadlock() -> None:
    floor, _ = played(crossing(), [Order(id=f"p{n}", product="p") for n in range(5)])
    assert floor.state.unfinished == 0
    assert deadlock_of(floor.plant, floor.state) is None


def test_a_batch_that_needs_a_setup_is_on_the_machine_from_its_beginning() -> None:
    plant = oven(Batch(most=2))
    plant = replace(
        plant,
        work_centers={"c0": replace(plant.work_centers["c0"], changeover="colours")},
        changeovers={"colours": Changeover(id="colours", default=5 * MINUTE)},
        machines={"m0": replace(plant.machines["m0"], set_up_for="other")},
    )
    floor, facts = played(plant, at(0, 0), until=MINUTE)
    assert facts[-1] == SetupStarted(0, "m0", "o0", ("o1",))
    assert [floor.state.orders[name].where for name in ("o0", "o1")] == ["m0", "m0"]
    run(floor, fifo, FOREVER)
    assert [f.time // MINUTE for f in facts if isinstance(f, Finished)] == [15, 15]


def test_a_batch_waits_from_when_its_first_order_could_be_taken() -> None:
    plant = oven(Batch(most=4, least=2, longest_wait=45 * MINUTE))
    plant = replace(plant, buffers={"b0": Buffer(id="b0", min_stay=120 * MINUTE)})
    _, facts = played(plant, at(0, 20, 200))
    assert started(facts, "m0") == [(140, ("o0", "o1")), (200 + 120 + 45, ("o2",))]


def test_a_run_is_not_given_up_while_orders_cure_and_batches_wait() -> None:
    plant = with_stay(min_stay=90 * 24 * 60 * MINUTE)
    assert horizon(plant, opening(plant, at(0))) > 90 * 24 * 60 * MINUTE
    waiting = oven(Batch(most=2, least=2, longest_wait=90 * 24 * 60 * MINUTE))
    assert horizon(waiting, opening(waiting, at(0))) > 90 * 24 * 60 * MINUTE
    tally = play(waiting, opening(waiting, at(0)), fifo, Certain())
    assert tally.state.unfinished == 0


def test_a_machine_that_blocks_before_service_starts_when_the_place_behind_it_falls_free() -> None:
    """One minute upstream, three downstream and no buffer between: upstream begins whenever downstream is done."""
    plant = line(*minutes(1, 3), room=0)
    centers = {**plant.work_centers, "c0": replace(plant.work_centers["c0"], blocking="before_service")}
    floor, facts = played(replace(plant, work_centers=centers), at(0, 0, 0))
    assert started(facts, "m0") == [(0, ("o0",)), (4, ("o1",)), (8, ("o2",))]
    assert floor.state.unfinished == 0


def test_a_machine_that_blocks_before_service_starts_when_an_order_at_the_door_is_turned_away() -> None:
    """Both steps wait in one place: the second order at its door is in the way of the first until it goes elsewhere."""
    plant = line(*minutes(1), room=1)
    (routing,) = plant.routings.values()
    twice = replace(routing, operations=(*routing.operations, replace(routing.operations[0], id="again")))
    plant = replace(
        plant,
        routings={routing.id: twice},
        work_centers={"c0": replace(plant.work_centers["c0"], blocking="before_service")},
        buffers={name: replace(buffer, capacity=1, when_full="turn_away") for name, buffer in plant.buffers.items()},
    )
    floor, facts = played(plant, at(0, 0))
    assert started(facts, "m0") == [(0, ("o0",)), (1, ("o0",))]
    assert floor.state.orders["o1"].stage == "turned_away"


def test_a_machine_may_be_called_as_a_buffer_in_which_orders_stay() -> None:
    """The order that m0 keeps is taken at once: it is on the machine m0, and not in the buffer m0."""
    work = minutes(1)[0]
    routing = Routing(
        id="r",
        operations=(
            Operation(id="a", machines={"m0": work}),
            Operation(id="b", machines={"m1": work}),
            Operation(id="c", machines={"m1": work}, buffer="m0"),
        ),
    )
    plant = Plant(
        id="names",
        work_centers={name: WorkCenter(id=name, buffer=f"before-{name}") for name in ("c0", "c1")},
        machines={f"m{n}": Machine(id=f"m{n}", work_center=f"c{n}") for n in range(2)},
        buffers={
            "before-c0": Buffer(id="before-c0"),
            "before-c1": Buffer(id="before-c1", capacity=0),
            "m0": Buffer(id="m0", min_stay=10 * MINUTE),
        },
        routings={"r": routing},
        products={"p": Product(id="p", routing="r")},
    )
    _, facts = played(plant, at(0))
    assert started(facts, "m1") == [(1, ("o0",)), (12, ("o0",))]


def test_what_was_set_anew_in_the_calendar_is_no_instant() -> None:
    calendar, fired = Calendar(), []
    slot, other = Slot(calendar, fired.append), Slot(calendar, fired.append)
    slot.set(5, 0)
    slot.set(9, 0)
    other.set(20, 0)
    assert calendar.peek() == 9
    calendar.play_instant()
    assert (fired, calendar.peek()) == ([9], 20)
    other.set(None, 0)
    assert calendar.peek() == inf
