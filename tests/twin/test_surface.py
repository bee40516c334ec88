"""What `twin` offers: light to import, whole when asked, and the same to people and to type checkers."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import twin

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", twin.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(twin, name) is not None
    assert name in dir(twin)


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"there are .*Journal"):
        _ = twin.Jornal


def test_the_stub_offers_the_same_from_the_same_places() -> None:
    tree = ast.parse((ROOT / "twin" / "__init__.pyi").read_text(encoding="utf-8"))
    offered = {
        alias.name: node.module for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    homes = {name: room for room, names in twin._ROOMS.items() for name in names}
    assert offered == {name: homes.get(name, "twin") for name in twin.__all__}


def test_looking_at_a_state_loads_nothing_heavy() -> None:
    heavy = ("joblib", "numpy", "pandas", "scipy", "sqlalchemy")
    script = f"import sys, twin; twin.opening; twin.SimulatedFloor; print(*(set({heavy}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def test_a_worker_loads_no_tables() -> None:
    script = "import sys, twin.trials; print(*({'pandas', 'scipy', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
