"""What is in the workspace's journal goes out as tables and event logs, and a plant comes in from tables."""

import json
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from plant_models import InvalidPlant, read
from ui.commands.records import convert, export
from ui.desk import Desk


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    Desk.begin(tmp_path / "ws", read.scenario("machine-shop"), by="ann").journal.close()
    return tmp_path / "ws"


def test_events_go_out_in_the_form_that_the_file_is_named_after(workspace: Path, tmp_path: Path) -> None:
    export(workspace, "events", tmp_path / "log.json")
    assert len(json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))["events"]) == 40
    export(workspace, "events", tmp_path / "log.sqlite")
    with sqlite3.connect(tmp_path / "log.sqlite") as base:
        assert base.execute("SELECT count(*) FROM event").fetchone() == (40,)
    export(workspace, "events", tmp_path / "log.xes")
    assert (tmp_path / "log.xes").read_text(encoding="utf-8").count("<trace>") == 40
    export(workspace, "events", tmp_path / "log.parquet")
    assert set(pd.read_parquet(tmp_path / "log.parquet")["event"]) == {"OrderAdded"}
    export(workspace, "events", tmp_path / "log", "csv")
    assert len(pd.read_csv(tmp_path / "log")) == 40
    export(workspace, "visits", tmp_path / "visits.csv")
    assert "queue_ms" in pd.read_csv(tmp_path / "visits.csv")


def test_a_form_that_is_not_known_is_refused(workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidPlant, match=r"log\.doc: wanted a file that ends in \.json"):
        export(workspace, "events", tmp_path / "log.doc")
    with pytest.raises(InvalidPlant, match="--format is for events"):
        export(workspace, "facts", tmp_path / "facts.csv", "xes")
    with pytest.raises(InvalidPlant, match=r"shop\.ods: wanted a file that ends in \.yaml"):
        convert("machine-shop", tmp_path / "shop.ods")


@pytest.mark.parametrize("name", ["shop.xlsx", "shop"])
def test_a_workspace_can_begin_with_a_plant_from_tables(tmp_path: Path, name: str) -> None:
    convert("machine-shop", tmp_path / name)
    desk = Desk.begin(tmp_path / "ws", read.scenario(tmp_path / name), by="ann")
    assert len(desk.orders) == 40
