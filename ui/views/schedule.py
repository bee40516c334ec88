"""Schedule: proposed, rehearsed, approved, released; old against new; what each machine says."""

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
import streamlit as st

from live_bridge.gate import Standing
from plant_models.errors import CorruptJournal, InvalidPlant, NotApproved
from plant_models.plan import Plan
from plant_models.shifts import HOUR, MINUTE
from twin.policies.rules import RULES
from ui import bars, charts, following, scenes, session, tables, tasks
from ui.desk import RULES_TO_ASK
from ui.figures import HEADLINES, figure
from ui.terminal import share
from ui.views import watch
from ui.views.parts import gantt_with_window, job_panel, take_result

STEPS = ("proposed", "rehearsed", "approved", "released")
OPEN = ("proposed", "rehearsed", "approved", "expired", "released")


def page() -> None:
    """Plans and the gate."""
    st.title("Schedule")
    desk = session.desk()
    standings = desk.standings
    in_force = next((s for s in standings.values() if s.status == "released"), None)
    st.caption(_sentence(standings, in_force))
    _propose(is_asked=not any(s.status in OPEN for s in standings.values()))
    if not standings:
        st.info("No plan was proposed yet. Let somebody propose one above.", icon=":material/lightbulb:")
        return
    standing = _choose(standings)
    _stepper(standing)
    _standstill(standing)
    _figures(standing)
    tabs = st.tabs(["Gantt", "Orders", "What moves", "Machines say", "Film"])
    with tabs[0]:
        _gantt(standing, in_force)
    with tabs[1]:
        _orders(standing)
    with tabs[2]:
        _moves(standing, in_force)
    with tabs[3]:
        _acknowledgements(standing)
    with tabs[4]:
        _film(standing)
    _actions(standing)


def _sentence(standings: Mapping[str, Standing], in_force: Standing | None) -> str:
    if in_force is None:
        return (
            "No plan is in force; the machines wait."
            if standings
            else "Propose, rehearse, approve, release: in that order."
        )
    by = in_force.approved.by if in_force.approved else "?"
    return (
        f"In force: {in_force.digest[:8]} by {in_force.plan.source}, proposed by "
        f"{', '.join(in_force.proposers)}, approved by {by}."
    )


def _propose(*, is_asked: bool) -> None:
    desk = session.desk()
    state = desk.state
    left = sum(not order.has_left for _, order in state.book())
    with st.expander("Propose", expanded=is_asked or _is_open("propose"), icon=":material/lightbulb:"):
        if not left:
            st.info("No order is left to be planned.")
            return
        down = [name for name, machine in state.machines.items() if machine.down is not None]
        one, two, three = st.columns([3, 1, 1])
        rules = one.multiselect("Rules that propose", sorted(RULES), default=list(RULES_TO_ASK), key="rules")
        seconds = two.number_input(
            "Searches, seconds each",
            0,
            600,
            5,
            key="seconds",
            help="The solver and the local search; 0 leaves both out.",
        )
        runs = three.number_input("Runs each", 10, 1000, 50, step=10, key="propose_runs")
        repairs: dict[str, int] = {}
        for name in down:
            minutes = st.number_input(f"{name} is down. Up again in about, minutes", 0, 6000, 60, key=f"repair {name}")
            repairs[name] = state.now + int(minutes) * MINUTE
        st.session_state["repairs"] = repairs
        if st.button("Let them propose", type="primary", icon=":material/lightbulb:", key="let_propose"):
            st.session_state["is_proposing"] = True
            session.ask(
                "propose", {"rules": rules, "seconds": seconds, "runs": int(runs), "seed": 1, "repairs": repairs}
            )
            st.rerun()
        job_panel("propose", "Proposing")
        result = take_result("propose")
        if result is not None:
            _proposals(result)


def _is_open(task: str) -> bool:
    job = session.jobs().latest(task)
    return job is not None and (job.is_open or bool(st.session_state.get("is_proposing")))


def _proposals(result: Mapping[str, Any]) -> None:
    rows = [row for row in result["rows"] if row.get("digest")]
    frame = pd.DataFrame(
        [
            {
                "proposer": row["proposer"],
                "plan": row["digest"][:8],
                "promised, h": row["promised_h"],
                "in the twin, h": row["simulated_h"],
                "95 % interval": f"{row['simulated_low_h']:.1f} to {row['simulated_high_h']:.1f}",
                "behind the best, h": row["behind_h"],
                "on time, %": 100 * row["on_time_share"],
                "makespan, h": row["makespan_h"],
            }
            for row in rows
        ]
    )
    st.markdown(f"**Weighted tardiness, {result['runs']} runs each, the best first**")
    number = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        frame,
        hide_index=True,
        width="stretch",
        column_config={name: number for name in frame.columns if name.endswith((", h", ", %"))},
    )
    for name, reason in result["refused"].items():
        st.caption(f"{name} proposes nothing: {reason}")
    for name, unknown in result["left_out"].items():
        st.caption(f"{tables.LEFT_OUT.capitalize()} {name} knew nothing of {'; '.join(unknown)}.")
    names = {row["digest"]: f"{row['proposer']} ({row['digest'][:8]})" for row in rows}
    one, two, three = st.columns([2, 3, 1], vertical_alignment="bottom")
    digest = one.selectbox("Put forward", list(names), format_func=names.__getitem__, key="put_forward")
    reason = two.text_input("Why", placeholder="goes on record", key="reason")
    if three.button("Propose", type="primary", width="stretch", key="propose"):
        plan = tasks.plan_of(result["plans"][digest])
        session.desk().propose(plan, by=session.user(), reason=reason)
        st.session_state["chosen"] = plan.digest
        st.session_state["is_proposing"] = False
        st.rerun()


def _choose(standings: Mapping[str, Standing]) -> Standing:
    names: list[str] = list(standings)[::-1]
    if st.session_state.get("chosen") not in names:
        st.session_state["chosen"] = names[0]
    digest = st.selectbox(
        "Plan",
        names,
        format_func=lambda d: (
            f"{d[:8]} · {standings[d].plan.source} · {standings[d].status} · "
            f"proposed by {', '.join(standings[d].proposers)}"
        ),
        key="chosen",
    )
    return standings[digest or names[0]]


def _stepper(standing: Standing) -> None:
    reached = STEPS.index(standing.status) if standing.status in STEPS else -1
    parts = []
    for number, step in enumerate(STEPS):
        if number < reached or standing.status == "released":
            parts.append(f":green[✔ {step}]")
        elif number == reached:
            parts.append(f":blue[**● {step}**]")
        else:
            parts.append(f":gray[○ {step}]")
    words = "  →  ".join(parts)
    if standing.status not in STEPS:
        words = f":orange[**{standing.status}**]"
    st.markdown(words)


@st.fragment(run_every=2.0)
def _standstill(standing: Standing) -> None:
    """Why a plan that was released is not on the floor; the page is drawn anew when whoever follows withdraws it."""
    desk = session.desk()
    if desk.standings[standing.digest].status != standing.status:
        st.rerun()
    if standing.status == "recalled":
        for words in following.refusals(desk.journal, standing.digest):
            st.error(words, icon=":material/block:")
    words = following.waiting(desk.journal, standing, at=desk.state.now, epoch=desk.scenario.epoch)
    if words and not desk.connection.is_live:
        st.warning(f"{words[0].upper()}{words[1:]}.", icon=":material/hourglass:")


def _figures(standing: Standing) -> None:
    rehearsed = standing.rehearsed
    if rehearsed is None:
        st.info("Not rehearsed yet: nobody knows what this plan is worth on this floor.", icon=":material/help:")
        return
    columns = st.columns(5)
    for column, name in zip(columns, HEADLINES[:5], strict=True):
        as_read = figure(name).sized(rehearsed.figures.get(name))
        with column.container(border=True):
            st.metric(as_read.heading, as_read.value(rehearsed.figures.get(name)))
            low, high = rehearsed.intervals.get(name, (None, None))
            st.caption(f"{as_read.value(low)} to {as_read.value(high)}" if low is not None else "interval not known")
    at = tables.clock(session.desk().scenario.epoch, rehearsed.now / HOUR)
    st.caption(
        f"Means of {rehearsed.runs} runs with their 95 % intervals, from the floor as it stood at {at}, "
        f"rehearsed by {rehearsed.by}."
    )


def _gantt(standing: Standing, in_force: Standing | None) -> None:
    desk = session.desk()
    orders = desk.orders
    new = bars.of_plan(standing.plan, orders)
    other = in_force.plan if in_force is not None and in_force.digest != standing.digest else None
    old = bars.of_plan(other, orders) if other is not None else []
    if other is not None:
        st.caption("Bars: this plan. Thin line under each: the plan in force. Hatched: late if all goes as expected.")
    else:
        st.caption("Hatched orders are late if all goes as expected.")
    gantt_with_window("schedule", new, before=old, now=desk.state.now)


def _orders(standing: Standing) -> None:
    job = session.jobs().latest("rehearse")
    result = job.result if job is not None else None
    if result is None or result.get("digest") != standing.digest:
        st.info("Rehearse the plan to see how likely each order is on time.", icon=":material/help:")
        return
    epoch = session.desk().scenario.epoch
    frame = pd.DataFrame(result["orders"]).dropna(subset=["p_on_time"]).sort_values(["p_on_time", "order"])
    left, right = st.columns(2)
    named = frame.rename(columns={"p_on_time_low": "low", "p_on_time_high": "high"})
    with left:
        risky = int((frame["p_on_time"] < 0.5).sum())
        st.plotly_chart(
            charts.on_time(named),
            theme=None,
            alt=f"How likely each order is on time; {risky} are more likely late.",
            key="on_time",
        )
    shown = pd.DataFrame(
        {
            "order": frame["order"],
            "product": frame["product"],
            "weight": frame["weight"],
            "P(on time)": [share(p) for p in frame["p_on_time"]],
            "due": [tables.clock(epoch, h) for h in frame["due_h"]],
            "done (median)": [tables.clock(epoch, h) for h in frame["finish_median_h"]],
        }
    )
    right.dataframe(shown, hide_index=True, width="stretch", height=520)


def _film(standing: Standing) -> None:
    left, right = st.columns([1, 4], vertical_alignment="bottom")
    seed = int(
        left.number_input("Which future", 1, 999_999, 1, key="film seed", help="The same number, the same luck.")
    )
    kept = f"film {standing.digest}"
    if right.button("Play the plan in the twin", icon=":material/play_arrow:", key="play plan"):
        st.session_state[kept] = scenes.of_future(session.desk(), standing.plan, seed=seed)
    if kept in st.session_state:
        watch.player(st.session_state[kept], key="plan")
    else:
        st.caption("One of its futures from the floor as it stands, to look at machine by machine.")


def _moves(standing: Standing, in_force: Standing | None) -> None:
    if in_force is None or in_force.digest == standing.digest:
        st.info("There is no other plan in force to compare with.", icon=":material/compare_arrows:")
        return
    rows = _moved_rows(in_force.plan, standing.plan)
    if not rows:
        st.info("Nothing moves by 15 minutes or more.", icon=":material/check:")
        return
    st.caption(f"{len(rows)} steps move to another machine, or by 15 minutes or more.")
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", height=420)


def _moved_rows(old: Plan, new: Plan) -> list[dict[str, object]]:
    desk = session.desk()
    orders, epoch = desk.orders, desk.scenario.epoch
    pairs = bars.moved(bars.of_plan(old, orders), bars.of_plan(new, orders), by=15 * MINUTE)
    return [
        {
            "order": b.order,
            "step": b.step + 1,
            "machine": a.machine if a.machine == b.machine else f"{a.machine} → {b.machine}",
            "from": tables.clock(epoch, a.start / HOUR),
            "to": tables.clock(epoch, b.start / HOUR),
            "moves, h": round((b.start - a.start) / HOUR, 1),
        }
        for a, b in pairs
    ]


@st.fragment(run_every=2.0)
def _acknowledgements(standing: Standing) -> None:
    desk = session.desk()
    told = desk.acknowledgements(standing.digest)
    if standing.status != "recalled":
        for words in following.refusals(desk.journal, standing.digest):
            st.error(words, icon=":material/block:")
    if desk.connection.said:
        st.caption(f"Whoever follows the floor says: {desk.connection.said}")
    if not told:
        words = "Nothing was sent to the machines yet."
        if standing.status == "released":
            words = (
                "On its way to the machines."
                if desk.connection.endpoint
                else "Nobody follows the floor; start `foreshift shift`."
            )
        st.info(words, icon=":material/outgoing_mail:")
        return
    icons = {"confirmed": "✔ confirmed", "refused": "✖ refused", "unresolved": "? unresolved"}
    rows = [
        {
            "machine": name or "plant",
            "says": icons[deed.outcome],
            "to": deed.command,
            "job orders": len(deed.job_orders),
            "detail": deed.detail,
        }
        for name, deed in told.items()
    ]
    count = sum(deed.outcome == "confirmed" for deed in told.values())
    st.caption(f"{count} of {len(told)} confirmed")
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _actions(standing: Standing) -> None:
    desk, user, digest = session.desk(), session.user(), standing.digest
    with st.bottom:
        missing = desk.lacking(digest) if standing.status in OPEN and standing.status != "released" else []
        if missing and standing.status != "proposed":
            st.caption("Before release: " + "; ".join(missing))
        one, two, three, four, five = st.columns([1, 1, 1, 1, 2], vertical_alignment="center")
        can_rehearse = standing.status in ("proposed", "rehearsed", "approved", "expired")
        if one.button("Rehearse", icon=":material/replay:", disabled=not can_rehearse, width="stretch", key="rehearse"):
            arguments = {
                "digest": digest,
                "by": user,
                "runs": 100,
                "seed": 2,
                "repairs": st.session_state.get("repairs", {}),
            }
            session.ask("rehearse", arguments)
            st.rerun()
        can_approve = standing.status in ("rehearsed", "expired")
        if two.button(
            "Approve", icon=":material/how_to_reg:", disabled=not can_approve, width="stretch", key="approve"
        ):
            _try(lambda: desk.approve(digest, by=user))
        is_ready = standing.status == "approved" and not missing
        kind: Literal["primary", "secondary"] = "primary" if is_ready else "secondary"
        if three.button(
            "Release", icon=":material/send:", disabled=not is_ready, type=kind, width="stretch", key="release"
        ):
            _try(lambda: desk.release(digest, by=user))
        if standing.status == "released":
            if four.button("Recall", icon=":material/undo:", width="stretch", key="recall"):
                _try(lambda: desk.recall(digest, by=user, reason="recalled on the page"))
        elif four.button(
            "Reject", icon=":material/block:", disabled=standing.status not in OPEN, width="stretch", key="reject"
        ):
            _try(lambda: desk.reject(digest, by=user, reason="rejected on the page"))
        with five:
            said = st.session_state.pop("refusal", None)
            if said:
                st.error(said, icon=":material/block:")
            else:
                job_panel("rehearse", "Rehearsing")


def _try(deed: Any) -> None:
    try:
        deed()
    except (NotApproved, InvalidPlant, CorruptJournal) as reason:
        st.session_state["refusal"] = str(reason)
    st.rerun()
