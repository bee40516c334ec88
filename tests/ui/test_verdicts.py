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


def test_the_same_orders_in_both_worlds_have_no_others() -> None:
    desk = Desk.at(read.scenario("machine-shop"))
    found = desk.what_if((Speed("mill-1", 1.1),), runs=2, workers=1)
    assert answers.others(found.comparison) == []
