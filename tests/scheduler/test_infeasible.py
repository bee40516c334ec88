"""Asked for the impossible, the scheduler says what stands in the way."""

from dataclasses import replace

import pytest

from plant_models.errors import Infeasible
from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.shifts import HOUR, MINUTE, Shifts
from scheduler.solve import plan
from tests.scheduler.shops import FT06, job_shop
from twin.state import opening

ONE_MACHINE = "0 30\n0 30\n0 30"


def due(orders: tuple[Order, ...], *minutes: int) -> tuple[Order, ...]:
    return tuple(replace(order, due=m * MINUTE) for order, m in zip(orders, minutes, strict=True))


def test_deadlines_that_can_be_kept_are_kept() -> None:
    plant, orders = job_shop(ONE_MACHINE)
    result = plan(plant, opening(plant, due(orders, 90, 30, 60)), deadlines=True, seconds=5)
    assert [slot.order for slot in result.plan.slots] == ["o1", "o2", "o0"]


def test_orders_that_cannot_all_be_in_time_are_named_and_no_other() -> None:
    plant, orders = job_shop("0 30\n0 30\n0 30\n1 10")
    with pytest.raises(Infeasible, match="cannot all be in time") as caught:
        plan(plant, opening(plant, due(orders, 45, 300, 45, 300)), deadlines=True, seconds=5)
    assert "'o0'" in str(caught.value) and "'o2'" in str(caught.value)
    assert "'o1'" not in str(caught.value) and "'o3'" not in str(caught.value)


def test_an_order_that_is_late_even_alone_is_named_with_how_much() -> None:
    plant, orders = job_shop(ONE_MACHINE)
    with pytest.raises(Infeasible, match=r"'o1' must be done by 20 min but ends 10 min later even alone"):
        plan(plant, opening(plant, due(orders, 90, 20, 90)), deadlines=True)


def test_a_horizon_that_is_too_short_is_said_to_be() -> None:
    plant, orders = job_shop(FT06)
    with pytest.raises(Infeasible, match="cannot"):
        plan(plant, opening(plant, orders), objective="makespan", until=54 * MINUTE, seconds=20)
    assert (
        plan(plant, opening(plant, orders), objective="makespan", until=55 * MINUTE, seconds=20).objective
        == 55 * MINUTE
    )


def closing(plant: Plant, hours: Shifts) -> Plant:
    centers = {name: replace(center, shifts=hours.id) for name, center in plant.work_centers.items()}
    return replace(plant, work_centers=centers, shifts={hours.id: hours})


def test_an_order_whose_machines_never_open_long_enough_is_named() -> None:
    plant, orders = job_shop("0 90")
    once = Shifts(id="once", windows=(), extra=((0, HOUR),))
    with pytest.raises(Infeasible, match=r"'o0', step 0: none of its machines \(m0\) has 1 h 30 min of open hours"):
        plan(closing(plant, once), opening(closing(plant, once), orders))


def test_an_unknown_objective_is_refused_with_those_that_there_are() -> None:
    plant, orders = job_shop(ONE_MACHINE)
    with pytest.raises(ValueError, match="there are weighted_tardiness, makespan"):
        plan(plant, opening(plant, orders), objective="profit")
