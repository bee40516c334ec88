"""The table of a comparison draws what its numbers say, and the answer in words says no more than they do."""

import re
from typing import Any

from ui import answers, verdicts


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


def test_deliveries_come_first_in_the_verdict() -> None:
    assert answers.verdict({r["kpi"]: r for r in (LATE, OEE)}) == "worse"
    assert answers.verdict({r["kpi"]: r for r in (LATE | {"verdict": "no difference shown"}, OEE)}) == (
        "no difference shown"
    )
    assert answers.verdict({r["kpi"]: r for r in (OEE, SAME)}) == "better", "where nothing is due"
    assert answers.verdict({r["kpi"]: r for r in (SAME,)}) == "no difference shown"
    early = row("weighted_tardiness_h", 10.0, -3, -2, -1, "better")
    assert answers.verdict({r["kpi"]: r for r in (LATE, early)}) == "better and worse"
