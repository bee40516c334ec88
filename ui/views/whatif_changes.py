"""Changes, put together by hand: short forms for what is asked most, tables for the rest."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from plant_models.errors import InvalidPlant
from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR, MINUTE
from twin.changes import AddOrder, Change, ExtraShift, MachineDown, OtherRule
from twin.policies.rules import RULES
from twin.state import State
from ui import edit_resources, edit_tables
from ui.desk import Desk
from ui.edit_cells import MOMENTS, NUMBERS, WHOLE, Table

QUICK = ("Rush order", "Machine down", "Extra shift")
TABLES: Mapping[str, Callable[[Scenario, State, Sequence[Change]], Table]] = {
    "Machines": edit_tables.machines,
    "Orders": edit_tables.orders,
    "Work centers": edit_tables.work_centers,
    "Buffers": edit_tables.buffers,
    "Demand": edit_resources.demand,
    "Failures": edit_resources.failures,
    "Maintenance": edit_resources.maintenance,
    "People": edit_resources.people,
    "Tools": edit_resources.tools,
    "Vehicles": edit_resources.vehicles,
    "Materials": edit_resources.materials,
}
"""Every table in which something is changed."""


def asked() -> list[Change]:
    """The changes of the question so far."""
    found: list[Change] = st.session_state.setdefault("asked", [])
    return found


def put(changes: Sequence[Change]) -> None:
    """Let these be the changes; tables show them from now on."""
    st.session_state["asked"] = list(changes)
    st.session_state["generation"] = st.session_state.get("generation", 0) + 1


def editor(desk: Desk) -> None:
    """Everything that can be changed."""
    st.html(
        "<style>.st-key-kind [role=radiogroup], .st-key-kind [data-testid=stButtonGroup] > div{flex-wrap:wrap}</style>"
    )
    kinds = [*QUICK, *tables_of(desk.plant), "Rule"]
    kind = st.pills("Kind of change", kinds, default=kinds[0], key="kind", label_visibility="collapsed") or kinds[0]
    if kind in QUICK:
        with st.form("change", clear_on_submit=False):
            fields: dict[str, Callable[[Desk], Change | None]] = {
                "Rush order": _rush_order,
                "Machine down": _machine_down,
                "Extra shift": _extra_shift,
            }
            change = fields[kind](desk)
            one, two, _ = st.columns([1.2, 1.7, 1])
            is_asked = one.form_submit_button(
                "Ask now", type="primary", icon=":material/play_arrow:", width="stretch", key="ask"
            )
            is_added = two.form_submit_button("Add to the question", icon=":material/add:", width="stretch", key="add")
        if is_asked or is_added:
            _take(desk, change, replaces=is_asked)
    elif kind == "Rule":
        _rule(desk)
    else:
        _table(desk, kind)


def tables_of(plant: Plant) -> list[str]:
    """The tables that a plant has something to show in; machines, orders, centers and buffers it always has."""
    has = {
        "Demand": bool(plant.arrivals),
        "Failures": any(machine.failures for machine in plant.machines.values()),
        "Maintenance": any(edit_resources.maintenance_of(plant)),
        "People": bool(plant.crews),
        "Tools": bool(plant.tools),
        "Vehicles": bool(edit_resources.fleets_of(plant)),
        "Materials": bool(plant.materials),
    }
    return [name for name in TABLES if has.get(name, True)]


def _take(desk: Desk, change: Change | None, *, replaces: bool) -> None:
    """Add a change to the question; one that is asked at once takes the place of one about the same thing."""
    if change is None:
        st.error("There is nothing of that kind in this plant.")
        return
    try:
        change.apply(desk.scenario.with_orders(tuple(desk.orders.values())))
    except InvalidPlant as error:
        st.error(str(error), icon=":material/error:")
        return
    found = asked()
    places = [at for at, other in enumerate(found) if _is_about(other) == _is_about(change)] if replaces else []
    put([*found[: places[-1]], change, *found[places[-1] + 1 :]] if places else [*found, change])
    st.session_state["ask now"] = replaces
    st.rerun()


def _is_about(change: Change) -> tuple[str, str]:
    match change:
        case AddOrder(order=order):
            return "order", order.id
        case MachineDown(machine=machine):
            return "machine", machine
        case ExtraShift(work_center=center):
            return "center", center
    return type(change).__name__, ""


def _now(desk: Desk) -> int:
    """The plant's time, on the next full minute."""
    return -(-desk.state.now // MINUTE) * MINUTE


def _hours(column: Any, label: str, value: float, key: str, *, least: float = 0.0) -> int:
    return round(float(column.number_input(label, least, 5000.0, value, step=0.5, key=key)) * HOUR)


def _rush_order(desk: Desk) -> Change:
    taken = set(desk.orders)
    name = next(f"RUSH-{number}" for number in range(1, len(taken) + 2) if f"RUSH-{number}" not in taken)
    one, two, three = st.columns([2, 2, 2])
    product = one.selectbox("Product", list(desk.plant.products), key="rush product")
    due = _now(desk) + _hours(two, "Wanted in, hours", 24.0, "rush due", least=0.5)
    quantity = int(three.number_input("Pieces", 1, 100_000, 20, key="rush pieces"))
    one, two, three, four = st.columns([2, 2, 1, 1])
    order = one.text_input("Order", name, key="rush order")
    release = _now(desk) + _hours(two, "Material there in, hours", 0.0, "rush release")
    weight = float(three.number_input("Weight", 0.0, 100.0, 4.0, key="rush weight", help="What an hour late costs."))
    hot = int(four.number_input("Priority", -9, 9, 0, key="rush priority", help="1 lets it pass the others."))
    return AddOrder(
        Order(
            id=order.strip() or name,
            product=product,
            quantity=quantity,
            release=release,
            due=due,
            weight=weight,
            priority=hot,
        )
    )


def _machine_down(desk: Desk) -> Change:
    one, two, three = st.columns([2, 2, 2])
    machine = one.selectbox("Machine", list(desk.plant.machines), key="down machine")
    start = _now(desk) + _hours(two, "In, hours", 0.0, "down start")
    return MachineDown(machine, start, start + _hours(three, "For, hours", 4.0, "down for"))


def _extra_shift(desk: Desk) -> Change | None:
    one, two, three = st.columns([2, 2, 2])
    centers = [name for name, center in desk.plant.work_centers.items() if center.shifts is not None]
    if len(centers) == 0:
        st.info("No work center keeps hours: all of them are always open.")
        return None
    center = one.selectbox("Work center", centers, key="shift center")
    start = _now(desk) + _hours(two, "In, hours", 16.0, "shift start")
    lasting = _hours(three, "For, hours", 8.0, "shift for")
    return ExtraShift(center, start, start + lasting)


def _rule(desk: Desk) -> None:
    found = asked()
    now = next((change.rule for change in reversed(found) if isinstance(change, OtherRule)), desk.scenario.rule)
    names = sorted(RULES)
    chosen = st.selectbox(
        "Rule in the changed world",
        names,
        index=names.index(now),
        key=f"rule {st.session_state.get('generation', 0)}",
        help="Who decides in the other world is said on the right.",
    )
    if chosen != now:
        kept = [change for change in found if not isinstance(change, OtherRule)]
        put(kept if chosen == desk.scenario.rule else [*kept, OtherRule(chosen)])
        st.rerun()


def _table(desk: Desk, kind: str) -> None:
    generation = st.session_state.get("generation", 0)
    key = f"table {kind} {generation}"
    frames = st.session_state.setdefault("frames", {})
    if frames.get("of") != (key, id(desk)):
        st.session_state["frames"] = frames = {"of": (key, id(desk)), "frame": _shown(desk, kind).frame}
    frame: pd.DataFrame = frames["frame"]
    if frame.empty:
        st.info("There is nothing of that kind in this plant.")
        return
    config = _columns(frame)
    st.data_editor(
        frame,
        key=key,
        width="stretch",
        height="content" if len(frame) <= 15 else 520,
        column_config=config,
        disabled=["_index", *(name for name in frame.columns if name not in config)],
        on_change=_edited,
        args=(desk, kind, key),
    )
    st.caption(_HINTS[kind])


def _edited(desk: Desk, kind: str, key: str) -> None:
    """Take over what was edited; the table stays as it is, with the cursor where it was."""
    edits = st.session_state[key]["edited_rows"]
    st.session_state["asked"] = _shown(desk, kind).edited(asked(), {int(row): cells for row, cells in edits.items()})


def _shown(desk: Desk, kind: str) -> Table:
    state = desk.state
    if kind not in ("Machines", "Orders", "Buffers"):
        state = state.copy()
        state.now = _now(desk)
    return TABLES[kind](desk.scenario, state, asked())


_HINTS = {
    "Machines": "A machine is out from a time, now if none is said, for so many hours. Speed 1.2 is a fifth faster.",
    "Orders": "Pieces of orders that have begun stay as they are, and these cannot be cancelled any more.",
    "Demand": "Orders that come by themselves: 1.2 is a fifth more often.",
    "Work centers": "An extra shift from a time for so many hours, holidays or not.",
    "Buffers": "No number of places means that there is always room.",
    "Failures": "On average, by the clock of the failure; how the times spread stays as it is, in proportion.",
    "Maintenance": "How long after one another it is due.",
    "People": "Overtime from a time for so many hours, whatever their shifts say.",
    "Tools": "Units of tools, pallets, fixtures and cards.",
    "Vehicles": "More vehicles are like the first one of their fleet.",
    "Materials": "Counted: what is really in stock now. What is due in the time with none comes at the end of it.",
}


def _columns(frame: pd.DataFrame) -> dict[str, Any]:
    """The columns that can be edited, with what may stand in them."""
    moment = "ddd DD MMM HH:mm"
    config: dict[str, Any] = {
        **{name: st.column_config.DatetimeColumn(name, format=moment, step=60) for name in MOMENTS},
        **{name: st.column_config.NumberColumn(name, min_value=0.0, step=0.25) for name in NUMBERS},
        **{name: st.column_config.NumberColumn(name, min_value=0, step=1) for name in WHOLE},
        "changeovers, times": st.column_config.NumberColumn("changeovers, times", min_value=0.0, step=0.05),
        "orders, times": st.column_config.NumberColumn("orders, times", min_value=0.05, step=0.05),
        "speed, times": st.column_config.NumberColumn("speed, times", min_value=0.05, max_value=20.0, step=0.05),
        "pieces": st.column_config.NumberColumn("pieces", min_value=1, step=1),
        "weight": st.column_config.NumberColumn("weight", min_value=0.0, step=0.5),
        "priority": st.column_config.NumberColumn(
            "priority", step=1, help="Of those that wait the highest comes first."
        ),
        "cancel": st.column_config.CheckboxColumn("cancel"),
    }
    return {name: column for name, column in config.items() if name in frame.columns}
