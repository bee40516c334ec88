"""The local search on plants: its plans are no worse than those of any rule, and it says what it left out."""

from dataclasses import replace

import pytest

from plant_models import read as reading
from plant_models.batch import Batch
from plant_models.errors import Infeasible
from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.shifts import HOUR, MINUTE
from scheduler import LocalSearch, Searcher, Stop, aim, faults, plan, propose
from scheduler.problem import latest_end, read
from scheduler.replay import InSequence, play, sequences_of
from scheduler.simplified import left_out_by_search, simplified
from tests.scheduler.shops import FT06, FT10, job_shop
from tests.twin.shops import line, minutes
from twin.policies.rules import RULES
from twin.state import State, opening


def shop_at(name: str) -> tuple[Plant, State]:
    scenario = reading.scenario(name)
    return scenario.plant, opening(scenario.plant, scenario.orders)


def test_a_job_shop_of_the_literature_is_planned_to_its_optimum() -> None:
    plant, orders = job_shop(FT06)
    found = plan(plant, opening(plant, orders), objective="makespan", by="local-search", seconds=20)
    assert found.objective == 55 * MINUTE
    assert found.source == "local-search"
    assert found.bound <= 55 * MINUTE
    assert found.left_out == ()


def test_the_same_seed_and_moves_propose_the_same_plan() -> None:
    plant, orders = job_shop(FT10)
    state = opening(plant, orders)
    problem = read(plant, state, horizon=latest_end(plant, state))
    searcher: Searcher = LocalSearch("makespan", seed=3)
    told: list[float | None] = []
    once = searcher.propose(problem, Stop(iterations=60_000), lambda best, bound, seconds: told.append(best))
    assert once == searcher.propose(problem, Stop(iterations=60_000))
    assert faults(plant, state, once) == []
    end = play(plant, state, InSequence(sequences_of(once)), source="again").end
    assert aim.value("makespan", state, end) <= min(best for best in told if best is not None)
    assert aim.value("makespan", state, end) <= 980 * MINUTE


@pytest.mark.parametrize("objective", ["weighted_tardiness", "makespan"])
def test_on_a_plant_with_setups_and_shifts_its_plan_is_no_worse_than_any_rule(objective: aim.Objective) -> None:
    plant, state = shop_at("machine-shop")
    found = plan(plant, state, objective=objective, by="local-search", seconds=3)
    assert faults(plant, state, found.plan) == []
    for name, policy in RULES.items():
        if name != "random":
            end = play(plant, state, policy, source=name).end
            assert found.objective <= aim.value(objective, state, end), name
    assert found.bound <= found.objective


def test_without_closed_hours_a_schedule_takes_as_long_in_the_twin_as_it_says() -> None:
    plant, orders = job_shop(FT06)
    late = tuple(replace(order, due=40 * MINUTE, weight=n / 2) for n, order in enumerate(orders, 1))
    state = opening(plant, late)
    problem = read(plant, state, horizon=latest_end(plant, state))
    told: list[float | None] = []
    made = LocalSearch().propose(problem, Stop(iterations=200_000), lambda best, bound, seconds: told.append(best))
    end = play(plant, state, InSequence(sequences_of(made)), source="again").end
    assert aim.value("weighted_tardiness", state, end) == told[-1]


def test_what_is_in_no_plan_of_the_local_search_is_said_by_name() -> None:
    plant, state = shop_at("machine-shop")
    problem = read(plant, state, horizon=state.now + 48 * HOUR)
    unknown = left_out_by_search(problem, "weighted_tardiness")
    assert "closed hours after a due date (it counts lateness in open hours)" in unknown
    assert left_out_by_search(problem, "makespan") == tuple(u for u in unknown if "late" not in u)


def test_a_plant_that_works_in_batches_is_left_to_others_by_name() -> None:
    plant, orders = job_shop(FT06)
    machines = {**plant.machines, "m2": replace(plant.machines["m2"], batch=Batch(most=2))}
    plant = replace(plant, machines=machines)
    with pytest.raises(Infeasible, match="the local search does not know machines that work in batches: m2"):
        plan(plant, opening(plant, orders), by="local-search", objective="makespan", seconds=1)


def test_nothing_left_to_do_is_an_empty_plan() -> None:
    plant, _ = job_shop(FT06)
    state = opening(plant, ())
    problem = read(plant, state, horizon=HOUR)
    assert LocalSearch().propose(problem, Stop(iterations=10)).slots == ()


def test_nobody_else_makes_plans_better() -> None:
    plant, orders = job_shop(FT06)
    with pytest.raises(ValueError, match=r"nobody is called 'magic' .* there are cp-sat and local-search"):
        plan(plant, opening(plant, orders), by="magic")


def test_the_local_search_is_ranked_beside_the_solver_and_says_what_it_left_out() -> None:
    plant, state = shop_at("machine-shop")
    found = propose(plant, state, ["edd", "cp-sat", "local-search"], runs=5, seconds=2, workers=1)
    assert {p.name for p in found.ranked} == {"edd", "cp-sat", "local-search"}
    assert found["local-search"].promised <= found["edd"].promised
    assert "local-search" in found.left_out
    assert any(said.startswith("local-search searches without knowing of: ") for said in found.words())


def test_setups_are_those_of_the_plant() -> None:
    plant, state = shop_at("machine-shop")
    problem = read(plant, state, horizon=state.now + 200 * HOUR)
    shop = simplified(problem, "makespan").shop
    assert shop.is_attached
    assert any(machine.setups for machine in shop.machines) == bool(problem.with_setups)


def test_among_plans_that_keep_every_date_one_is_made_that_leaves_room_for_surprises() -> None:
    """Six hours of work, due from 6 to 11 h, the last first: any sequence is on time, one alone with 5 h to spare."""
    plant, cushion = line(*minutes(60)), 5 * HOUR
    plant = replace(plant, buffers={name: replace(buffer, discipline="any") for name, buffer in plant.buffers.items()})
    orders = [Order(id=f"due-{hour}", product="p", due=hour * HOUR) for hour in range(11, 5, -1)]
    state = opening(plant, orders)
    problem = read(plant, state, horizon=latest_end(plant, state))
    found = LocalSearch("weighted_tardiness", cushion=cushion).propose(problem, Stop(seconds=2))
    end = play(plant, state, InSequence(sequences_of(found)), source="again").end
    assert aim.nearly_late(state, end, cushion) == 0
    assert [slot.order for slot in found.slots] == [f"due-{hour}" for hour in range(6, 12)]


def test_where_no_order_has_a_date_it_says_that_lateness_tells_plans_nothing() -> None:
    plant, orders = job_shop(FT06)
    state = opening(plant, orders)
    (said,) = plan(plant, state, by="local-search", seconds=1).remarks
    assert said.startswith("no order has a due date")
    assert plan(plant, state, objective="makespan", by="local-search", seconds=1).remarks == ()
