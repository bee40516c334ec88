"""Planning again on a floor that did not go as planned."""

import threading
from dataclasses import replace

from plant_models.distributions import Constant
from plant_models.events import BrokeDown, Event
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plan import Plan
from plant_models.plant import Buffer, Changeover, Failure, Machine, Plant, WorkCenter
from plant_models.shifts import FOREVER, HOUR, MINUTE, Shifts
from scheduler.inspection import faults
from scheduler.repair import UNKNOWN_REPAIR, moved, with_repairs
from scheduler.replay import plan_of_rule
from scheduler.solve import plan
from tests.scheduler.shops import FT10, job_shop
from twin.chance import Certain
from twin.floor import run
from twin.policies.follow import FollowPlan
from twin.simulated import SimulatedFloor
from twin.state import State, apply, opening


def two_lathes(*, failures: tuple[Failure, ...] = ()) -> tuple[Plant, tuple[Order, ...]]:
    """Two lathes behind one buffer, each can do everything in 30 minutes, then a mill with changeovers."""
    turn = Operation(id="turn", machines={"lathe-1": Constant(30 * MINUTE), "lathe-2": Constant(30 * MINUTE)})
    mill = Operation(id="mill", machines={"mill": Constant(20 * MINUTE)})
    plant = Plant(
        id="shop",
        work_centers={
            "turning": WorkCenter(id="turning", buffer="bars"),
            "milling": WorkCenter(id="milling", buffer="blanks", changeover="fixtures"),
        },
        machines={
            "lathe-1": Machine(id="lathe-1", work_center="turning", failures=failures),
            "lathe-2": Machine(id="lathe-2", work_center="turning"),
            "mill": Machine(id="mill", work_center="milling", set_up_for="red"),
        },
        buffers={"bars": Buffer(id="bars"), "blanks": Buffer(id="blanks")},
        routings={"both": Routing(id="both", operations=(turn, mill))},
        products={name: Product(id=name, routing="both", family=name) for name in ("red", "blue")},
        changeovers={"fixtures": Changeover(id="fixtures", default=15 * MINUTE)},
    )
    return plant, tuple(Order(id=f"o{n}", product=("red", "blue")[n % 2], due=(n + 2) * HOUR // 2) for n in range(8))


def broken(plant: Plant, orders: tuple[Order, ...], made: Plan, *, at: int) -> State:
    """The floor that followed *made* until lathe-1 broke down."""
    floor = SimulatedFloor(plant, opening(plant, orders), Certain())
    run(floor, FollowPlan(made), at)
    floor.happen(BrokeDown(at, "lathe-1"))
    return floor.state


def finished(plant: Plant, state: State, made: Plan) -> State:
    floor = SimulatedFloor(plant, state.copy(), Certain())
    run(floor, FollowPlan(made), FOREVER)
    return floor.state


REPAIR = Failure(time_to_failure=Constant(100 * HOUR), time_to_repair=Constant(2 * HOUR))


def test_started_work_stays_where_it_is_and_the_rest_goes_round_the_broken_machine() -> None:
    plant, orders = two_lathes(failures=(REPAIR,))
    old = plan(plant, opening(plant, orders), seconds=5).plan
    state = broken(plant, orders, old, at=40 * MINUTE)
    result = plan(plant, state, seconds=5)
    assert faults(plant, state, result.plan) == []
    begun = {(o.order.id, o.step) for o in state.orders.values() if o.stage == "loaded"}
    assert begun and begun.isdisjoint({(slot.order, slot.step) for slot in result.plan.slots})
    assert all(slot.setup_start >= 40 * MINUTE + 2 * HOUR for slot in result.plan.slots if slot.machine == "lathe-1")
    assert finished(plant, state, result.plan).unfinished == 0
    assert {move.order for move in moved(old, result.plan) if move.is_elsewhere}
    assert all(move.words() for move in moved(old, result.plan))


def test_a_machine_of_which_nothing_is_known_is_planned_as_up_after_an_hour_and_that_is_said() -> None:
    plant, orders = two_lathes()
    state = broken(plant, orders, plan_of_rule(plant, opening(plant, orders), "edd"), at=40 * MINUTE)
    result = plan(plant, state, seconds=2)
    assert "nothing says when machine 'lathe-1' will be up" in result.remarks[0]
    on_it = [slot for slot in result.plan.slots if slot.machine == "lathe-1"]
    assert all(slot.setup_start >= 40 * MINUTE + UNKNOWN_REPAIR for slot in on_it)
    assert faults(*with_repairs(plant, state)[:2], result.plan) == []


def test_a_repair_that_is_known_to_last_is_planned_with() -> None:
    plant, orders = two_lathes(failures=(REPAIR,))
    state = broken(plant, orders, plan_of_rule(plant, opening(plant, orders), "edd"), at=40 * MINUTE)
    result = plan(plant, state, seconds=2, repairs={"lathe-1": 9 * HOUR})
    assert result.remarks == ()
    assert all(slot.setup_start >= 9 * HOUR for slot in result.plan.slots if slot.machine == "lathe-1")
    until_then = with_repairs(plant, state, {"lathe-1": 9 * HOUR})[:2]
    assert max(slot.end for slot in result.plan.slots) <= finished(*until_then, result.plan).now


def test_staying_close_to_the_plan_in_force_changes_less() -> None:
    plant, orders = job_shop(FT10)
    state = opening(plant, orders)
    old = plan_of_rule(plant, state, "mwkr")
    apply(plant, state, BrokeDown(0, "m3"))
    anew = plan(plant, state, objective="makespan", seconds=2, workers=1)
    close = plan(plant, state, objective="makespan", seconds=2, workers=1, stay_close_to=old, move_cost=10 * HOUR)
    assert faults(*with_repairs(plant, state)[:2], close.plan) == []
    assert not [move for move in moved(old, close.plan) if move.is_reordered]
    assert [move for move in moved(old, anew.plan) if move.is_reordered]
    assert close.bound <= close.objective


def test_a_plan_that_is_the_same_has_no_moves() -> None:
    plant, orders = two_lathes()
    made = plan_of_rule(plant, opening(plant, orders), "fifo")
    assert moved(made, made) == []


def test_a_search_can_be_cancelled_and_tells_how_it_goes() -> None:
    plant, orders = job_shop(FT10)
    cancel, told = threading.Event(), []

    def progress(best: float | None, bound: float, seconds: float) -> None:
        told.append((best, bound))
        cancel.set()

    result = plan(plant, opening(plant, orders), objective="makespan", seconds=60, progress=progress, cancel=cancel)
    assert result.seconds < 20
    assert told[0][0] is not None and all(best is not None and bound <= best for best, bound in told)
    assert faults(plant, opening(plant, orders), result.plan) == []


def test_work_that_a_shift_interrupts_is_planned_across_the_closed_hours() -> None:
    plant, orders = two_lathes()
    day = Shifts(id="day", windows=((0, HOUR),), period=2 * HOUR)
    centers = {name: replace(center, shifts="day") for name, center in plant.work_centers.items()}
    centers["milling"] = replace(centers["milling"], at_shift_end="finish")
    plant = replace(plant, work_centers=centers, shifts={"day": day})
    facts: list[Event] = []
    result = plan(plant, opening(plant, orders), seconds=5)
    floor = SimulatedFloor(plant, opening(plant, orders), Certain(), facts.append)
    run(floor, FollowPlan(result.plan), FOREVER)
    assert faults(plant, opening(plant, orders), result.plan) == []
    assert max(slot.end for slot in result.plan.slots) == floor.state.now or floor.state.unfinished == 0
    assert all(slot.setup_start % (2 * HOUR) < HOUR for slot in result.plan.slots)
