"""The table of a comparison draws what its numbers say, and the answer in words says no more than they do."""

import re
from collections.abc import Sequence
from typing import Any

from plant_models import read
from plant_models.orders import Order
from plant_models.shifts import HOUR
from twin.changes import AddOrder, Speed
from ui import answers, verdicts
from ui.desk import Desk


def row(kpi: str, base: float | None, low: float, change: float, high: float, verdict: str) -> dict[str, Any]:
    other = None if base is None else base + change
    return {
        "kpi": kpi,
        "base": base,
        "other": other,
        "change": change,
        "change_low": low,
        "change_high": high,
        "verdict": verdict,
    }


LATE = row("late_orders", 10.0, 1.0, 2.0, 3.0, "worse")
OEE = row("oee", 0.5, 0.01, 0.02, 0.03, "better")
SAME = row("makespan_h", 50.0, -1.0, 0.0, 1.0, "no difference shown")


NONE = "no difference shown"


def places(html: str) -> list[tuple[float, float, float]]:
    """Each interval that is drawn: where it begins, how wide it is, where its middle is, in percent."""
    found = re.findall(r"<b style='left:([\d.]+)%;width:([\d.]+)%.*?<em style='left:([\d.]+)%", html)
    return [(float(left), float(width), float(at)) for left, width, at in found]


def test_an_interval_is_drawn_beside_no_change_or_across_it() -> None:
    (late, late_width, middle), (same, same_width, at) = places(verdicts.table([LATE, SAME]))
    assert late > 50
    assert abs(late + late_width / 2 - middle) < 0.02
    assert same < 50 < same + same_width
    assert at == 50


def test_what_was_zero_has_no_percentage_and_is_not_drawn() -> None:
    html = verdicts.table([row("late_orders", 0.0, 1, 2, 3, "worse"), row("scrap_pieces", None, 1, 2, 3, "worse")])
    assert places(html) == []
    assert html.count("not drawn") == 2


def test_what_is_beyond_the_plot_ends_in_an_arrow() -> None:
    html = verdicts.table([row("late_orders", 1.0, 5, 6, 7, "worse")])
    assert "▸" in html
    assert places(html)[0][2] <= 100


def test_names_from_a_file_are_text_and_nothing_else() -> None:
    said = answers.Answer(
        changes=("<script>alert(1)</script>",),
        about="Deliveries",
        verdict="worse",
        sentences=("<b>x</b>",),
        footnote="a & b",
    )
    html = verdicts.banner(said)
    assert "<script>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "a &amp; b" in html


def judged(*figures: dict[str, Any], others: Sequence[dict[str, Any]] = ()) -> str:
    return answers.verdict({"figures": figures, "others": others})


def test_deliveries_come_first_in_the_verdict() -> None:
    same_late = LATE | {"verdict": "no difference shown"}
    assert judged(LATE, OEE) == "worse"
    assert judged(same_late, OEE) == "no difference shown"
    assert judged(OEE, SAME) == "better", "where nothing is due"
    assert judged(SAME) == "no difference shown"
    assert judged(LATE, row("weighted_tardiness_h", 10.0, -3, -2, -1, "better")) == "better and worse"
    assert judged(LATE | {"verdict": "better"}, others=[row("others_late_orders", 9, 1, 2, 3, "worse")]) == "worse"


def test_an_easy_order_more_does_not_make_deliveries_better() -> None:
    """It raises the share of orders on time; what counts is what the others pay."""
    desk = Desk.at(read.scenario("machine-shop"))
    rush = Order(id="RUSH-1", product="shaft-30", quantity=40, due=400 * HOUR, weight=4.0)
    found = answers.data(desk.what_if((AddOrder(rush),), runs=30, workers=1), "fifo", desk.scenario.epoch)
    share = next(row for row in found["figures"] if row["kpi"] == "on_time_share")
    assert share["change"] > 0
    tardiness, late = found["others"]
    whole = next(row for row in found["figures"] if row["kpi"] == "weighted_tardiness_h")
    assert abs(tardiness["base"] - whole["base"]) < 1e-6, "the order itself is never late here"
    assert abs(tardiness["other"] - whole["other"]) < 1e-6
    assert late["base"] == next(row for row in found["figures"] if row["kpi"] == "late_orders")["base"]
    words = {row["verdict"] for row in (tardiness, late)} - {"no difference shown"}
    assert answers.verdict(found) == (words.pop() if len(words) == 1 else "better and worse" if words else NONE)
    assert answers.of(found).about == "The other orders"


def rush(p: float | None, low: float, high: float, due: float | None = 10.0) -> str:
    """What the headline says of a rush order that is on time so often."""
    order = {"order": "RUSH-1", "due_h": due, "p_on_time_other": p, "p_on_time_other_low": low}
    found = {"orders": [order | {"p_on_time_other_high": high}], "added": ["RUSH-1"], "runs": 100}
    (outlook,) = answers.outlooks(found)
    return f"{outlook} · {outlook.tone}"


def test_a_rush_order_leads_with_whether_it_is_on_time_and_how_sure_that_is() -> None:
    assert rush(0.99, 0.95, 1.0) == "RUSH-1: almost certainly on time, in 99 of 100 runs (95 to 100 %) · better"
    assert rush(0.8, 0.71, 0.87) == "RUSH-1: likely on time, in 80 of 100 runs (71 to 87 %) · better"
    assert rush(0.5, 0.4, 0.6).startswith("RUSH-1: may be on time or late: on time in 50 of 100 runs")
    assert rush(0.3, 0.2, 0.4) == "RUSH-1: likely late: on time in 30 of 100 runs (20 to 40 %) · worse"
    assert rush(0.0, 0.0, 0.04) == "RUSH-1: almost certainly late: on time in 0 of 100 runs (0 to 4 %) · worse"
    assert rush(None, 0, 0, due=None) == "RUSH-1: it has no due date · no difference shown"


def test_the_rush_order_stands_above_what_it_costs_the_others() -> None:
    outlook = answers.Outlook("RUSH-1", "likely on time, in 80 of 100 runs (71 to 87 %)", "better")
    said = answers.Answer(
        changes=("x",), outlooks=(outlook,), about="The other orders", verdict="worse", sentences=(), footnote=""
    )
    html = verdicts.banner(said)
    assert html.index("▲ RUSH-1: likely on time") < html.index("▼ The other orders: worse")
    assert re.search(r"class='v'[^>]*>▲ RUSH-1", html), "the order is what stands out"


def test_a_change_that_reads_as_zero_is_neither_better_nor_worse() -> None:
    tiny = row("oee", 0.5, -0.0003, -0.0002, -0.0001, "worse")
    assert answers.shown(tiny) == "no difference shown"
    assert "▼" not in verdicts.table([tiny])
    assert judged(tiny) == "no difference shown"


def test_the_same_orders_in_both_worlds_have_no_others() -> None:
    desk = Desk.at(read.scenario("machine-shop"))
    found = desk.what_if((Speed("mill-1", 1.1),), runs=2, workers=1)
    assert answers.others(found.comparison) == []
