"""Plans for machines that work on several orders at once: made, checked, and followed batch by batch."""

from dataclasses import replace

import msgspec
import pytest

from plant_models.batch import Batch
from plant_models.errors import Infeasible
from plant_models.events import Event, PassedOver, Started
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plan import Plan, Slot
from plant_models.plant import Buffer, Plant
from plant_models.shifts import FOREVER, MINUTE
from scheduler.inspection import faults
from scheduler.replay import plan_of_rule
from scheduler.solve import plan
from tests.twin.shops import line, minutes
from twin.chance import Certain
from twin.decisions import Decision, Start
from twin.floor import run
from twin.policies.follow import FollowPlan
from twin.simulated import SimulatedFloor
from twin.state import State, opening


def oven(batch: Batch, *, room: int | None = None) -> Plant:
    """An oven that bakes for an hour, behind a press that takes 10 minutes for each order."""
    plant = line(*minutes(10, 60))
    buffers = {name: Buffer(id=name, capacity=room if name == "b1" else None) for name in plant.buffers}
    return replace(
        plant, buffers=buffers, machines={**plant.machines, "m1": replace(plant.machines["m1"], batch=batch)}
    )


def book(count: int, **terms: int) -> list[Order]:
    return [Order(id=f"o{n}", product="p", **terms) for n in range(count)]


def baked(made: Plan) -> list[tuple[int, tuple[str, ...]]]:
    """When the oven begins with which orders, in minutes."""
    return [(turn[0].start // MINUTE, tuple(slot.order for slot in turn)) for turn in made.turns()["m1"]]


def test_the_solver_waits_until_the_oven_is_full_where_that_is_better() -> None:
    plant, orders = oven(Batch(most=2)), book(4)
    state = opening(plant, orders)
    assert baked(plan_of_rule(plant, state, "fifo")) == [(10, ("o0",)), (70, ("o1", "o2")), (130, ("o3",))]
    result = plan(plant, state, objective="makespan", seconds=5)
    assert [len(turn) for _, turn in baked(result.plan)] == [2, 2]
    assert (result.status, result.objective) == ("optimal", 140 * MINUTE)
    assert faults(plant, state, result.plan) == []
    assert result.left_out == ()


def shifted(made: Plan, order: str, by: int) -> Plan:
    slots = [
        slot
        if (slot.order, slot.step) != (order, 1)
        else msgspec.structs.replace(slot, setup_start=slot.setup_start + by, start=slot.start + by, end=slot.end + by)
        for slot in made.slots
    ]
    return Plan(slots=tuple(slots))


def test_only_what_begins_and_ends_together_and_fits_may_be_at_once() -> None:
    plant, orders = oven(Batch(most=3, least=2)), book(4)
    state = opening(plant, orders)
    good = plan(plant, state, objective="makespan", seconds=2).plan
    assert [len(turn) for _, turn in baked(good)] == [2, 2]
    assert faults(plant, state, good) == []
    (first, two), (_, others) = baked(good)
    assert any("begins 59 min before order" in said for said in faults(plant, state, shifted(good, two[1], MINUTE)))
    assert any("wants 2 at least" in said for said in faults(plant, state, shifted(good, two[1], 300 * MINUTE)))
    start = next(slot.start for slot in good.slots if slot.order == others[0] and slot.step == 1)
    full = good
    for name in two:
        full = shifted(full, name, start - first * MINUTE)
    assert any("has 4 orders; the machine takes 3 at most" in said for said in faults(plant, state, full))
    alone = replace(plant, machines={**plant.machines, "m1": replace(plant.machines["m1"], batch=None)})
    assert any("the machine works on one order at a time" in said for said in faults(alone, state, good))


def test_a_batch_of_two_families_is_a_fault() -> None:
    plant = oven(Batch(most=2))
    ways = {"p": Product(id="p", routing="r", family="red"), "q": Product(id="q", routing="r", family="green")}
    plant = replace(plant, products=ways)
    orders = [Order(id="o0", product="p"), Order(id="o1", product="q")]
    state = opening(plant, orders)
    made = plan_of_rule(plant, state, "fifo")
    late = next(slot for slot in made.slots if slot.order == "o0" and slot.step == 1)
    both = shifted(made, "o0", 60 * MINUTE)
    assert faults(plant, state, made) == [] and late.start == 10 * MINUTE
    assert any("is not of one family" in said for said in faults(plant, state, both))


def started(plant: Plant, state: State, made: Plan) -> tuple[list[tuple[int, tuple[str, ...]]], list[Event]]:
    facts: list[Event] = []
    floor = SimulatedFloor(plant, state, Certain(), facts.append)
    run(floor, FollowPlan(made), FOREVER)
    found = [f for f in facts if isinstance(f, Started) and f.machine == "m1"]
    return [(f.time // MINUTE, tuple(sorted((f.order, *f.mates)))) for f in found], facts


def test_who_follows_a_plan_forms_its_batches_and_takes_nobody_along() -> None:
    plant, orders = oven(Batch(most=4)), book(4)
    state = opening(plant, orders)
    made = plan(plant, state, objective="makespan", seconds=2).plan
    assert started(plant, state.copy(), made)[0] == [(t, tuple(sorted(who))) for t, who in baked(made)]
    one_by_one = plan_of_rule(oven(Batch(most=1)), state, "fifo")
    assert started(plant, state.copy(), one_by_one)[0] == [(10, ("o0",)), (70, ("o1",)), (130, ("o2",)), (190, ("o3",))]


def test_a_batch_waits_for_a_late_order_up_to_a_point_and_goes_without_it() -> None:
    plant = oven(Batch(most=3))
    made = Plan(
        slots=tuple(
            Slot(machine=m, order=f"o{n}", step=s, setup_start=t * MINUTE, start=t * MINUTE, end=e * MINUTE)
            for n in range(3)
            for m, s, t, e in (("m0", 0, 10 * n, 10 * n + 10), ("m1", 1, 30, 90))
        )
    )
    late = [*book(2), Order(id="o2", product="p", release=50 * MINUTE)]
    assert started(plant, opening(plant, late), made)[0] == [(60, ("o0", "o1", "o2"))]
    later = [*book(2), Order(id="o2", product="p", release=51 * MINUTE)]
    begun, facts = started(plant, opening(plant, later), made)
    assert begun == [(60, ("o0", "o1")), (120, ("o2",))]
    assert [f for f in facts if isinstance(f, PassedOver)] == [PassedOver(60 * MINUTE, "m1", "o2", 1)]


def test_what_is_left_of_a_batch_is_filled_up_with_the_next_of_the_sequence() -> None:
    plant = oven(Batch(most=2, least=2))
    made = plan(plant, opening(plant, book(4)), objective="makespan", seconds=2).plan
    (_, first), _ = baked(made)
    late = [replace(order, release=400 * MINUTE) if order.id == first[0] else order for order in book(4)]
    begun, _ = started(plant, opening(plant, late), made)
    assert [len(who) for _, who in begun] == [2, 2]
    assert first[0] not in begun[0][1] and first[1] in begun[0][1]


def asked(plant: Plant, orders: list[Order]) -> tuple[SimulatedFloor, Decision]:
    floor = SimulatedFloor(plant, opening(plant, orders), Certain())
    decision = floor.advance()
    assert decision is not None
    return floor, decision


@pytest.mark.parametrize(
    ("mates", "said"),
    [
        (("o9",), "'o9' cannot go with 'o0' now; those that can: o1, o2, o3"),
        (("o0",), "'o0' cannot go with 'o0' now"),
        (("o1", "o1"), "names an order twice"),
        (("o1", "o2", "o3"), "takes 3 orders at most, not 4"),
        ((), "does not start with fewer than 2 orders, not 1"),
    ],
)
def test_a_batch_that_no_machine_takes_is_refused(mates: tuple[str, ...], said: str) -> None:
    plant = line(*minutes(10))
    plant = replace(
        plant,
        buffers={"b0": Buffer(id="b0")},
        machines={"m0": replace(plant.machines["m0"], batch=Batch(most=3, least=2))},
    )
    floor, decision = asked(plant, book(4))
    with pytest.raises(ValueError, match=said):
        floor.start(decision, Start("o0", mates=mates))
    floor.start(decision, Start("o0", mates=("o2",)))
    assert floor.state.machines["m0"].order == "o0" and floor.state.machines["m0"].mates == ["o2"]


def test_mates_on_a_machine_that_works_on_one_order_are_refused() -> None:
    plant = replace(line(*minutes(10)), buffers={"b0": Buffer(id="b0")})
    floor, decision = asked(plant, book(2))
    with pytest.raises(ValueError, match="works on one order at a time, not on o0, o1"):
        floor.start(decision, Start("o0", mates=("o1",)))


def test_orders_that_are_too_few_for_a_batch_are_named() -> None:
    plant = oven(Batch(most=2, least=2))
    with pytest.raises(Infeasible, match=r"o2 \(step 1, s1\) waits in vain: too few orders for a batch on m1"):
        plan(plant, opening(plant, book(3)), seconds=1)
    with pytest.raises(Infeasible, match="by 'edd' orders never leave: o2"):
        plan_of_rule(plant, opening(plant, book(3)), "edd")


def test_orders_that_cure_are_planned_with_their_stay_to_the_millisecond() -> None:
    plant = line(*minutes(10, 20))
    plant = replace(plant, buffers={"b0": Buffer(id="b0"), "b1": Buffer(id="b1", min_stay=33 * MINUTE)})
    state = opening(plant, book(3))
    result = plan(plant, state, objective="makespan", seconds=3)
    assert (result.status, result.objective) == ("optimal", (10 + 33 + 3 * 20) * MINUTE)
    assert result.left_out == ()


def test_orders_that_spoil_by_every_plan_are_named_and_what_was_left_out_is_said() -> None:
    plant = line(*minutes(10, 40))
    plant = replace(plant, buffers={"b0": Buffer(id="b0"), "b1": Buffer(id="b1", max_stay=25 * MINUTE)})
    state = opening(plant, book(3, due=30 * MINUTE))
    result = plan(plant, state, seconds=1)
    assert faults(plant, state, result.plan) == []
    assert any("spoil or are turned away by this plan: " in remark for remark in result.remarks)
    assert result.left_out == ("spoiling in b1",)
    forgotten = Plan(slots=result.plan.slots[:-1])
    assert any("is missing" in said for said in faults(plant, state, forgotten))


def test_orders_that_are_sent_back_for_ever_are_named() -> None:
    plant = line(*minutes(10, 20))
    first, second = plant.routings["r"].operations
    back = Operation(id="test", machines=second.machines, next={"s0": 0.7})
    plant = replace(plant, routings={"r": Routing(id="r", operations=(first, back))})
    with pytest.raises(Infeasible, match="o0 are sent back again and again"):
        plan_of_rule(plant, opening(plant, book(1)), "fifo")
