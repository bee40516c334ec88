"""Orders from the ERP system come in once, however often their file does."""

from pathlib import Path

import pytest

from live_bridge import erp
from plant_models.deeds import OrdersImported
from plant_models.errors import InvalidPlant
from plant_models.events import OrderReleased
from tests.live_bridge.shops import shop
from twin.journal import Journal, replay

HEADER = "order,product,quantity,release,due,weight\n"


def file(folder: Path, *rows: str) -> Path:
    path = folder / "orders.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n")
    return path


def test_a_file_that_is_imported_twice_adds_its_orders_once(tmp_path: Path) -> None:
    journal, scenario = Journal.in_memory(), shop(0)
    path = file(tmp_path, "e1,bracket,5,0 s,4 h,1", "e2,flange,8,10 min,5 h,2")
    first = erp.import_orders(journal, path, scenario, by="erp")
    assert first.added == ("e1", "e2")
    second = erp.import_orders(journal, path, scenario, by="erp")
    assert second.unchanged == ("e1", "e2") and not second.added
    assert [deed.orders for deed in journal.deeds() if isinstance(deed, OrdersImported)] == [("e1", "e2")]
    assert list(replay(scenario.plant, journal.facts()).orders) == ["e1", "e2"]


def test_a_changed_order_is_taken_over_and_named_unless_it_has_begun(tmp_path: Path) -> None:
    journal, scenario = Journal.in_memory(), shop(0)
    erp.import_orders(journal, file(tmp_path, "e1,bracket,5,0 s,4 h,1"), scenario, by="erp")
    changed = erp.import_orders(journal, file(tmp_path, "e1,bracket,6,0 s,4 h,1"), scenario, by="erp")
    assert changed.changed == ("e1",) and changed.words() == "0 orders added, 1 changed (e1)"
    assert replay(scenario.plant, journal.facts()).orders["e1"].quantity == 6
    journal.append(OrderReleased(0, "e1"))
    late = file(tmp_path, "e1,bracket,7,0 s,4 h,1", "e2,flange,8,0 s,5 h,2")
    with pytest.raises(InvalidPlant, match="on the floor already"):
        erp.import_orders(journal, late, scenario, by="erp")
    assert "e2" not in replay(scenario.plant, journal.facts()).orders


def test_a_wrong_file_says_where_and_imports_nothing(tmp_path: Path) -> None:
    journal = Journal.in_memory()
    with pytest.raises(InvalidPlant, match=r"orders\.csv"):
        erp.import_orders(journal, file(tmp_path, "e1,gearbox,5,0 s,4 h,1"), shop(0), by="erp")
    assert len(journal) == 0
