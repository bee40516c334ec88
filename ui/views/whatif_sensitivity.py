"""Sensitivity: which of many factors matter at all, and how much of the spread the few that do are to blame for."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from plant_models.shifts import HOUR
from twin.policies.rules import RULES
from twin.tally import FIGURES, figures_of
from ui import baselines, effects, levers, sensitivity_words, session
from ui.desk import Desk
from ui.figures import figure, in_order
from ui.views.parts import job_panel

Result = Mapping[str, Any]
RULE = "(the scenario's rule)"
MOST_AT_ONCE = 12
"""How many factors stand in the question at first."""
SAMPLES = [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]


def tab(desk: Desk, baseline: str, repairs: Mapping[str, int]) -> None:
    """Pick factors and a response, screen them, and look closer at those that matter."""
    st.caption(
        "Which of these would do anything at all? Screening turns every factor from end to end, a few runs at a time; "
        "then Sobol's shares say how much of the spread each of the few that matter is to blame for."
    )
    offer = levers.offered(desk.scenario)
    chosen = st.multiselect("Factors", list(offer), default=_first(offer), key="factors")
    asked = _asked(desk)
    one, two, three = st.columns([1, 1, 2], vertical_alignment="bottom")
    trajectories = int(one.number_input("Walks", 2, 200, 6, key="walks", help="Each turns every factor once."))
    runs = int(two.number_input("Runs of each design", 1, 1000, 5, key="design runs"))
    method = {"morris": {"trajectories": trajectories}}
    is_few = len(chosen) < 2
    words = "choose two factors or more" if is_few else f"{levers.plays(method, len(chosen), runs):,} runs"
    if three.button(f"Screen: {words}", type="primary", icon=":material/troubleshoot:", key="screen", disabled=is_few):
        start = baseline or str(baselines.freeze(session.workspace(), desk, repairs=repairs))
        _ask("morris", start, {name: offer[name] for name in chosen}, asked | {"method": method, "runs": runs})
    job_panel("morris", "Screening")
    found = _last("morris")
    if found is not None:
        _screened(found)
        _closer(found)
        job_panel("sobol", "Sobol's shares")
        closer = _last("sobol")
        if closer is not None:
            _apportioned(closer)


def _first(offer: Mapping[str, levers.Entry]) -> list[str]:
    """Of each kind of factor the first ones, so that all kinds are in the question."""
    kinds: dict[str, list[str]] = {}
    for name in offer:
        kinds.setdefault(name.partition(" ")[0], []).append(name)
    most = max(len(of) for of in kinds.values())
    found = [of[place] for place in range(most) for of in kinds.values() if place < len(of)]
    return sorted(found[:MOST_AT_ONCE], key=list(offer).index)


def _asked(desk: Desk) -> dict[str, Any]:
    """What is looked at, and who decides."""
    known = set(figures_of(desk.plant))
    names = in_order([name for name, better in FIGURES.items() if better is not None and name in known])
    one, two, three, four = st.columns([2, 2, 1, 1])
    response = one.selectbox("Response", names, format_func=lambda name: figure(name).label, key="response")
    rule = two.selectbox("Rule that decides", [RULE, *sorted(RULES)], key="study rule")
    seed = int(three.number_input("Seed", 0, 10**9, 1, key="study seed"))
    is_endless = any(arrival.is_endless for arrival in desk.plant.arrivals.values())
    hours = 0.0
    if desk.plant.arrivals:
        key = "study ahead, needed" if is_endless else "study ahead"
        least, usual = (1.0, 120.0) if is_endless else (0.0, 0.0)
        hours = float(four.number_input("Look ahead, hours", least, 10_000.0, usual, step=24.0, key=key))
    return {
        "response": response,
        "rule": None if rule == RULE else rule,
        "seed": seed,
        "until": round(hours * HOUR) if hours else None,
    }


def _ask(task: str, start: str, factors: Mapping[str, levers.Entry], asked: Mapping[str, Any]) -> None:
    """Have a study conducted, from a baseline that does not move."""
    path = Path(start)
    study = levers.document(factors, scenario=path.name if path.is_file() else start, **asked)
    session.ask(task, {"study": study, "baseline": start})
    st.rerun()


def _last(task: str) -> Result | None:
    done = session.jobs().done(task, most=1)
    job = session.jobs().find(done[0][0]) if done else None
    return None if job is None else job.result


def _screened(found: Result) -> None:
    read = figure(found["response"]).sized(*(row["mu_star"] or 0.0 for row in found["rows"]))
    factors = found["study"]["factors"]
    st.subheader(f"What moves {read.words}")
    _say(said := sensitivity_words.screened(found["rows"], factors, read))
    st.plotly_chart(
        effects.morris(found["rows"], read, _turned(found)),
        theme=None,
        alt=f"Bar chart of mu* of {len(factors)} factors. {said[0].replace('**', '')}",
        key="morris chart",
        config=_PLAIN,
    )
    st.caption(
        "A bar says how far the figure moves on average when the factor goes from its one end to the other, with its "
        f"{100 * found['confidence']:.0f} % interval; a diamond as far to the right as the bar, that this depends on "
        "the others or is not straight. Grey: the interval reaches zero, so no effect is shown."
    )
    _take_along(found, "screening")


_PLAIN = {"displaylogo": False}


def _turned(found: Result) -> dict[str, str]:
    return {name: levers.ends(entry) for name, entry in found["study"]["factors"].items()}


def _say(sentences: Sequence[str]) -> None:
    """What matters in bold type, or plainly that nothing is told."""
    first, *rest = sentences
    if "matters most" in first:
        st.markdown("  \n".join([first, *rest]))
    else:
        st.info("  \n".join(sentences))


def _closer(found: Result) -> None:
    """The few that are kept, and how much each is to blame for."""
    factors = found["study"]["factors"]
    matter, _ = sensitivity_words.told(found["rows"], "mu_star")
    st.subheader("Look closer")
    kept = st.multiselect("Factors to keep", list(factors), default=matter[:3], key=f"kept {found['digest'][:12]}")
    one, two, three = st.columns([1, 1, 2], vertical_alignment="bottom")
    samples = int(one.selectbox("Samples", SAMPLES, index=SAMPLES.index(64), key="samples"))
    runs = int(two.number_input("Runs of each design", 1, 1000, 5, key="closer runs"))
    method, is_few = {"sobol": {"samples": samples}}, len(kept) < 2
    words = "keep two factors or more" if is_few else f"{levers.plays(method, len(kept), runs):,} runs"
    if three.button(f"Shares: {words}", icon=":material/donut_large:", key="apportion", disabled=is_few):
        known = found["study"]
        asked = {"response": found["response"], "rule": known.get("rule"), "seed": known["seed"]}
        asked |= {"until": found["until"], "method": method, "runs": runs}
        _ask("sobol", found["baseline"], {name: factors[name] for name in kept}, asked)


def _apportioned(found: Result) -> None:
    read = figure(found["response"])
    st.subheader(f"What the spread of {read.words} comes from")
    _say(said := sensitivity_words.apportioned(found["rows"], found["study"], read))
    st.plotly_chart(
        effects.sobol(found["rows"], _turned(found)),
        theme=None,
        alt=f"Bar chart of Sobol's shares of {len(found['rows'])} factors. {said[0].replace('**', '')}",
        key="sobol chart",
        config=_PLAIN,
    )
    st.caption(
        "Turning all these factors at once spreads the figure. A dark bar is the part of that spread that goes with "
        "the factor alone, a light one the part that also goes through it together with others, each with its "
        f"{100 * found['confidence']:.0f} % interval."
    )
    _take_along(found, "shares")


def _take_along(found: Result, name: str) -> None:
    """The study file, the floor and the table, and the command that gives the same digest."""
    with st.expander("Take it along", icon=":material/download:"):
        one, two, three = st.columns(3)
        text = levers.as_yaml(found["study"])
        frame = pd.DataFrame(found["rows"]).to_csv(index=False)
        for column, label, file, content in (
            (one, "Study", f"{name}.yaml", text),
            (two, "Table", f"{name}.csv", frame),
        ):
            column.download_button(
                f"{label} ({file})", content, file, key=f"{name} {label}", width="stretch", on_click="ignore"
            )
        floor = Path(found["baseline"])
        if floor.is_file():
            three.download_button(
                "The floor it started from", floor.read_bytes(), floor.name, key=f"{name} floor", on_click="ignore"
            )
        st.caption(f"{found['runs']:,} runs, digest {found['digest'][:12]}. The same, beside these files:")
        st.code(shlex.join(["foreshift", "study", f"{name}.yaml"]), language="bash")
        st.dataframe(pd.DataFrame(found["rows"]), hide_index=True, width="stretch")
