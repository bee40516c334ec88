"""What tables in the terminal say beside their numbers."""

from io import StringIO
from pathlib import Path

from rich.console import Console, RenderableType

from plant_models import read
from tests.ui.test_answers import GLUE
from ui import tables
from ui.desk import Desk
from ui.figures import figure, of_row


def printed(part: RenderableType) -> str:
    """What the terminal shows, its lines joined into one."""
    console = Console(file=StringIO(), record=True, width=200)
    console.print(part)
    return " ".join(console.export_text().split())


def machines(name: str) -> str:
    desk = Desk.at(read.scenario(name))
    return printed(tables.machines(desk.simulate(span=48 * 3_600_000).kpis, desk.plant))


def test_an_oee_above_one_is_explained_by_batches_where_machines_work_in_batches() -> None:
    said = machines("semiconductor")
    assert "it is about the number of orders in a batch" in said
    assert said.split("how much of it is taken")[1].strip().startswith("(Ma")
    assert "work was faster than expected" not in said


def test_an_oee_above_one_is_explained_by_fast_work_where_machines_take_one_order_at_a_time() -> None:
    said = machines("test-bay")
    assert "work was faster than expected" in said
    assert "batch" not in said


def test_the_mark_of_a_difference_that_is_not_shown_is_explained_below_the_table() -> None:
    desk = Desk.at(read.scenario("machine-shop"))
    found = desk.proposals(rules=["edd", "slack"], seconds=0, runs=2)
    said = printed(tables.proposals(found))
    assert " ? " in said.split("edd", 1)[1]
    assert "?: the runs do not show that it is behind the best" in said


def test_times_are_in_hours_minutes_or_seconds_by_their_size() -> None:
    read_ = figure("makespan_h")
    told = [(read_.sized(hours).value(hours), read_.sized(hours).unit) for hours in (0.0, 0.0042, 0.0666, 1.0, 250.0)]
    assert told == [("0.0", "h"), ("15.1", "s"), ("4.0", "min"), ("1.0", "h"), ("250.0", "h")]
    assert figure("setup_h").sized(0.5).heading == "Setup, machine min"
    assert figure("throughput_per_h").sized(0.5).unit == "orders/h"
    assert figure("on_time_share").sized(0.5).value(0.5) == "50"


def test_both_sides_of_a_comparison_are_in_the_unit_of_the_longer() -> None:
    row = {"kpi": "lead_time_mean_h", "base": 0.5, "other": 0.01, "change": -0.49}
    assert (of_row(row).value(row["base"]), of_row(row).value(row["other"])) == ("30.0", "0.6")
    assert of_row(row).change(row["change"]) == "-29.4"
    assert not of_row(row | {"change": 0.001}).reads_as_zero(0.02), "a minute in half an hour is seen"


def test_a_short_run_is_told_in_minutes(tmp_path: Path) -> None:
    file = tmp_path / "glue.yaml"
    file.write_text(GLUE.replace("repeat: 7", "repeat: 1"), encoding="utf-8")
    desk = Desk.at(read.scenario(file))
    assert "Makespan 10.0 min" in printed(tables.headlines(desk.simulate().kpis))
    assert "Makespan 10.0 10.0 to 10.0 10.0 to 10.0 min" in printed(tables.rehearsal(desk.rehearse(runs=2, workers=1)))
