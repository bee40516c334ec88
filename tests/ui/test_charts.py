"""Charts are figures made of bars and frames, and stay within what a browser can take."""

from datetime import UTC, datetime

import pandas as pd

from plant_models import read
from plant_models.clock import Epoch
from plant_models.shifts import HOUR
from scheduler import plan_of_rule
from twin.state import opening
from ui import bars, charts
from ui.bars import Bar

EPOCH = Epoch(datetime(2026, 1, 5, 6, tzinfo=UTC))


def bar(machine: str, start: int, end: int, **more: object) -> Bar:
    return Bar(machine=machine, order="o1", step=0, product="p", start=start, end=end, **more)  # type: ignore[arg-type]


def test_a_plan_becomes_bars_with_late_orders_marked() -> None:
    shop = read.scenario("machine-shop")
    plan = plan_of_rule(shop.plant, opening(shop.plant, shop.orders), "fifo")
    drawn = bars.of_plan(plan, {order.id: order for order in shop.orders})
    assert sum(b.kind == "work" for b in drawn) == len(plan.slots)
    assert {b.is_late for b in drawn} == {True, False}


def test_a_window_holds_at_most_its_limit() -> None:
    many = [bar("m", n, n + 1) for n in range(5000)]
    shown, left_out = bars.window(many, start=0, end=5000)
    assert (len(shown), left_out) == (2000, 3000)
    assert bars.window(many, start=10, end=20)[1] == 0


def test_occupancy_is_the_share_of_time_taken() -> None:
    assert bars.occupancy([bar("m", 0, 5), bar("m", 10, 15)], ["m"], start=0, end=20, bins=2) == [[0.5, 0.5]]


def test_only_what_moves_is_moved() -> None:
    old, new = [bar("a", 0, HOUR)], [bar("a", 2 * HOUR, 3 * HOUR)]
    assert bars.moved(old, old, by=1) == []
    assert bars.moved(old, new, by=HOUR) == [(old[0], new[0])]


def test_a_gantt_has_every_machine_and_hatches_what_is_late() -> None:
    figure = charts.gantt([bar("a", 0, HOUR, is_late=True)], epoch=EPOCH, machines=["a", "b"], now=HOUR)
    assert list(figure.layout.yaxis.ticktext) == ["a", "b"]
    assert any(trace.marker.pattern.shape == "/" for trace in figure.data)


def test_a_forest_colours_by_verdict() -> None:
    figure = charts.forest([("makespan", -2.0, -1.0, -0.5, "better"), ("WIP", -1.0, 0.0, 1.0, "no difference shown")])
    assert {trace.name for trace in figure.data} == {"better", "no difference shown"}


def test_an_actual_outside_its_interval_is_said_to_be() -> None:
    found = charts.predicted_and_actual([charts.Interval(name="x", low=1, middle=2, high=3, actual=4)])
    assert "actual, outside" in {trace.name for trace in found.data}


def test_chances_are_drawn_with_their_intervals() -> None:
    frame = pd.DataFrame({"order": ["o1"], "p_on_time": [0.5], "low": [0.4], "high": [0.6]})
    assert charts.on_time(frame).data[0].x[0] == 50
