"""Stocks on the pages: how they stand, how they came to that, and what a what-if does to them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from plant_models.clock import Epoch
from twin.state import opening
from ui import edits, levels, session


def journal() -> None:
    """The stocks by the journal, until they were last asked for."""
    desk = session.desk()
    left, right = st.columns([4, 1], vertical_alignment="center")
    if right.button("Up to now", icon=":material/update:", width="stretch", key="stocks update") or (
        "stocks" not in st.session_state
    ):
        state = desk.state.copy()
        history = levels.levels(desk.plant, opening(desk.plant), desk.journal.facts(), state.now)
        st.session_state["stocks"] = state, history
    state, history = st.session_state["stocks"]
    epoch = desk.scenario.epoch
    waiting = levels.now_short(state, history)
    orders = dict.fromkeys(order for names in waiting.values() for order in names)
    count = f"{len(orders)} {'order waits' if len(orders) == 1 else 'orders wait'}"
    said = f"{count} for {', '.join(waiting)}" if waiting else "no order waits for material"
    left.caption(f"{epoch.datetime(state.now):%a %d %b %H:%M}: {said}.")
    frame = levels.standing(desk.plant, state, epoch, history)
    st.dataframe(
        frame.style.apply(_marked, axis=1).format(
            {"in stock": "{:,}", "lasts, days": "{:.1f}", "used a day": "{:,.1f}", "waited for, h": "{:,.1f}"},
            na_rep="–",
        ),
        hide_index=True,
        width="stretch",
        height="content" if len(frame) <= 15 else 520,
    )
    _history(history, epoch, key="stock")


def what_if(result: Mapping[str, Any]) -> None:
    """The stocks in the run in the middle, the changed world over the world as it is."""
    both, epoch = result["stocks"], Epoch(edits.moment(result["epoch"]))
    st.caption(
        "The run in the middle. Thick line: the changed world; thin line: the same run as it is, with the same luck."
    )
    _history(both["changed"], epoch, key="whatif stock", before=both["base"])


def _history(
    history: Mapping[str, levels.Levels],
    epoch: Epoch,
    *,
    key: str,
    before: Mapping[str, levels.Levels] | None = None,
) -> None:
    """One stock over time; those that come from outside first, and of them those that orders waited for longest."""
    names = sorted(history, key=lambda name: (not levels.lacked_from_outside(history[name]), -_waited(history, name)))
    name = st.selectbox("Material", names, key=f"{key} of") or names[0]
    shown = history[name]
    if shown["end"] == shown["start"]:
        st.info("Nothing has happened on the floor yet.", icon=":material/inventory_2:")
        return
    said = levels.words(name, shown)
    old = None if before is None else before.get(name)
    st.plotly_chart(
        levels.chart(shown, epoch=epoch, before=old), theme=None, alt=said, key=key, config={"displaylogo": False}
    )
    st.caption(said if old is None else f"{said} As it is: {levels.words(name, old)}")


def _waited(history: Mapping[str, levels.Levels], name: str) -> int:
    return levels.waited(history[name])[0]


def _marked(row: "pd.Series[Any]") -> list[str]:
    """Stocks that orders wait for stand out, in words and in colour."""
    return ["color: #b3420b; font-weight: 650" if row["orders waiting"] else "" for _ in row]
