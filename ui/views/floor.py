"""Floor: how every machine and buffer stands, right now, and how it came to that."""

from collections import Counter

import pandas as pd
import streamlit as st

from plant_models.clock import duration
from twin.situations import situation
from twin.state import State, status
from twin.wiring import wiring
from ui import cards, session, tables
from ui.palette import STAGES, STATUS, WAITS
from ui.views import energy, stocks, watch


def page() -> None:
    """The live floor, or what happened on it as a film."""
    st.title("Floor")
    plant = session.desk().plant
    shows = ["Now", "Film"]
    shows += ["Stocks"] if plant.materials else []
    shows += ["Energy"] if wiring(plant).is_metered else []
    shown = st.segmented_control("Show", shows, default="Now", key="floor shows", label_visibility="collapsed")
    if shown == "Film":
        watch.journal("floor")
    elif shown == "Energy":
        energy.journal()
    elif shown == "Stocks":
        stocks.journal()
    else:
        _live()


@st.fragment(run_every=1.5)
def _live() -> None:
    desk = session.desk()
    state = desk.state
    st.caption(_sentence(state))
    st.html(cards.machines(desk.plant, state, desk.scenario.epoch))
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader("Buffers")
        st.html(cards.buffers(desk.plant, state))
    with right:
        st.subheader("Orders")
        _orders(state)


def _sentence(state: State) -> str:
    desk = session.desk()
    words = [status(desk.plant, name, machine) for name, machine in state.machines.items()]
    counts = ", ".join(f"{words.count(word)} {STATUS[word].word.lower()}" for word in STATUS if word in words)
    at = tables.clock(desk.scenario.epoch, state.now / 3_600_000)
    followed = desk.connection
    age = (
        f" · heard {duration(1000 * round(followed.age, 1))} ago"
        if followed.endpoint
        else " · from the journal; no plant is followed"
    )
    return f"{at} on the floor · {counts}{energy.drawing(state)}{age}"


def _waits(state: State, name: str) -> str:
    """What an order on the floor waits for, in words; nothing where it does not wait."""
    if state.orders[name].stage not in ("waiting", "gathering", "released", "blocked", "held"):
        return ""
    found = situation(session.desk().plant, state, name)
    on = found.missing or ", ".join(machine for machine, _ in found.machines[:3])
    return WAITS[found.part].format(on)


def _orders(state: State) -> None:
    epoch = session.desk().scenario.epoch
    if not state.orders:
        st.info("No orders yet. `foreshift import orders.csv` takes over an ERP file.", icon=":material/inbox:")
        return
    stages = Counter(order.stage for _, order in state.book())
    st.caption(" · ".join(f"{count} {STAGES[stage]}" for stage, count in stages.most_common()))
    rows = []
    for name, order in state.orders.items():
        if order.stage == "merged":
            continue
        due = order.order.due
        is_late = due is not None and (order.finished_at if order.finished_at is not None else state.now) > due
        rows.append(
            {
                "order": name,
                "product": order.order.product,
                "where": order.where or "–",
                "waits for": _waits(state, name),
                "step": "done" if order.has_left else f"{min(order.step + 1, order.steps)} of {order.steps}",
                "due": tables.clock(epoch, due / 3_600_000) if due is not None else "–",
                "": "⚠ late" if is_late else "",
                "stage": order.stage,
            }
        )
    rows.sort(
        key=lambda row: (
            row["stage"] in ("finished", "turned_away", "cancelled"),
            row["stage"] == "planned",
            row["order"],
        )
    )
    frame = pd.DataFrame(rows).drop(columns="stage")
    st.dataframe(frame, hide_index=True, height=320, width="stretch")
