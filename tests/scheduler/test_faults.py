"""Each thing that can be wrong with a plan has a sentence of its own."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from plant_models.orders import Order, Product, Routing
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import HOUR, MINUTE, Shifts
from scheduler.inspection import faults
from scheduler.replay import plan_of_rule
from tests.scheduler.test_infeasible import closing
from tests.scheduler.test_repair import two_lathes
from twin.state import State, opening

PLANT, ORDERS = two_lathes()
STATE = opening(PLANT, ORDERS)
GOOD = plan_of_rule(PLANT, STATE, "fifo")


def changed(slot: Slot, **changes: object) -> Plan:
    """The good plan with one slot changed."""
    others = tuple(s for s in GOOD.slots if s is not slot)
    return Plan(slots=(*others, msgspec.structs.replace(slot, **changes)))


def the(order: str, step: int) -> Slot:
    return next(slot for slot in GOOD.slots if (slot.order, slot.step) == (order, step))


BLUE = the("o1", 1)


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (changed(the("o0", 0), order="o99"), "no order 'o99'; there are o0, o1"),
        (changed(the("o0", 0), machine="saw"), "no machine 'saw'; there are lathe-1, lathe-2, mill"),
        (changed(the("o0", 0), step=7), "order 'o0' has no step 7; its steps are 0 to 1"),
        (changed(the("o0", 0), machine="mill"), "the machine cannot do it; those that can are lathe-1, lathe-2"),
        (Plan(slots=GOOD.slots[1:]), "step 0 is missing"),
        (Plan(slots=(*GOOD.slots, GOOD.slots[0])), "is planned 2 times"),
        (changed(BLUE, setup_start=0), "before step 0 ends"),
        (changed(BLUE, setup_start=BLUE.setup_start - 10 * MINUTE), "begins 10 min before"),
        (changed(BLUE, setup_start=BLUE.start), "has 0 ms for a setup of 15 min"),
        (changed(BLUE, end=BLUE.end - MINUTE), "has 19 min for work that takes 20 min"),
    ],
)
def test_a_fault_is_said_in_a_sentence(plan: Plan, sentence: str) -> None:
    assert any(sentence in said for said in faults(PLANT, STATE, plan)), faults(PLANT, STATE, plan)


def test_a_good_plan_has_no_faults() -> None:
    assert faults(PLANT, STATE, GOOD) == []


def test_a_start_in_closed_hours_is_a_fault() -> None:
    plant = closing(PLANT, Shifts(id="day", windows=((HOUR, 8 * HOUR),), period=24 * HOUR))
    assert any("begins in closed hours" in said for said in faults(plant, opening(plant, ORDERS), GOOD))


def with_lots() -> tuple[Plant, State]:
    """The two lathes, with one order more, of 3 blue pieces, that goes in lots of one piece."""
    (both,) = PLANT.routings.values()
    turn, mill = both.operations
    in_lots = Routing(id="in lots", operations=(replace(turn, split=1), mill))
    kit = Product(id="kit", routing="in lots", family="blue")
    plant = replace(PLANT, routings=PLANT.routings | {in_lots.id: in_lots}, products=PLANT.products | {kit.id: kit})
    return plant, opening(plant, (*ORDERS[:2], Order(id="k", product="kit", quantity=3)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (lambda slot: {"setup_start": slot.start}, "has 0 ms for a setup of 15 min"),
        (lambda slot: {"end": slot.end - MINUTE}, "has 19 min for work that takes 20 min"),
    ],
)
def test_orders_that_go_in_one_are_looked_at_beside_others_in_lots(
    changes: Callable[[Slot], dict[str, int]], sentence: str
) -> None:
    plant, state = with_lots()
    good = plan_of_rule(plant, state, "fifo")
    assert {"k/1", "k/2", "k/3"} < {slot.order for slot in good.slots}
    assert faults(plant, state, good) == []
    milled = next(slot for slot in good.slots if slot.machine == "mill" and slot.setup_start < slot.start)
    assert milled.order == "o1"
    others = tuple(slot for slot in good.slots if slot is not milled)
    wrong = Plan(slots=(*others, msgspec.structs.replace(milled, **changes(milled))))
    assert any(sentence in said for said in faults(plant, state, wrong)), faults(plant, state, wrong)


def test_what_a_lot_leaves_a_machine_set_up_for_is_known() -> None:
    plant, state = with_lots()
    good = plan_of_rule(plant, state, "fifo")
    last = max((slot for slot in good.slots if slot.machine == "mill"), key=lambda slot: slot.end)
    assert last.order == "k/3"
    moved = msgspec.structs.replace(the("o0", 1), setup_start=last.end, start=last.end, end=last.end + 20 * MINUTE)
    wrong = Plan(slots=(*(s for s in good.slots if (s.order, s.step) != ("o0", 1)), moved))
    assert any("order 'o0', step 1" in said and "a setup of 15 min" in said for said in faults(plant, state, wrong))
