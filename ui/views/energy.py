"""Energy on the pages: the load profile of what happened, and of the runs of a what-if."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from plant_models.clock import Epoch
from plant_models.shifts import DAY
from twin import kpi
from twin.state import State, opening, status
from ui import edits, load, session
from ui.figures import ENERGY, currency_of, figure, known

IN_A_ROW = 4
MOST_DAYS = 7
"""How far back the load profile of the journal goes."""


def profile(shown: load.Profile, *, epoch: Epoch, key: str, before: load.Profile | None = None) -> None:
    """A load profile, with what it says in words below it."""
    said = load.words(shown, epoch)
    st.plotly_chart(
        load.chart(shown, epoch=epoch, before=before), theme=None, alt=said, key=key, config={"displaylogo": False}
    )
    st.caption(said)


def what_if(result: Mapping[str, Any]) -> None:
    """The load profile of the run in the middle, the changed world over the world as it is."""
    both, epoch = result["load"], Epoch(edits.moment(result["epoch"]))
    st.caption(
        "The run in the middle. Bars: the changed world; line: the same run as it is, with the same luck. "
        "The figures compare all runs."
    )
    profile(both["changed"], epoch=epoch, key="whatif load", before=both["base"])


def journal() -> None:
    """What the floor drew, by the journal, until it was last asked for; the last week of it as a load profile."""
    desk = session.desk()
    left, right = st.columns([4, 1], vertical_alignment="center")
    if right.button("Up to now", icon=":material/update:", width="stretch", key="energy update") or (
        "energy" not in st.session_state
    ):
        st.session_state["energy"] = kpi.measure(
            desk.plant, opening(desk.plant), desk.journal.facts(), until=desk.state.now
        )
    kpis: kpi.Kpis = st.session_state["energy"]
    epoch, energy = desk.scenario.epoch, kpis.energy
    if energy is None or energy.end == energy.start:
        st.info("Nothing has happened on the floor yet.", icon=":material/bolt:")
        return
    left.caption(f"From {epoch.start:%a %d %b %H:%M} until {epoch.datetime(energy.end):%a %d %b %H:%M}.")
    names, currency = known(ENERGY, kpis.figures), currency_of(desk.plant)
    for number in range(0, len(names), IN_A_ROW):
        for column, name in zip(st.columns(IN_A_ROW), names[number : number + IN_A_ROW], strict=False):
            as_read = figure(name, currency).sized(kpis[name])
            column.metric(as_read.label, f"{as_read.value(kpis[name])} {as_read.unit}".strip())
    shown = load.profile(energy, since=energy.end - MOST_DAYS * DAY)
    profile(shown, epoch=epoch, key="load")


def drawing(state: State) -> str:
    """What the floor draws right now, in words; nothing where the plant does not say."""
    plant = session.desk().plant
    powers = {name: plant.power(name) for name in state.machines}
    if not any(powers.values()):
        return ""
    kw = sum(power.at(status(plant, name, state.machines[name])) for name, power in powers.items() if power is not None)
    return f" · drawing {kw + plant.electricity.base_load:,.0f} kW"
