"""The indicators of ISO 22400-2 against worked cases, and a whole shift that is classified minute by minute."""

import csv
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin import iso22400, practice
from twin.indicators import Indicator, find
from twin.iso22400 import KPIS, Elements, total
from twin.practice import PRACTICE

DATA = Path(__file__).parent / "data"
Given = dict[str, Any]


def _rows() -> dict[str, dict[str, str]]:
    with (DATA / "iso22400_cases.csv").open(newline="", encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


CASES = _rows()

TIMES: dict[str, Callable[..., float]] = {
    "T1": iso22400.planned_busy_time,
    "T2": iso22400.actual_unit_processing_time,
    "T3": iso22400.actual_unit_busy_time,
    "T4": iso22400.busy_and_down_time,
    "T5": iso22400.actual_order_execution_time,
}

ELEMENTS_OF: dict[str, Callable[[Given], tuple[Any, ...]]] = {
    "K06": lambda g: (g["APT"] / g["PBT"], g["PRI"] * g["PQ"] / g["APT"], g["GQ"] / g["PQ"]),
    "K07": lambda g: (g["AUPT"] / g["PBT"], g["PRI"] * g["PQ"] / g["APT"], g["GQ"] / g["PQ"]),
    "K09": lambda g: (g["PRI"] * g["PQ"], g["APT"]),
    "K15b": lambda g: ([g["Y1"], g["Y2"], g["Y3"]],),
    "X4": lambda g: (g["tard"],),
    "X5": lambda g: ([g["w1"], g["w2"], g["w3"]], [g["t1"], g["t2"], g["t3"]]),
}
"""Where a row gives its inputs otherwise than one for each argument, in order."""


def computed(case: str, given_: Given) -> float | None:
    """A row through the functions: letters after a number are variants and identities of the same indicator."""
    match case:
        case "K06b":  # OEE = PRI * GQ / PBT, whatever the time in production was
            return Elements(apt=1.0, adot=given_["PBT"] - 1, prt=given_["PRI"] * 400, pq=400, gq=given_["GQ"]).oee
        case "K31v":
            compute = iso22400.mean_operating_time_between_failures
            return compute(given_["TBF"], given_["FE"], estimator="failures and one")
        case "K31c":
            return iso22400.mean_operating_time_between_failures(given_["total_operating_time"], given_["FE"])
    arguments = ELEMENTS_OF[case](given_) if case in ELEMENTS_OF else tuple(given_.values())
    if case in TIMES:
        return TIMES[case](*arguments)
    return (KPIS | PRACTICE)[case].compute(*arguments)


def test_there_are_53_worked_cases() -> None:
    assert len(CASES) == 53


@pytest.mark.parametrize("case", CASES)
def test_a_worked_case_comes_out_as_worked(case: str) -> None:
    row = CASES[case]
    got = computed(case, json.loads(row["inputs_json"]))
    assert got == pytest.approx(float(row["expected"]), rel=float(row["rel_tol"]))


@pytest.mark.parametrize("case", [case for case in CASES if case in KPIS or case in PRACTICE])
def test_the_listing_says_which_way_is_better_as_the_cases_do(case: str) -> None:
    better = {"up": "higher", "down": "lower", "": None}[CASES[case]["better"]]
    assert (KPIS | PRACTICE)[case].better == better


def test_the_listing_has_all_34_in_order_and_each_says_what_it_is() -> None:
    assert list(KPIS) == [f"K{number:02}" for number in range(1, 35)]
    assert len({indicator.name for indicator in KPIS.values()}) == 34
    for indicator in (KPIS | PRACTICE).values():
        said = indicator.compute.__doc__ or ""
        assert indicator.meaning.endswith(".") and len(indicator.meaning) > 20
        for part in (indicator.number, indicator.formula, indicator.unit, indicator.source):
            assert part in said


def test_an_indicator_is_found_by_number_and_by_name() -> None:
    assert iso22400.kpi("k06") is iso22400.kpi("OEE index") is KPIS["K06"]
    with pytest.raises(KeyError, match="K01 Worker efficiency"):
        iso22400.kpi("OEE")
    assert find(PRACTICE, "TEEP").compute is practice.teep


def takes(indicator: Indicator) -> int:
    return (indicator.compute.__code__).co_argcount


RATIOS = [i for i in (KPIS | PRACTICE).values() if i.number not in ("K06", "K07", "K15b", "X1", "X4", "X5", "X6")]


@pytest.mark.parametrize("indicator", RATIOS, ids=lambda i: i.number)
def test_a_zero_denominator_is_not_known_and_never_zero(indicator: Indicator) -> None:
    assert indicator.compute(*[0.0] * takes(indicator)) is None


def test_what_follows_from_something_unknown_is_not_known() -> None:
    assert iso22400.oee_index(None, 1.0, 1.0) is None
    assert iso22400.nee_index(1.0, None, 1.0) is None
    assert practice.teep(None, 450, 1440) is None
    assert practice.rolled_throughput_yield([0.9, None]) is None
    assert practice.mean_tardiness([]) is None
    assert iso22400.mean_operating_time_between_failures(600, 0) is None


def test_ratios_are_never_clipped() -> None:
    assert Elements(apt=10, prt=15, pq=3, gq=3).oee == 1.5
    assert iso22400.actual_to_planned_scrap_ratio(30, 10) == 3.0
    assert iso22400.critical_process_capability(10.0, 9.0, 10.5, 0.1) == pytest.approx(-5 / 3)


MINUTES = st.integers(0, 500).map(float)


@given(st.lists(st.builds(Elements, apt=MINUTES, aust=MINUTES, adet=MINUTES, adot=MINUTES, pq=MINUTES), max_size=5))
def test_aggregation_sums_elements(parts: list[Elements]) -> None:
    whole = total(parts)
    assert whole.pbt == sum(part.pbt for part in parts) == whole.aubt + whole.adot
    assert whole.availability == iso22400.availability(sum(p.apt for p in parts), sum(p.pbt for p in parts))


def test_the_mean_of_two_availabilities_is_not_that_of_both_machines() -> None:
    assert total([Elements(apt=10), Elements(adot=90)]).availability == 0.1


def test_the_log_of_a_shift_gives_the_oee_that_was_worked_out_for_it() -> None:
    minutes: dict[str, float] = defaultdict(float)
    good = scrap = rework = 0
    with (DATA / "iso22400_shift_log.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            minutes[row["state"]] += float(row["minutes"])
            good, scrap, rework = good + int(row["good"]), scrap + int(row["scrap"]), rework + int(row["rework"])
    produced = good + scrap + rework
    elements = Elements(
        apt=minutes["PRODUCTION"],
        aust=minutes["SETUP"],
        adet=minutes["DELAY"],
        adot=minutes["DOWN"],
        prt=0.9 * produced,
        pq=produced,
        gq=good,
        sq=scrap,
        rq=rework,
    )
    planned = iso22400.planned_busy_time(sum(minutes.values()), minutes["PLANNED_DOWN"])
    assert elements.aubt + elements.adot == planned == elements.pbt == 450
    got = elements.indicators()
    assert [got[number] for number in ("K08", "K09", "K10", "K06")] == pytest.approx([0.80, 0.95, 0.95, 0.722])
    assert got["K16"] == pytest.approx(12 / 380)
    assert got["K17"] == pytest.approx(7 / 380)
