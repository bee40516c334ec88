"""What-if: change something, play both worlds with the same luck, and see what differs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from plant_models.errors import InvalidPlant
from plant_models.shifts import HOUR
from plant_models.units import duration
from twin import changes
from twin.changes import Change
from twin.policies.rules import RULES
from twin.tally import FIGURES
from ui import baselines, edits, hints, session
from ui.desk import Desk
from ui.figures import figure, in_order
from ui.questions import Width
from ui.views import whatif_answer, whatif_changes, whatif_sensitivity
from ui.views.parts import job_panel
from ui.views.whatif_changes import asked, put

RULE = "(the scenario's rule)"

_LAYOUT = """<style>
.st-key-kind [role=radiogroup]{flex-wrap:wrap}
@media (max-width:1180px){
.st-key-halves > [data-testid=stHorizontalBlock], .st-key-halves > div > [data-testid=stHorizontalBlock]{flex-wrap:wrap}
.st-key-halves > [data-testid=stHorizontalBlock] > [data-testid=stColumn],
.st-key-halves > div > [data-testid=stHorizontalBlock] > [data-testid=stColumn]{min-width:100%}
}</style>"""
"""Kinds of change in as many rows as they take; on a narrow page the question stands under the changes."""


def page() -> None:
    """Questions to the twin; nothing here can touch the floor."""
    st.session_state.setdefault("generation", 0)
    st.title("What-if")
    st.caption(
        "Both worlds start from the same floor and meet the same luck, run by run. Nothing here reaches the floor."
    )
    desk = _baseline()
    if desk is None:
        return
    st.html(_LAYOUT)
    change, sensitivity = st.tabs(["A change", "Sensitivity"])
    with change:
        _change(desk)
    with sensitivity:
        whatif_sensitivity.tab(desk, st.session_state.get("baseline") or baselines.FLOOR, _repairs(desk))


def _change(desk: Desk) -> None:
    """One change or several together, and what they do."""
    left, right = st.container(key="halves").columns([3, 2], gap="large")
    with left:
        st.subheader("Change")
        whatif_changes.editor(desk)
    with right:
        st.subheader("Question")
        error = _question(desk)
        _settings(desk)
        is_asked = st.button(
            "Play both worlds",
            type="primary",
            icon=":material/play_arrow:",
            key="play",
            width="stretch",
            disabled=bool(error) or not asked(),
        )
    if (st.session_state.pop("ask now", False) or is_asked) and asked() and not error:
        _ask(desk)
        st.rerun()
    job_panel("what_if", "Playing both worlds")
    whatif_answer.answers()


def _baseline() -> Desk | None:
    """What the question starts from; None where it cannot be opened."""
    workspace = session.workspace()
    known = baselines.choices(workspace)
    one, two, three = st.columns([2.4, 1, 1], vertical_alignment="bottom")
    brought = st.session_state.pop("baseline wanted", None)
    if brought in known:
        st.session_state["baseline"] = brought
    chosen = one.selectbox(
        "Start from", list(known), format_func=lambda name: known.get(name, name), key="baseline", on_change=_fresh
    )
    try:
        desk = session.desk_before(chosen)
    except (InvalidPlant, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return None
    with two.popover(
        "Snapshot",
        help="Keep this floor as it is, to ask about again.",
        icon=":material/photo_camera:",
        width="stretch",
    ):
        name = st.text_input("Name", placeholder="its instant", key="snapshot name")
        if st.button("Keep it", key="keep snapshot"):
            try:
                path = baselines.keep(workspace, desk, name, repairs=_repairs(desk))
            except InvalidPlant as error:
                st.error(str(error))
            else:
                st.session_state["baseline wanted"] = str(path)
                st.rerun()
    with three.popover(
        "File", help="Start from a scenario or a snapshot in a file.", icon=":material/upload_file:", width="stretch"
    ):
        kinds = ["yaml", "yml", "json", "xlsx", "fjs", "jsp", "txt"]
        brought = st.file_uploader("A scenario or a snapshot", type=kinds, key=f"plant {_generation()}")
        if brought is not None:
            try:
                path = baselines.take_in(workspace, brought.name, brought.getvalue())
            except InvalidPlant as error:
                st.error(str(error), icon=":material/error:")
            else:
                st.session_state["baseline wanted"] = str(path)
                _fresh()
                st.rerun()
    return desk


def _question(desk: Desk) -> str:
    """The changes so far, in words and as YAML; what is wrong with them, if something is."""
    wanted, epoch = asked(), desk.scenario.epoch
    if not wanted:
        st.info("What would you like to change? Add it on the left, or load a file.", icon=":material/arrow_back:")
    for number, change in enumerate(wanted):
        one, two = st.columns([7, 1], vertical_alignment="center")
        one.markdown(f"{number + 1}. {change.words(epoch)}")
        if two.button("", icon=":material/delete:", key=f"drop {number}", help="Take it out", type="tertiary"):
            put([*wanted[:number], *wanted[number + 1 :]])
            st.rerun()
    error = _fault(desk, wanted)
    if error:
        st.error(error, icon=":material/error:")
    elif wanted:
        for note in hints.of_question(desk.scenario, desk.state, wanted, _who(desk) or desk.scenario.rule):
            st.warning(f"{note}.", icon=":material/lightbulb:")
    one, two, three = st.columns(3)
    text = edits.as_yaml(wanted, epoch)
    one.download_button(
        "Save",
        text,
        "changes.yaml",
        "application/yaml",
        icon=":material/download:",
        disabled=not wanted,
        width="stretch",
        key="save changes",
        on_click="ignore",
        help="The changes as YAML: load them here again, or give them to `foreshift whatif --changes`.",
    )
    with two.popover("Load", icon=":material/upload:", width="stretch"):
        brought = st.file_uploader("A YAML file of changes", type=["yaml", "yml"], key=f"changes {_generation()}")
        if brought is not None:
            _load(desk, brought.name, brought.getvalue())
    if three.button("Clear", icon=":material/clear_all:", disabled=not wanted, width="stretch", key="clear"):
        put([])
        st.rerun()
    if wanted:
        with st.expander("As YAML"):
            st.code(text, language="yaml")
    return error


def _fault(desk: Desk, wanted: Sequence[Change]) -> str:
    try:
        changes.live(desk.scenario, desk.state, wanted)
    except InvalidPlant as error:
        return str(error)
    return ""


def _load(desk: Desk, name: str, content: bytes) -> None:
    try:
        found = edits.read(edits.from_text(content.decode("utf-8"), name), desk.scenario.epoch)
    except UnicodeDecodeError:
        st.error(f"{name}: not a text in UTF-8", icon=":material/error:")
    except InvalidPlant as error:
        st.error(str(error), icon=":material/error:")
    else:
        put([*asked(), *found])
        st.rerun()


def _settings(desk: Desk) -> None:
    """Who decides, and how well the answer has to be known."""
    with st.expander(f"{_said(desk)}", icon=":material/tune:"):
        one, two = st.columns(2)
        one.selectbox(
            "Who decides",
            _deciders(desk),
            index=1 if _in_force(desk) else 0,
            key="who",
            help="A plan keeps its sequences in both worlds; a rule decides on the spot.",
        )
        two.number_input("Seed", 0, 10**9, 1, key="seed", help="Which futures; the same seed gives the same ones.")
        how = one.selectbox("How many runs", ["A number of pairs", "Until the change is known"], key="how")
        two.number_input(
            "Pairs of runs" if how == "A number of pairs" else "Pairs at most", 10, 20_000, 100, step=50, key="runs"
        )
        if how != "A number of pairs":
            names = in_order([name for name, better in FIGURES.items() if better is not None])
            one.selectbox("Figure", names, format_func=lambda name: figure(name).label, key="until figure")
            two.number_input(
                "Within, % of it",
                0.1,
                100.0,
                5.0,
                step=1.0,
                key="until percent",
                help="Half the width of the interval of the change, in percent of the figure as it is.",
            )
        if desk.plant.arrivals:
            one.number_input(
                "Look ahead, hours",
                *_horizons(desk),
                step=24.0,
                key=_ahead(desk),
                help="How far both worlds are played, where orders keep arriving; 0: until every order has left.",
            )


def _said(desk: Desk) -> str:
    who = _who(desk) or desk.scenario.rule
    until = _until()
    runs = f"{_setting('runs', 100):,} pairs of runs" if until is None else f"at most {_setting('runs', 100):,} pairs"
    known = "" if until is None else f" until {figure(until.kpi).words} is known to {100 * until.half:g} %"
    span = _span(desk)
    far = "" if span is None else f" · {duration(span)} ahead"
    return f"{who} decides · {runs}{known}{far} · seed {_setting('seed', 1)}"


def _ahead(desk: Desk) -> str:
    """The setting that says how far; one of its own for plants where orders keep arriving, which need it."""
    return "ahead, needed" if _horizons(desk)[0] else "ahead"


def _horizons(desk: Desk) -> tuple[float, float, float]:
    """How many hours one can look ahead at least and at most, and how many where nobody says."""
    is_endless = any(arrival.is_endless for arrival in desk.plant.arrivals.values())
    return (1.0, 10_000.0, 120.0) if is_endless else (0.0, 10_000.0, 0.0)


def _span(desk: Desk) -> int | None:
    """How far both worlds are played, in milliseconds; None: until every order has left."""
    least, _, usual = _horizons(desk)
    hours = max(least, float(_setting(_ahead(desk), usual))) if desk.plant.arrivals else 0.0
    return round(hours * HOUR) if hours else None


def _deciders(desk: Desk) -> list[str]:
    plan = _in_force(desk)
    return [RULE, *([] if plan is None else [plan]), *sorted(RULES)]


def _in_force(desk: Desk) -> str | None:
    """The plan that the floor follows, where the question starts from that floor."""
    if desk is not session.desk():
        return None
    found = next((s for s in desk.standings.values() if s.status == "released"), None)
    return None if found is None else f"plan {found.digest[:12]}"


def _who(desk: Desk) -> str | None:
    chosen = _setting("who", _in_force(desk) or RULE)
    return None if chosen == RULE or chosen not in _deciders(desk) else str(chosen)


def _until() -> Width | None:
    if _setting("how", "A number of pairs") == "A number of pairs":
        return None
    return Width(_setting("until figure", "weighted_tardiness_h"), _setting("until percent", 5.0) / 100, is_share=True)


def _setting(key: str, otherwise: Any) -> Any:
    found = st.session_state.get(key)
    return otherwise if found is None else found


def _ask(desk: Desk) -> None:
    """Have the question answered; a floor that moves is kept as it stands now."""
    chosen = st.session_state.get("baseline") or baselines.FLOOR
    if chosen == baselines.FLOOR:
        chosen = str(baselines.freeze(session.workspace(), desk, repairs=_repairs(desk)))
    until = _until()
    entries = [changes.to_dict(change) for change in asked()]
    st.session_state.pop("answer", None)
    session.ask(
        "what_if",
        {
            "entries": entries,
            "who": _who(desk),
            "runs": int(_setting("runs", 100)),
            "seed": int(_setting("seed", 1)),
            "until": None if until is None else str(until),
            "span": _span(desk),
            "baseline": str(Path(chosen)) if chosen else None,
        },
    )


def _repairs(desk: Desk) -> dict[str, int]:
    """When people expect machines up again that are down now, as they said on the schedule page."""
    if desk is not session.desk():
        return dict(desk.repairs)
    said: dict[str, int] = st.session_state.get("repairs", {})
    return {machine: end for machine, end in said.items() if desk.state.machines[machine].down is not None}


def _fresh() -> None:
    put(asked())


def _generation() -> int:
    return int(st.session_state.get("generation", 0))
