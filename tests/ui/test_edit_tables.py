"""What is edited in a table is what is asked, and what was asked stands in the table."""

from collections.abc import Sequence
from typing import Any

from plant_models import read
from plant_models.shifts import HOUR
from twin import changes
from twin.changes import (
    BufferSize,
    CancelOrder,
    Change,
    ChangeoverTime,
    CrewOvertime,
    CrewSize,
    DueDate,
    ExtraShift,
    FleetSize,
    LateDelivery,
    MachineDown,
    MaintenanceInterval,
    Priority,
    Quantity,
    RepairTime,
    Speed,
    StockChange,
    ToolCount,
    Weight,
)
from ui import edit_tables
from ui.desk import Desk
from ui.views.whatif_changes import TABLES, tables_of

DESK = Desk.at(read.scenario("machine-shop"))
SHOP, STATE = DESK.scenario, DESK.state
LINE = Desk.at(read.scenario("bottling-line"))


def at(name: str, table: edit_tables.Table) -> int:
    return list(table.frame.index).index(name)


def test_a_row_of_machines_says_when_one_is_out_and_how_fast_it_is() -> None:
    table = edit_tables.machines(SHOP, STATE, [])
    edits = {at("mill-2", table): {"down from": "2026-01-05T08:00:00.000Z", "for, h": 1.5, "speed, times": 1.2}}
    assert table.edited([], edits) == [MachineDown("mill-2", 2 * HOUR, round(3.5 * HOUR)), Speed("mill-2", 1.2)]


def test_an_outage_without_a_beginning_begins_now_and_one_without_a_length_is_none() -> None:
    table = edit_tables.machines(SHOP, STATE, [])
    assert table.edited([], {0: {"for, h": 2}}) == [MachineDown("saw-1", 0, 2 * HOUR)]
    assert table.edited([], {0: {"down from": "2026-01-05T08:00:00"}}) == []


def test_a_row_shows_what_was_asked_and_takes_it_back() -> None:
    asked: list[Change] = [
        Weight("MO-1001", 9.0),
        MachineDown("saw-1", HOUR, 2 * HOUR),
        Speed("saw-1", 1.5),
        MachineDown("saw-1", 8 * HOUR, 9 * HOUR),
    ]
    table = edit_tables.machines(SHOP, STATE, asked)
    row = table.frame.loc["saw-1"]
    assert (str(row["down from"]), row["for, h"], row["speed, times"]) == ("2026-01-05 07:00:00", 1.0, 1.5)
    back = table.edited(asked, {0: {"down from": None, "for, h": None, "speed, times": 1.0}})
    assert back == [asked[0], asked[3]], "what the table does not show stays"


def test_editing_a_row_again_gives_the_same_question() -> None:
    """The page hands over all edits of a table each time, not only the last one."""
    table = edit_tables.machines(SHOP, STATE, [])
    edits = {1: {"speed, times": 2.0}, 0: {"for, h": 2.0}}
    once = table.edited([], edits)
    assert edit_tables.machines(SHOP, STATE, once).edited(once, edits) == once


def test_a_row_of_orders_says_terms_or_that_it_is_not_wanted() -> None:
    table = edit_tables.orders(SHOP, STATE, [])
    row, name = 2, str(table.frame.index[2])
    edits = {row: {"due": "2026-01-06T12:00:00", "weight": 7, "priority": 1, "pieces": 3}}
    found = table.edited([], edits)
    assert found == [DueDate(name, 30 * HOUR), Weight(name, 7.0), Priority(name, 1), Quantity(name, 3)]
    again = edit_tables.orders(SHOP, STATE, found)
    assert list(again.frame.iloc[row][["pieces", "weight", "priority"]]) == [3, 7.0, 1]
    assert again.edited(found, {row: {"cancel": True}}) == [CancelOrder(name)]
    assert table.edited([], {row: {"due": None}}) == [DueDate(name, None)]
    changes.live(SHOP, STATE, found)


def test_work_centers_and_buffers() -> None:
    centers = edit_tables.work_centers(SHOP, STATE, [])
    found = centers.edited([], {0: {"extra shift from": "2026-01-10T06:00:00", "for, h": 8.0}})
    assert found == [ExtraShift("sawing", 120 * HOUR, 128 * HOUR)]
    assert edit_tables.work_centers(SHOP, STATE, found).frame.iloc[0]["for, h"] == 8.0
    table = edit_tables.buffers(LINE.scenario, LINE.state, [])
    name, places = next(iter(table.frame["places"].dropna().items()))
    sized = table.edited([], {at(str(name), table): {"places": int(places) + 3}})
    assert sized == [BufferSize(str(name), int(places) + 3)]
    assert table.edited(sized, {at(str(name), table): {"places": int(places)}}) == []
    assert table.edited([], {at(str(name), table): {"places": None}}) == [BufferSize(str(name), None)]


def test_nothing_edited_changes_nothing_on_any_shipped_plant() -> None:
    for name in read.names():
        desk = Desk.at(read.scenario(name))
        scenario, state = desk.scenario, desk.state
        for kind in TABLES.values():
            table = kind(scenario, state, [])
            assert table.edited([], {row: {} for row in range(len(table.frame))}) == [], f"{name}: {kind.__name__}"


HEAVY, PHARMA, WINGS, BOARDS = (
    Desk.at(read.scenario(name)) for name in ("heavy", "pharma", "aerospace", "electronics")
)


def written(desk: Desk, kind: str, row: str, cells: dict[str, Any], asked: Sequence[Change] = ()) -> list[Change]:
    """What the question is after a row of a table was written over; the table shows it, and it can be played."""
    table = TABLES[kind](desk.scenario, desk.state, asked)
    found = table.edited(asked, {at(row, table): cells})
    again = TABLES[kind](desk.scenario, desk.state, found)
    shown = again.frame.loc[row]
    assert all(shown[column] == value for column, value in cells.items() if not isinstance(value, str))
    assert again.edited(found, {at(row, again): {}}) == found, "what stands in the table is what was asked"
    changes.live(desk.scenario, desk.state, found)
    return found


def test_people_are_more_or_fewer_and_stay_longer() -> None:
    edits = {"people": 4, "overtime from": "2026-01-05T20:00:00", "for, h": 2.0}
    size, over = written(PHARMA, "People", "packers", edits)
    assert size == CrewSize("packers", 4)
    assert isinstance(over, CrewOvertime)
    assert over.end - over.start == 2 * HOUR


def test_tools_and_vehicles_are_counted() -> None:
    assert written(PHARMA, "Tools", "bin", {"units": 9}) == [ToolCount("bin", 9)]
    assert written(BOARDS, "Vehicles", "agv", {"vehicles": 3}) == [FleetSize("agv", 3)]


def test_orders_come_more_often() -> None:
    assert written(BOARDS, "Demand", "rush", {"orders, times": 1.5}) == [changes.Demand("rush", 1.5)]


def test_a_stock_is_counted_and_deliveries_are_late() -> None:
    edits = {"counted": 30, "none from": "2026-01-06T06:00:00", "for, h": 24.0}
    table = TABLES["Materials"](WINGS.scenario, WINGS.state, [])
    assert table.frame.loc["rib-bar"]["in stock"] == 48
    counted, late = written(WINGS, "Materials", "rib-bar", edits)
    assert counted == StockChange("rib-bar", 30)
    assert isinstance(late, LateDelivery)
    assert late.end - late.start == 24 * HOUR


def test_failures_come_less_often_and_maintenance_too() -> None:
    failures = TABLES["Failures"](HEAVY.scenario, HEAVY.state, [])
    row = str(failures.frame.index[0])
    machine, _, failure = row.partition(" · ")
    (change,) = written(HEAVY, "Failures", row, {"repair, h": 1.5})
    assert change == RepairTime(machine, round(1.5 * HOUR), failure)
    (both,) = written(HEAVY, "Failures", row, {"repair, h": 2.5}, [change])
    assert both == RepairTime(machine, round(2.5 * HOUR), failure), "it takes the other's place"
    upkeep = TABLES["Maintenance"](HEAVY.scenario, HEAVY.state, [])
    row = str(upkeep.frame.index[0])
    machine, _, task = row.partition(" · ")
    assert written(HEAVY, "Maintenance", row, {"every, h": 30.0}) == [MaintenanceInterval(machine, task, 30 * HOUR)]


def test_changeovers_of_a_work_center_are_shortened() -> None:
    found = written(Desk.at(SHOP), "Work centers", "milling", {"changeovers, times": 0.5})
    assert found == [ChangeoverTime("milling", 0.5)]


def test_a_plant_is_offered_the_tables_that_it_has_something_in() -> None:
    always = ["Machines", "Orders", "Work centers", "Buffers"]
    assert tables_of(SHOP.plant) == [*always, "Failures"]
    for desk in (WINGS, HEAVY, PHARMA, BOARDS):
        plant, offered = desk.plant, tables_of(desk.plant)
        assert ("Materials" in offered) == bool(plant.materials)
        assert ("People" in offered) == bool(plant.crews)
        assert ("Tools" in offered) == bool(plant.tools)
        assert offered[:4] == always
