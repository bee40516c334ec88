"""The house rules hold in every file, every package says what it offers, and each rule is able to fail."""

import ast
import importlib
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house import (
    PACKAGES,
    RULES,
    File,
    Rule,
    asks_the_computer_for_time_or_luck,
    asserts_for_users,
    imports_by_name,
    imports_for_types_only,
    imports_late,
    is_named_like_another,
    is_too_long,
    names_a_machine,
    runs_what_it_reads,
)

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    File(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
]
TEXTS = [
    path
    for folder in ("docs", "scenarios", "tests", "benchmarks")
    for pattern in ("*.md", "*.yaml", "*.py")
    for path in sorted((ROOT / folder).rglob(pattern))
    if "_build" not in path.parts and path.name not in ("house.py", "test_house.py")
]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_file_breaks_a_house_rule(rule: Rule) -> None:
    faults = [f"{file.path}: {fault}" for file in FILES for fault in rule(file)]
    assert not faults, f"{rule.__doc__}\n" + "\n".join(faults)


def test_no_text_names_the_computer_it_was_written_on() -> None:
    files = [File(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in TEXTS]
    faults = [f"{file.path}: {fault}" for file in files for fault in names_a_machine(file)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_lists_what_it_offers_sorted_and_whole(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__doc__, f"{package} does not say what it is"
    offered = list(getattr(module, "__all__", []))
    assert offered == sorted(offered, key=_as_ruff_sorts)
    missing = [name for name in offered if not hasattr(module, name)]
    assert not missing, f"{package} offers what it does not have"
    hidden = _own_imports(ROOT / package / "__init__.py", package) - set(offered)
    assert not hidden, f"{package} imports these for others, and does not list them"


def test_what_type_checkers_are_told_is_what_a_package_offers() -> None:
    for stub in ROOT.glob("*/__init__.pyi"):
        package = stub.parent.name
        offered = set(importlib.import_module(package).__all__)
        assert _own_imports(stub, package) == offered, f"{package}: __init__.pyi and __all__ differ"


def test_the_version_is_the_same_everywhere() -> None:
    assert importlib.import_module("ui").__version__ == PROJECT["project"]["version"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {PROJECT['project']['version']}" in changes


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_built_typed_and_layered(package: str) -> None:
    tool = PROJECT["tool"]
    layers = " | ".join(tool["importlinter"]["contracts"][0]["layers"]).split(" | ")
    assert package in tool["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert package in tool["mypy"]["packages"]
    assert package in tool["importlinter"]["root_packages"]
    assert package in layers


def test_there_is_no_package_that_the_rules_do_not_know() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert found == set(PACKAGES)


@pytest.mark.parametrize("module", ["plant_models", "twin", "ui.cli"])
def test_what_everybody_imports_is_light(module: str) -> None:
    heavy = {"asyncua", "gymnasium", "ortools", "plotly", "stable_baselines3", "streamlit", "torch"}
    script = f"import sys, {module}; print(*(set({sorted(heavy)!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def test_the_core_install_needs_no_torch() -> None:
    needs = " ".join(PROJECT["project"]["dependencies"])
    assert "torch" not in needs
    assert "stable-baselines3" not in needs
    script = "import sys; sys.modules['torch'] = None; import rl"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


BAD = [
    (imports_late, "def f():\n    import json\n"),
    (imports_late, "class A:\n    async def f(self):\n        from json import dumps\n"),
    (imports_for_types_only, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import json\n"),
    (imports_for_types_only, "import typing\nif typing.TYPE_CHECKING:\n    import json\n"),
    (asks_the_computer_for_time_or_luck, "import time\nnow = time.time()\n"),
    (asks_the_computer_for_time_or_luck, "from time import time\n"),
    (asks_the_computer_for_time_or_luck, "from datetime import datetime\nnow = datetime.now()\n"),
    (asks_the_computer_for_time_or_luck, "import datetime\nnow = datetime.datetime.now()\n"),
    (asks_the_computer_for_time_or_luck, "import random\n"),
    (asks_the_computer_for_time_or_luck, "import numpy as np\nx = np.random.normal()\n"),
    (asks_the_computer_for_time_or_luck, "from numpy.random import default_rng\n"),
    (runs_what_it_reads, "import pickle\n"),
    (runs_what_it_reads, "from cloudpickle import loads\n"),
    (runs_what_it_reads, "eval('1 + 1')\n"),
    (runs_what_it_reads, "import yaml\nyaml.load(text)\n"),
    (runs_what_it_reads, "import yaml\nyaml.load(text, Loader=yaml.Loader)\n"),
    (runs_what_it_reads, "import numpy as np\nnp.load(path, allow_pickle=True)\n"),
    (runs_what_it_reads, "import subprocess\nsubprocess.run('ls', shell=True)\n"),
    (imports_by_name, "import importlib\nimportlib.import_module(name)\n"),
    (asserts_for_users, "assert quantity > 0, 'the quantity must be more than zero'\n"),
    (is_too_long, "x = 1\n" * 501),
    (is_too_long, "def f():\n" + "    x = 1\n" * 80),
    (names_a_machine, "PATH = '/home/somebody/plants'\n"),
    (names_a_machine, "See /wo" + "rk/plants/shop.yaml.\n"),
    (names_a_machine, "x = 1  # TO" + "DO: later\n"),
]
GOOD = [
    (imports_late, "import json\n\n\ndef f():\n    return json\n"),
    (asks_the_computer_for_time_or_luck, "from plant_models import clock\nnow = clock.now()\n"),
    (asks_the_computer_for_time_or_luck, "import time\nbegan = time.perf_counter()\n"),
    (runs_what_it_reads, "import yaml\nyaml.load(text, Loader=yaml.CSafeLoader)\n"),
    (runs_what_it_reads, "import yaml\nclass Own(yaml.SafeLoader): ...\nyaml.load(text, Own)\n"),
    (runs_what_it_reads, "import numpy as np\nnp.load(path, allow_pickle=False)\n"),
    (asserts_for_users, "assert order.due is not None\nassert isinstance(order, str)\n"),
    (is_too_long, "def f():\n" + "    x = 1\n" * 79),
    (names_a_machine, "PATH = 'docs/home/page.md'\n"),
]


@pytest.mark.parametrize(("rule", "source"), BAD)
def test_a_rule_finds_what_breaks_it(rule: Rule, source: str) -> None:
    assert list(rule(File("twin/example.py", source)))


@pytest.mark.parametrize(("rule", "source"), GOOD)
def test_a_rule_leaves_in_peace_what_keeps_it(rule: Rule, source: str) -> None:
    assert not list(rule(File("twin/example.py", source)))


def test_the_command_line_alone_may_import_late() -> None:
    source = "def f():\n    import json\n"
    assert not list(imports_late(File("ui/cli.py", source)))
    assert list(imports_late(File("ui/desk.py", source)))


def test_a_package_may_load_its_own_rooms_by_name() -> None:
    own, other = "import_module(f'twin.{name}')\n", "import_module('scheduler.solve')\n"
    assert not list(imports_by_name(File("twin/__init__.py", own)))
    assert list(imports_by_name(File("twin/__init__.py", other)))
    assert list(imports_by_name(File("twin/kpi.py", own)))


@pytest.mark.parametrize("path", ["ui/calendar.py", "twin/scheduler.py", "rl/queue/__init__.py"])
def test_a_module_may_not_take_the_name_of_another(path: str) -> None:
    assert list(is_named_like_another(File(path, "")))


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2), name


def _own_imports(path: Path, package: str) -> set[str]:
    """What a package's `__init__` imports from its own rooms."""
    return {
        alias.asname or alias.name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package
        for alias in node.names
        if not (alias.asname or alias.name).startswith("_")
    }
