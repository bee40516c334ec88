"""What people type after the options of `foreshift whatif` becomes the edits that they mean, or is refused in words."""

import inspect

import pytest

from plant_models import read
from plant_models.errors import InvalidPlant
from plant_models.shifts import HOUR
from twin import changes
from twin.changes import CHANGES
from ui import edits
from ui.commands import asking

EPOCH = read.scenario("machine-shop").epoch

TYPED: list[tuple[str, str, changes.Change]] = [
    ("down", "saw-1@2h+4h", changes.MachineDown("saw-1", 3 * HOUR, 7 * HOUR)),
    ("due", "o1@30h", changes.DueDate("o1", 31 * HOUR)),
    ("quantity", "o1=7", changes.Quantity("o1", 7)),
    ("priority", "o1=2", changes.Priority("o1", 2)),
    ("weight", "o1=2.5", changes.Weight("o1", 2.5)),
    ("cancel", "o1", changes.CancelOrder("o1")),
    ("demand", "spares=1.3", changes.Demand("spares", 1.3)),
    ("speed", "saw-1=1.2", changes.Speed("saw-1", 1.2)),
    ("mttf", "saw-1=40h", changes.FailureTime("saw-1", 40 * HOUR)),
    ("mttr", "saw-1:jam=2h", changes.RepairTime("saw-1", 2 * HOUR, "jam")),
    ("maintenance", "saw-1:oil=8h", changes.MaintenanceInterval("saw-1", "oil", 8 * HOUR)),
    ("changeover", "saw=0.5", changes.ChangeoverTime("saw", 0.5)),
    ("shift", "saw@0h+8h", changes.ExtraShift("saw", HOUR, 9 * HOUR)),
    ("buffer", "at the saw=3", changes.BufferSize("at the saw", 3)),
    ("crew", "fitters=2", changes.CrewSize("fitters", 2)),
    ("overtime", "fitters@1h+2h", changes.CrewOvertime("fitters", 2 * HOUR, 4 * HOUR)),
    ("tool", "pallet=9", changes.ToolCount("pallet", 9)),
    ("fleet", "forklifts=3", changes.FleetSize("forklifts", 3)),
    ("late", "clay@2h+6h", changes.LateDelivery("clay", 3 * HOUR, 9 * HOUR)),
    ("stock", "clay=70", changes.StockChange("clay", 70)),
]


@pytest.mark.parametrize(("option", "text", "meant"), TYPED, ids=[option for option, *_ in TYPED])
def test_an_option_says_the_edit_that_it_stands_for(option: str, text: str, meant: changes.Change) -> None:
    assert edits.read(edits.typed({option: [text]}, now=HOUR), EPOCH) == (meant,)


def test_every_edit_can_be_asked_on_the_command_line() -> None:
    known = {type(change) for _, _, change in TYPED} | {changes.AddOrder, changes.OtherRule}
    assert known == set(CHANGES.values())
    offered = set(inspect.signature(asking.whatif).parameters)
    assert {option for option, *_ in TYPED} | {"rush", "other_rule"} <= offered


@pytest.mark.parametrize(
    ("option", "text", "wanted"),
    [
        ("late", "clay", "--late 'clay': wanted MATERIAL@FROM+LASTING, such as material@2h+4h"),
        ("stock", "clay=many", "--stock 'clay=many': wanted MATERIAL=WHOLE-NUMBER, such as material=5"),
        ("mttf", "=4h", "--mttf '=4h': wanted MACHINE=TIME or MACHINE:FAILURE=TIME, such as mill-1=8h"),
        ("maintenance", "saw-1=4h", "--maintenance 'saw-1=4h': wanted MACHINE:MAINTENANCE=TIME"),
        ("mttr", "saw-1=soon", "--mttr: "),
        ("rush", "R:x:-20@8h", "--rush 'R:x:-20@8h': the quantity must be a whole number of at least 1, not '-20'"),
        ("rush", "R:shaft:0@8h", "--rush 'R:shaft:0@8h': the quantity must be a whole number of at least 1, not '0'"),
        ("rush", "R:shaft@8h", "--rush 'R:shaft@8h': wanted ID:PRODUCT:QUANTITY@DUE, such as RUSH-1:shaft-30:20@8h"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_was_wanted(option: str, text: str, wanted: str) -> None:
    with pytest.raises(InvalidPlant) as refused:
        edits.typed({option: [text]})
    assert str(refused.value).startswith(wanted)
