"""What tables in the terminal say beside their numbers."""

from io import StringIO

from rich.console import Console, RenderableType

from plant_models import read
from ui import tables
from ui.desk import Desk


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
