"""What a workspace's journal tells of materials, asked by command."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from plant_models import InvalidPlant, read
from plant_models.events import Event, OrderAdded
from plant_models.shifts import DAY
from twin.chance import Chance
from twin.floor import run
from twin.policies.rules import rule
from twin.simulated import SimulatedFloor
from twin.state import opening
from ui.cli import app
from ui.commands.records import export
from ui.commands.stocks import genealogy_of, stock
from ui.desk import Desk


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six days of the aerospace plant."""
    folder, wings, facts = tmp_path_factory.mktemp("wings") / "ws", read.scenario("aerospace"), list[Event]()
    desk = Desk.begin(folder, wings, by="ann")
    floor = SimulatedFloor(wings.plant, opening(wings.plant, wings.orders), Chance(1), facts.append)
    run(floor, rule("edd"), 6 * DAY)
    desk.journal.append(*(fact for fact in facts if not isinstance(fact, OrderAdded)))
    desk.journal.close()
    return folder


def test_the_stock_is_shown_now_and_then(workspace: Path) -> None:
    begin = {row["material"]: row for row in stock(workspace, "0 h").data["materials"]}
    assert begin["rib-bar"]["stock"] == 35 and begin["rib-bar"]["lots"] == {"rib-bar-0": 35}
    now = {row["material"]: row for row in stock(workspace, None).data["materials"]}
    for row in now.values():
        came = row["opening"] + row["delivered"] + row["stored"]
        assert row["stock"] == came - row["consumed"] - row["expired"] == sum(row["lots"].values())
    shown = CliRunner().invoke(app, ["stock", "-w", str(workspace), "--at", "2026-01-06T06:00"]).stdout
    assert "Stocks at 2026-01-06 06:00" in shown and "sealant-0: 4" in shown


def test_an_order_and_a_lot_are_traced(workspace: Path) -> None:
    links = genealogy_of(workspace, "MSN-1", None).data["links"]
    assert [(link["material"], link["quantity"]) for link in links if link["depth"] == 0][:2] == [
        ("wing-box", 1),
        ("skin", 4),
    ]
    found = CliRunner().invoke(app, ["genealogy", "--lot", "spar-billet/spar-billet-0", "-w", str(workspace), "--json"])
    assert {"spars-1", "box-1", "MSN-1"} <= {link["order"] for link in json.loads(found.stdout)["links"]}


def test_every_movement_goes_out_as_a_table(workspace: Path, tmp_path: Path) -> None:
    export(workspace, "stock", tmp_path / "stock.csv")
    frame = pd.read_csv(tmp_path / "stock.csv")
    assert set(frame["movement"]) == {"opening", "delivered", "stored", "consumed", "expired"}
    assert (frame["stock"] >= 0).all()


def test_what_cannot_be_traced_is_refused_with_what_there_is(workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidPlant, match=r"no order 'MSN-9'; did you mean 'MSN-4'\? there are ribs-1"):
        genealogy_of(workspace, "MSN-9", None)
    with pytest.raises(InvalidPlant, match="wanted an order"):
        genealogy_of(workspace, None, None)
    with pytest.raises(InvalidPlant, match="no lot 'sealant-9' of 'sealant'"):
        genealogy_of(workspace, None, "sealant/sealant-9")
    with pytest.raises(InvalidPlant, match="--at: "):
        stock(workspace, "yesterday")
    Desk.begin(tmp_path / "shop", read.scenario("machine-shop"), by="ann").journal.close()
    with pytest.raises(InvalidPlant, match="keeps no materials"):
        stock(tmp_path / "shop", None)
