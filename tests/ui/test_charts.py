"""Charts are figures made of bars and frames, and stay within what a browser can take."""

from datetime import UTC, datetime

import pandas as pd

from plant_models import read
from plant_models.clock import Epoch
from plant_models.shifts import HOUR
from scheduler import plan_of_rule
from twin.changes import MachineDown
from twin.state import opening
from ui import bars, charts
from ui.bars import Bar
from ui.palette import VERDICTS

EPOCH = Epoch(datetime(2026, 1, 5, 6, tzinfo=UTC))


def bar(machine: str, start: int, end: int, **more: object) -> Bar:
    return Bar(machine=machine, order="o1", step=0, product="p", start=start, end=end, **more)


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


def test_chances_in_two_worlds_are_joined_in_the_colour_of_the_verdict() -> None:
    ends = {"p_on_time_base": [0.9, 0.5], "p_on_time_other": [0.2, 0.5]}
    bounds = {f"{name}_{end}": values for name, values in ends.items() for end in ("low", "high")}
    frame = pd.DataFrame({"order": ["o1", "o2"], "verdict": ["worse", "no difference shown"], **ends, **bounds})
    drawn = {trace.name: trace for trace in charts.chances(frame).data}
    assert list(drawn["worse"].x) == [90, 20, None]
    assert drawn["worse"].line.color == VERDICTS["worse"]
    assert list(drawn["changed"].x) == [20, 50]


def test_a_machine_that_is_known_to_be_out_has_a_bar() -> None:
    shop = MachineDown("saw-1", HOUR, 5 * HOUR).apply(read.scenario("machine-shop"))
    found = bars.of_outages(shop.plant, start=2 * HOUR, end=4 * HOUR)
    assert [(bar.machine, bar.start, bar.end, bar.kind) for bar in found] == [("saw-1", 2 * HOUR, 4 * HOUR, "down")]
    assert bars.of_outages(shop.plant, start=6 * HOUR, end=7 * HOUR) == []


def test_an_actual_outside_its_interval_is_said_to_be() -> None:
    found = charts.predicted_and_actual([charts.Interval(name="x", low=1, middle=2, high=3, actual=4)])
    assert "actual, outside" in {trace.name for trace in found.data}


def test_chances_are_drawn_with_their_intervals() -> None:
    frame = pd.DataFrame({"order": ["o1"], "p_on_time": [0.5], "low": [0.4], "high": [0.6]})
    assert charts.on_time(frame).data[0].x[0] == 50
