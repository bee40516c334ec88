"""The answer to a what-if: the verdict in words, the figures with a forest plot, the orders, the run in the middle."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from plant_models.clock import Epoch
from plant_models.shifts import HOUR, MINUTE
from plant_models.units import duration
from ui import answers as words
from ui import bars, baselines, charts, edits, session, tasks, verdicts
from ui.figures import ENERGY, HEADLINES, MATERIALS, figure, in_order
from ui.tables import clock
from ui.views import energy, stocks
from ui.views.parts import gantt_with_window

Result = Mapping[str, Any]

MOST_ORDERS = 20
MOST_MOVES = 200


def answers() -> None:
    """The answer that was asked for last, or an earlier one, with the way to the others."""
    found = session.jobs().done("what_if", most=12)
    if not found:
        return
    numbers = [number for number, _, _ in found]
    chosen = st.session_state.get("answer")
    number = chosen if chosen in numbers else numbers[0]
    job = session.jobs().find(number)
    if job is None or job.result is None or "others" not in job.result:
        return
    st.divider()
    latest = session.jobs().latest("what_if")
    if latest is not None and latest.is_open:
        st.caption("The answer to the question before:")
    _answer(job.result)
    if len(found) > 1:
        _earlier(numbers, number)


def _answer(result: Result) -> None:
    said = words.of(result)
    st.html(verdicts.banner(said))
    parts: dict[str, Callable[[Result], None]] = {
        "Figures": _figures,
        "Orders on time": _orders,
        "Run in the middle": _gantt,
        "What moves": _moves,
        **({"Stocks": stocks.what_if} if result.get("stocks") else {}),
        **({"Energy": energy.what_if} if result.get("load") else {}),
        "Take it along": _exports,
    }
    for tab, show in zip(st.tabs(list(parts)), parts.values(), strict=True):
        with tab:
            show(result)


def _figures(result: Result) -> None:
    rows = {row["kpi"]: row for row in result["figures"]}
    names = in_order(list(rows))
    leading = [name for name in names if name in (*HEADLINES, *MATERIALS)]
    st.html(verdicts.table([*result["others"], *(rows[name] for name in leading)], confidence=result["confidence"]))
    drawn = [rows[name] for name in names if name in ENERGY]
    if drawn:
        st.markdown("**Energy**")
        currency = (result.get("load") or {}).get("changed", {}).get("currency", "")
        st.html(verdicts.table(drawn, confidence=result["confidence"], currency=currency))
    with st.expander("All other figures"):
        rest = [rows[name] for name in names if name not in (*HEADLINES, *MATERIALS, *ENERGY)]
        st.html(verdicts.table(rest, confidence=result["confidence"]))


def _orders(result: Result) -> None:
    epoch, frame = Epoch(edits.moment(result["epoch"])), pd.DataFrame(result["orders"])
    known = frame[frame["p_on_time_other"].notna()].copy() if len(frame) else frame
    if known.empty:
        st.info("No order has a due date.")
        return
    known["moved"] = (known["p_on_time_other"] - known["p_on_time_base"]).abs().fillna(2.0)
    known = known.sort_values(["moved", "order"], ascending=[False, True])
    shown = known.head(MOST_ORDERS)
    left, right = st.columns([2, 5], gap="small")
    with left:
        alt = f"P(on time) of {len(shown)} orders as it is and changed."
        st.plotly_chart(charts.chances(shown), theme=None, alt=alt, key="chances", config={"displaylogo": False})
        if len(known) > len(shown):
            st.caption(f"The {len(shown)} orders that move most, of {len(known)}.")
    with right:
        st.dataframe(_order_rows(known, epoch), hide_index=True, width="stretch", height=_tall(len(known)))


def _tall(rows: int) -> int:
    return min(620, 35 * (rows + 1) + 3)


def _order_rows(frame: pd.DataFrame, epoch: Epoch) -> pd.DataFrame:
    found = []
    for row in frame.to_dict("records"):
        change, low, high = row["p_change"], row["p_change_low"], row["p_change_high"]
        is_known = change is not None and change == change
        found.append(
            {
                "order": row["order"],
                "due": _at(epoch, row["due_h"]),
                "done, as it is": _at(epoch, row["finish_median_base_h"]),
                "done, changed": _at(epoch, row["finish_median_other_h"]),
                "on time, %": f"{_share(row['p_on_time_base'])} → {_share(row['p_on_time_other'])}",
                "change, points": f"{100 * change:+.0f} ({100 * low:+.0f} to {100 * high:+.0f})" if is_known else "new",
                "verdict": f"{verdicts.ICONS[row['verdict']]} {row['verdict']}" if row["verdict"] else "",
            }
        )
    return pd.DataFrame(found)


def _share(value: float | None) -> str:
    return "–" if value is None or value != value else f"{100 * value:.0f}"


def _at(epoch: Epoch, hours: float | None) -> str:
    return "–" if hours is None or hours != hours else f"{epoch.datetime(round(hours * HOUR)):%a %d, %H:%M}"


def _gantt(result: Result) -> None:
    which = st.segmented_control("World", ["changed", "as it is"], default="changed", key="world") or "changed"
    before, after = (tasks.bars_from(result["bars"][name]) for name in ("base", "changed"))
    st.caption(
        f"Run {result['middle'] + 1} of {result['runs']}: in the middle of the changed world by weighted tardiness"
        + (", over thin bars: the same run as it is, with the same luck." if which == "changed" else ", as it is.")
    )
    gantt_with_window(
        f"whatif {which}",
        after if which == "changed" else before,
        before=before if which == "changed" else (),
        now=result["now"],
        machines=result["machines"],
        epoch=Epoch(edits.moment(result["epoch"])),
        marked=result["added"],
        under="as it is",
    )


def _moves(result: Result) -> None:
    """What is done elsewhere or at another time, in the run in the middle."""
    epoch = Epoch(edits.moment(result["epoch"]))
    before, after = (tasks.bars_from(result["bars"][name]) for name in ("base", "changed"))
    moved = bars.moved(before, after, by=5 * MINUTE)
    begun = len({(bar.order, bar.step) for bar in after if bar.kind == "work"})
    st.caption(
        f"{len(moved)} of {begun} steps are on another machine, or begin more than 5 minutes earlier or later, in the "
        "run in the middle."
    )
    if not moved:
        return
    moved.sort(key=lambda pair: -abs(pair[1].start - pair[0].start))
    rows = [
        {
            "order": new.order,
            "step": new.step + 1,
            "machine": new.machine if new.machine == old.machine else f"{old.machine} → {new.machine}",
            "begins, as it is": clock(epoch, old.start / HOUR),
            "changed": clock(epoch, new.start / HOUR),
            "later by, h": round((new.start - old.start) / HOUR, 1),
        }
        for old, new in moved[:MOST_MOVES]
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", height=_tall(len(rows)))


def _exports(result: Result) -> None:
    one, two, three, four = st.columns(4)
    files: Sequence[tuple[Any, str, str, str]] = (
        (one, "Changes", "changes.yaml", result["yaml"]),
        (two, "Figures", "figures.csv", pd.DataFrame([*result["others"], *result["figures"]]).to_csv(index=False)),
        (three, "Orders", "orders.csv", pd.DataFrame(result["orders"]).to_csv(index=False)),
    )
    for column, label, name, content in files:
        column.download_button(
            f"{label} ({name})", content, name, icon=":material/download:", width="stretch", on_click="ignore"
        )
    baseline = result["asked"]["baseline"]
    if baseline and Path(baseline).is_file():
        file = Path(baseline)
        four.download_button(
            "The floor it started from",
            file.read_bytes(),
            file.name,
            icon=":material/download:",
            width="stretch",
            on_click="ignore",
        )
    st.caption("The same numbers on the command line, beside these files:")
    st.code(command(result), language="bash", wrap_lines=True)


def command(result: Result) -> str:
    """What to type for the same numbers."""
    asked = result["asked"]
    parts = ["foreshift", "whatif"]
    if asked["baseline"]:
        file = Path(asked["baseline"])
        parts.append(file.name if file.is_file() else asked["baseline"])
    parts += ["--changes", "changes.yaml"]
    if asked["who"]:
        is_plan = asked["who"].startswith("plan ")
        parts += ["--plan" if is_plan else "--rule", asked["who"].removeprefix("plan ")]
    parts += ["--runs", str(asked["runs"])]
    if asked["until"]:
        parts += ["--until", asked["until"]]
    if asked.get("span"):
        parts += ["--for", duration(asked["span"]).replace(" ", "")]
    return shlex.join([*parts, "--seed", str(result["seed"])])


def _earlier(numbers: Sequence[int], shown: int) -> None:
    """What was asked before, side by side; a row brings its answer back."""
    with st.expander("Asked before, side by side", icon=":material/history:"):
        rows = [row for number in numbers if (row := _headline(str(session.jobs().path), number)) is not None]
        frame = pd.DataFrame([row | {"shown": "●" if row["number"] == shown else ""} for row in rows])
        event = st.dataframe(
            frame.drop(columns="number"),
            hide_index=True,
            width="stretch",
            on_select="rerun",
            selection_mode="single-row",
            key="earlier",
        )
        chosen = event.selection.rows
        if chosen and frame.iloc[chosen[0]]["number"] != shown:
            st.session_state["answer"] = int(frame.iloc[chosen[0]]["number"])
            st.rerun()


@st.cache_data(show_spinner=False, max_entries=200)
def _headline(_path: str, number: int) -> dict[str, Any] | None:
    job = session.jobs().find(number)
    if job is None or job.result is None or "others" not in job.result:
        return None
    result = job.result
    rows = {row["kpi"]: row for row in result["figures"]}
    row: dict[str, Any] = {
        "number": number,
        "what if": "; ".join(result["changes"]),
        "verdict": "; ".join([*map(str, words.outlooks(result)), words.verdict(result)]),
        "from": baselines.name_of(result["asked"]["baseline"]),
        "pairs": result["runs"],
    }
    for name in ("weighted_tardiness_h", "late_orders", "makespan_h"):
        if name in rows:
            row[f"{figure(name).words}"] = figure(name).change(rows[name]["change"])
    return row
