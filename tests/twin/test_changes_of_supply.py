"""What if deliveries were late, stocks other than booked, machines more reliable, changeovers shorter."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from plant_models.distributions import Constant, Exponential
from plant_models.errors import InvalidPlant
from plant_models.events import Delivered, Event, Reordered, Started
from plant_models.materials import Delay
from plant_models.orders import Order
from plant_models.plant import Changeover, Failure, Material, Plant, Replenishment, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER, HOUR, MINUTE
from tests.twin.test_materials import of, played, using
from twin import Certain, SimulatedFloor, State, changes, opening, run
from twin.changes import ChangeoverTime, FailureTime, LateDelivery, RepairTime, StockChange
from twin.policies.rules import fifo
from twin.refitting import refit

HOURLY = Material(id="clay", replenishment=Replenishment(quantity=2, every=HOUR))


def scenario(plant: Plant, orders: Sequence[Order] = ()) -> Scenario:
    return Scenario(id="s", plant=plant, orders=tuple(orders))


def orders(count: int, pieces: int = 2) -> list[Order]:
    return [Order(id=f"o{number}", product="p", quantity=pieces) for number in range(1, count + 1)]


def test_what_was_held_up_comes_all_at_once_when_the_delay_is_over() -> None:
    """Deliveries at 1 h, 2 h, 3 h, ... of which those at 2 h and 3 h are held up until 3 h 30 min."""
    changed = LateDelivery("clay", 90 * MINUTE, 210 * MINUTE).apply(scenario(using(HOURLY)))
    _, facts = played(changed.plant, orders(4), until=5 * HOUR)
    assert [(minute, lot) for minute, _, lot, *_ in of(Delivered, facts)] == [
        (60, "clay-1"),
        (210, "clay-2"),
        (210, "clay-3"),
        (240, "clay-4"),
        (300, "clay-5"),
    ]
    assert [minute for minute, *_ in of(Started, facts)] == [60, 210, 220, 240]


def test_a_delay_that_ends_when_the_next_delivery_is_due_lets_both_come() -> None:
    plant = LateDelivery("clay", 2 * HOUR, 3 * HOUR).apply(scenario(using(HOURLY))).plant
    _, facts = played(plant, orders(9), until=4 * HOUR)
    assert [minute for minute, *_ in of(Delivered, facts)] == [60, 180, 180, 240]


def test_a_purchase_that_is_due_during_a_delay_comes_at_its_end() -> None:
    """Ordered at 0 with 90 min lead time, which is in the delay; the next is ordered when that has come."""
    low = Material(id="clay", replenishment=Replenishment(quantity=2, reorder_point=1, lead_time=Constant(90 * MINUTE)))
    plant = LateDelivery("clay", HOUR, 4 * HOUR).apply(scenario(using(low))).plant
    _, facts = played(plant, orders(2), until=10 * HOUR)
    assert [minute for minute, *_ in of(Reordered, facts)][:2] == [0, 240]
    assert [minute for minute, *_ in of(Delivered, facts)][:2] == [240, 330]


def test_a_floor_in_the_middle_of_a_delay_forks_exactly() -> None:
    low = Material(
        id="clay", replenishment=Replenishment(quantity=2, reorder_point=1, lead_time=Exponential(90 * MINUTE))
    )
    for material in (low, HOURLY):
        plant = LateDelivery("clay", HOUR, 4 * HOUR).apply(scenario(using(material))).plant
        whole, facts = played(plant, orders(4))
        first, before = played(plant, orders(4), until=2 * HOUR + 30 * MINUTE)
        after: list[Event] = []
        fork = SimulatedFloor(plant, first.state.copy(), Certain(), after.append)
        run(fork, fifo, FOREVER)
        assert before + after == facts
        assert fork.state == whole.state


def test_delays_that_touch_are_one_and_delays_of_what_never_comes_are_refused() -> None:
    twice = changes.apply(
        scenario(using(HOURLY)), [LateDelivery("clay", HOUR, 3 * HOUR), LateDelivery("clay", 2 * HOUR, 5 * HOUR)]
    )
    replenishment = twice.plant.materials["clay"].replenishment
    assert replenishment is not None
    assert replenishment.late == (Delay(HOUR, 5 * HOUR),)
    never = scenario(using(Material(id="clay", stock=4)))
    with pytest.raises(InvalidPlant, match="never comes in; no delivery of it can be late"):
        LateDelivery("clay", HOUR, 2 * HOUR).apply(never)
    with pytest.raises(InvalidPlant, match="no material 'sand'; there are clay"):
        LateDelivery("sand", HOUR, 2 * HOUR).apply(never)
    with pytest.raises(ValueError, match="with time between them"):
        Replenishment(quantity=1, every=HOUR, late=(Delay(0, 5), Delay(5, 9)))


def now(plant: Plant, book: list[Order], at: int) -> tuple[Scenario, State]:
    floor, _ = played(plant, book, until=at)
    return scenario(plant, book), floor.state


def test_a_stock_that_is_counted_is_so_at_the_epoch_and_on_a_floor_that_works() -> None:
    plant = using(Material(id="clay", stock=5))
    assert StockChange("clay", 8).apply(scenario(plant)).plant.materials["clay"].stock == 8
    before, state = now(plant, orders(4), 5 * MINUTE)
    assert state.stocks["clay"].level == 3, "one order of two pieces has begun"
    _, more = changes.live(before, state, [StockChange("clay", 6)])
    assert more.stocks["clay"].level == 6
    assert [(lot.id, lot.quantity) for lot in more.stocks["clay"].lots] == [("clay-0", 3), ("clay, counted", 3)]
    _, less = changes.live(before, state, [StockChange("clay", 1)])
    assert [(lot.id, lot.quantity) for lot in less.stocks["clay"].lots] == [("clay-0", 1)]
    assert state.stocks["clay"].level == 3, "the floor itself is left alone"


def test_a_stock_that_has_no_room_is_refused() -> None:
    with pytest.raises(InvalidPlant, match="a stock of 9 has no room in a capacity of 6"):
        StockChange("clay", 9).apply(scenario(using(Material(id="clay", capacity=6))))


def breaking(*failures: Failure) -> Scenario:
    plant = using(HOURLY)
    (machine,) = plant.machines.values()
    return scenario(replace(plant, machines={machine.id: replace(machine, failures=failures)}))


JAM = Failure(id="jam", time_to_failure=Exponential(10 * HOUR), time_to_repair=Constant(HOUR))
LEAK = Failure(id="leak", time_to_failure=Exponential(50 * HOUR), time_to_repair=Constant(2 * HOUR))


def test_a_machine_breaks_down_less_often_and_is_repaired_faster() -> None:
    one = breaking(JAM)
    (name,) = one.plant.machines
    (failure,) = FailureTime(name, 40 * HOUR).apply(one).plant.machines[name].failures
    assert (failure.time_to_failure.mean, failure.time_to_repair.mean) == (40 * HOUR, HOUR)
    assert isinstance(failure.time_to_failure, Exponential), "how the times spread stays as it is"
    two = breaking(JAM, LEAK)
    jam, leak = RepairTime(name, 30 * MINUTE, "leak").apply(two).plant.machines[name].failures
    assert jam == JAM
    assert leak.time_to_repair.mean == 30 * MINUTE
    with pytest.raises(InvalidPlant, match="which failure is meant; there are jam, leak"):
        RepairTime(name, HOUR).apply(two)
    with pytest.raises(InvalidPlant, match="no failure 'fire'; there are jam"):
        RepairTime(name, HOUR, "fire").apply(one)
    with pytest.raises(InvalidPlant, match="never breaks down"):
        FailureTime(name, HOUR).apply(breaking())
    with pytest.raises(InvalidPlant, match="the mean must be more than zero"):
        FailureTime(name, 0).apply(one)


def test_changeovers_of_one_work_center_are_shortened_and_those_of_another_are_not() -> None:
    plant = using(HOURLY)
    (center,) = plant.work_centers.values()
    table = Changeover(id="colours", times={"red": {"white": 40 * MINUTE}}, default=10 * MINUTE)
    centers = {center.id: replace(center, changeover="colours")}
    centers["other"] = WorkCenter(id="other", buffer=center.buffer, changeover="colours")
    (machine,) = plant.machines.values()
    machines = {machine.id: machine, "spare": replace(machine, id="spare", work_center="other")}
    both = replace(plant, work_centers=centers, machines=machines, changeovers={"colours": table})
    changed = ChangeoverTime(center.id, 0.5).apply(scenario(both)).plant
    own = changed.changeovers[changed.work_centers[center.id].changeover or ""]
    assert (own.times["red"]["white"], own.default) == (20 * MINUTE, 5 * MINUTE)
    assert changed.changeovers[changed.work_centers["other"].changeover or ""] == table
    with pytest.raises(InvalidPlant, match="has no changeovers"):
        ChangeoverTime(center.id, 0.5).apply(scenario(plant))
    with pytest.raises(InvalidPlant, match="zero or more"):
        ChangeoverTime(center.id, -1.0).apply(scenario(both))


@pytest.mark.parametrize(
    "change",
    [
        LateDelivery("clay", HOUR, 3 * HOUR),
        StockChange("clay", 4),
        FailureTime("m1", 5 * HOUR),
        RepairTime("m1", HOUR, "jam"),
        ChangeoverTime("mill", 0.5),
    ],
)
def test_an_edit_is_written_down_and_read_back(change: changes.Change) -> None:
    assert changes.read([changes.to_dict(change)]) == (change,)
    assert change.words()


def test_a_state_that_moves_into_a_plant_with_a_delay_goes_on_waiting() -> None:
    """From the middle: what came before the delay was asked about does not come again."""
    before, state = now(using(HOURLY), orders(9), 150 * MINUTE)
    changed = LateDelivery("clay", 30 * MINUTE, 250 * MINUTE).apply(before)
    there = refit(changed.plant, state, before.orders, before=before.plant)
    facts: list[Event] = []
    run(SimulatedFloor(changed.plant, there, Certain(), facts.append), fifo, 300 * MINUTE)
    assert [minute for minute, *_ in of(Delivered, facts)] == [250, 250, 300]
    assert opening(changed.plant).stocks["clay"].level == 0
