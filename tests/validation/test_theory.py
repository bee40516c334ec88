"""The twin against exactly solved and published cases: `make validate` runs the long form, `make test` a short one."""

import csv
import math
import re
import statistics
from pathlib import Path

import pytest
from scipy.stats import t as student

from tests.validation.cases import family, parameters

ROWS = list(csv.DictReader(Path(__file__).with_name("validation_cases.csv").open(encoding="utf-8")))
MEANS = [row for row in ROWS if family(row["case"])]
CONFIDENCE = 0.999


QUEUES = (
    "bulk_",
    "mmc_",
    "mg1_",
    "md1_",
    "mm1_",
    "batch_",
    "nonpreemptive_",
    "mgcc_",
    "machine_repair_",
    "jackson_",
    "rework_",
)
"""Figures of queues: their runs must be longer, because one long wait follows another."""


def check(row: dict[str, str], *, runs: int, count: int, precision: float) -> None:
    """Play *runs* replications of *count* orders: the figure must lie in the interval or the row's tolerance.

    The interval itself must be no wider than *precision* (a share of the figure), or the run proves nothing.
    """
    build = family(row["case"])
    assert build is not None
    measures = build(parameters(row["parameters"]), count)
    wanted = [float(part) for part in row["expected"].split(";")]
    percent = re.search(r"([\d.]+)%", row["tolerance"])
    assert percent is not None
    tolerance = float(percent[1]) / 100
    for measure, want in zip(measures, wanted * len(measures) if len(wanted) == 1 else wanted, strict=True):
        figures = [measure(seed) for seed in range(runs)]
        got = statistics.mean(figures)
        half = float(student.ppf((1 + CONFIDENCE) / 2, runs - 1)) * statistics.stdev(figures) / math.sqrt(runs)
        print(f"\n{row['case']}: expected {want:.6f}, got {got:.6f} +- {half:.6f} (tolerance {row['tolerance']})")
        assert half <= precision * want, "the run is too short to say anything"
        assert abs(got - want) <= max(half, tolerance * want)


@pytest.mark.parametrize("row", MEANS, ids=[row["case"] for row in MEANS])
def test_a_short_run_agrees_with_theory(row: dict[str, str]) -> None:
    is_queue = row["case"].startswith(QUEUES)
    check(row, runs=8, count=8000 if is_queue else 3000, precision=0.6 if is_queue else 0.1)


@pytest.mark.slow
@pytest.mark.parametrize("row", MEANS, ids=[row["case"] for row in MEANS])
def test_a_long_run_agrees_with_theory(row: dict[str, str]) -> None:
    is_queue = row["case"].startswith(QUEUES)
    check(row, runs=20, count=120_000 if is_queue else 30_000, precision=0.08 if is_queue else 0.012)


def test_every_case_is_either_played_or_named_as_waiting() -> None:
    page = (Path(__file__).parents[2] / "docs" / "background" / "validation.md").read_text(encoding="utf-8")
    replayed = ("flowshop_", "jobshop_", "littles_law")
    for row in ROWS:
        is_played = family(row["case"]) is not None or row["case"].startswith(replayed)
        line = next(line for line in page.splitlines() if line.startswith(f"| `{row['case']}`"))
        assert ("| passes |" in line) == is_played
        assert ("| waits for " in line) != is_played
