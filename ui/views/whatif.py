"""What-if: change something, play both worlds with the same luck, and see what differs."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from plant_models.errors import InvalidPlant
from plant_models.shifts import HOUR, MINUTE
from twin.policies.rules import RULES
from ui import charts, edits, session, tasks
from ui.figures import HEADLINES, figure, in_order
from ui.views.parts import gantt_with_window, job_panel, take_result


def page() -> None:
    """Questions to the twin; nothing here can touch the floor."""
    st.title("What-if")
    st.caption(
        "Both worlds start from the floor as it stands and meet the same luck, "
        "run by run. Nothing here reaches the floor."
    )
    entries: list[edits.Entry] = st.session_state.setdefault("entries", [])
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Change")
        _editor(entries)
    with right:
        st.subheader("Question")
        _question(entries)
    job_panel("what_if", "Rehearsing both")
    result = take_result("what_if")
    if result is not None:
        st.divider()
        _result(result)


def _editor(entries: list[edits.Entry]) -> None:
    desk = session.desk()
    state, plant = desk.state, desk.plant
    open_orders = [name for name, order in state.orders.items() if not order.has_left]
    kinds = ["Machine down", "Rush order", "Due date", "Speed", "Extra shift", "Buffer", "Rule"]
    kind = st.pills("Kind of change", kinds, default=kinds[0], key="kind", label_visibility="collapsed") or kinds[0]
    with st.form("change", clear_on_submit=False):
        entry = _fields(kind, list(plant.machines), open_orders, -(-state.now // MINUTE) * MINUTE)
        if st.form_submit_button("Add to the question", icon=":material/add:"):
            try:
                desk_changes = edits.read([entry], desk.scenario.epoch)
                desk_changes[0].apply(desk.scenario.with_orders(tuple(desk.orders.values())))
            except InvalidPlant as error:
                st.error(str(error), icon=":material/error:")
            else:
                entries.append(entry)
                st.rerun()


def _fields(kind: str, machines: list[str], orders: list[str], now: int) -> edits.Entry:
    plant = session.desk().plant
    one, two, three = st.columns(3)

    def hours(column: Any, label: str, value: float, key: str) -> int:
        return round(float(column.number_input(label, 0.0, 2000.0, value, step=0.5, key=key)) * HOUR)

    if kind == "Machine down":
        machine = one.selectbox("Machine", machines, key="down machine")
        start = now + hours(two, "In, hours", 1.0, "down start")
        return {
            "change": "machine-down",
            "machine": machine,
            "start": edits.milliseconds(start),
            "end": edits.milliseconds(start + hours(three, "Lasting, hours", 4.0, "down lasting")),
        }
    if kind == "Rush order":
        name = one.text_input("Order", "RUSH-1", key="rush order")
        product = two.selectbox("Product", list(plant.products), key="rush product")
        quantity = int(three.number_input("Pieces", 1, 100_000, 20, key="rush pieces"))
        due = now + hours(one, "Due in, hours", 12.0, "rush due")
        weight = float(two.number_input("Weight", 0.0, 100.0, 4.0, key="rush weight"))
        return {
            "change": "add-order",
            "order": name,
            "product": product,
            "quantity": quantity,
            "release": edits.milliseconds(now),
            "due": edits.milliseconds(due),
            "weight": weight,
        }
    if kind == "Due date":
        order = one.selectbox("Order", orders, key="due order")
        return {
            "change": "due-date",
            "order": order or "",
            "due": edits.milliseconds(now + hours(two, "Due in, hours", 12.0, "due due")),
        }
    if kind == "Speed":
        machine = one.selectbox("Machine", machines, key="speed machine")
        return {
            "change": "speed",
            "machine": machine,
            "factor": float(two.number_input("Times as fast", 0.1, 10.0, 1.2, step=0.05, key="speed factor")),
        }
    if kind == "Extra shift":
        center = one.selectbox("Work center", list(plant.work_centers), key="shift center")
        start = now + hours(two, "In, hours", 16.0, "shift start")
        return {
            "change": "extra-shift",
            "work_center": center,
            "start": edits.milliseconds(start),
            "end": edits.milliseconds(start + hours(three, "Lasting, hours", 8.0, "shift lasting")),
        }
    if kind == "Buffer":
        buffer = one.selectbox("Buffer", list(plant.buffers), key="buffer")
        return {
            "change": "buffer-size",
            "buffer": buffer,
            "capacity": int(two.number_input("Places", 0, 10_000, 5, key="places")),
        }
    return {"change": "other-rule", "rule": one.selectbox("Rule", sorted(RULES), key="rule")}


def _question(entries: list[edits.Entry]) -> None:
    desk = session.desk()
    if not entries:
        st.info("What would you like to change? Add it on the left.", icon=":material/arrow_back:")
        return
    wanted = edits.read(entries, desk.scenario.epoch)
    st.caption(f"Times count from {desk.scenario.epoch.start:%a %d %b %H:%M}.")
    for number, change in enumerate(wanted):
        one, two = st.columns([6, 1], vertical_alignment="center")
        one.markdown(f"{number + 1}. {change.words(desk.scenario.epoch)}")
        if two.button("", icon=":material/delete:", key=f"drop {number}", help="Take it out"):
            entries.pop(number)
            st.rerun()
    with st.expander("As YAML"):
        st.code(edits.as_yaml(wanted), language="yaml")
    in_force = next((s for s in desk.standings.values() if s.status == "released"), None)
    who = [*sorted(RULES)] if in_force is None else [f"plan {in_force.digest[:12]}", *sorted(RULES)]
    names = ["(the scenario's rule)", *who]
    one, two = st.columns([2, 1])
    chosen = one.selectbox(
        "Who decides", names, key="who", help="A plan keeps its sequences in both worlds; a rule decides on the spot."
    )
    runs = int(two.number_input("Runs", 10, 2000, 100, step=10, key="runs"))
    if st.button("Play both worlds", type="primary", icon=":material/play_arrow:", key="play", width="stretch"):
        session.ask(
            "what_if", {"entries": entries, "who": None if chosen == names[0] else chosen, "runs": runs, "seed": 1}
        )
        st.rerun()


def _result(result: Mapping[str, Any]) -> None:
    st.subheader(f"What if {'; '.join(result['changes'])}?")
    frame = pd.DataFrame(result["figures"])
    leading = frame[frame["kpi"].isin(HEADLINES)]
    verdicts = {name: list(leading[leading["verdict"] == name]["kpi"]) for name in ("worse", "better")}
    parts = [
        f"**{name}**: {', '.join(figure(k).words for k in in_order(kpis))}" for name, kpis in verdicts.items() if kpis
    ]
    st.markdown("; ".join(parts) + "." if parts else f"No difference shown in {result['runs']} pairs of runs.")
    st.caption(f"{result['runs']} pairs of runs, {result['who']} decides, 95 % intervals of the paired differences.")
    names = in_order(list(frame["kpi"]))[:9]
    rows = frame.set_index("kpi").loc[names]
    left, right = st.columns([3, 2])
    with left:
        st.dataframe(_table(rows), hide_index=True, width="stretch")
    with right:
        forest = [
            (figure(str(name)).label, *_percent(row), str(row["verdict"]))
            for name, row in rows.iterrows()
            if row["base"]
        ]
        st.plotly_chart(
            charts.forest(forest), theme=None, alt="Change of each figure in percent with its interval.", key="forest"
        )
    one, two = st.tabs(["Orders on time", "Middle run"])
    with one:
        _orders(pd.DataFrame(result["orders"]))
    with two:
        which = st.segmented_control("World", ["changed", "base"], default="changed", key="world") or "changed"
        st.caption("The run in the middle by weighted tardiness, as it would happen.")
        gantt_with_window(f"whatif {which}", tasks.bars_from(result["bars"][which]), now=result["now"])


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    found = []
    for name, row in rows.iterrows():
        as_read = figure(str(name))
        found.append(
            {
                "figure": as_read.heading,
                "as it is": as_read.value(row["base"]),
                "changed": as_read.value(row["other"]),
                "change": as_read.change(row["change"]),
                "interval": f"{as_read.change(row['change_low'])} to {as_read.change(row['change_high'])}",
                "verdict": {"better": "▲ better", "worse": "▼ worse"}.get(row["verdict"], "○ no difference shown"),
            }
        )
    return pd.DataFrame(found)


def _percent(row: Any) -> tuple[float, float, float]:
    base = abs(float(row["base"])) / 100
    return float(row["change_low"]) / base, float(row["change"]) / base, float(row["change_high"]) / base


def _orders(frame: pd.DataFrame) -> None:
    frame = frame.dropna(subset=["p_on_time_other"])
    frame["moved"] = (frame["p_on_time_other"] - frame["p_on_time_base"]).abs().fillna(1)
    frame = frame.sort_values(["moved", "order"], ascending=[False, True]).head(25)
    base = frame.rename(
        columns={"p_on_time_base": "p_on_time", "p_on_time_base_low": "low", "p_on_time_base_high": "high"}
    )
    other = frame.rename(
        columns={"p_on_time_other": "p_on_time", "p_on_time_other_low": "low", "p_on_time_other_high": "high"}
    )
    st.caption("The orders that move most, at most 25.")
    st.plotly_chart(
        charts.on_time(base, other), theme=None, alt="How likely orders are on time in both worlds.", key="both on time"
    )
