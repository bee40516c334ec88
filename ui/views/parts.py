"""What pages have in common: how far a job is, and Gantt charts in a window."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from plant_models.clock import Epoch
from plant_models.shifts import HOUR
from ui import bars, charts, session, tables
from ui.jobs import Job


def job_panel(task: str, words: str) -> None:
    """How far the last job of its kind is, with a way to stop it; nothing where none is open."""
    session.jobs().close_abandoned()
    job = session.jobs().latest(task)
    if job is None:
        return
    if job.is_open:
        _running(task, words)
    elif job.standing == "failed":
        st.error(job.error, icon=":material/error:")
    elif job.standing == "cancelled":
        st.caption(f"{words} was stopped.")


@st.fragment(run_every=0.5)
def _running(task: str, words: str) -> None:
    session.jobs().close_abandoned()
    session.keep_worker()
    job = session.jobs().latest(task)
    if job is None or not job.is_open:
        st.rerun()
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.progress(
        _part(job),
        text=f"{words}: {job.words or ('waiting for the worker' if job.standing == 'queued' else 'beginning')}",
    )
    if right.button("Stop", icon=":material/stop:", key=f"stop {task}", width="stretch"):
        session.jobs().cancel(job.id)
        st.rerun()


def _part(job: Job) -> float:
    return min(1.0, job.done / job.total) if job.total else 0.0


def take_result(task: str) -> Any:
    """The result of the last job of its kind, if it is done."""
    job = session.jobs().latest(task)
    return job.result if job is not None and job.standing == "done" else None


def gantt_with_window(
    key: str,
    drawn: Sequence[bars.Bar],
    *,
    before: Sequence[bars.Bar] = (),
    now: int | None = None,
    machines: Sequence[str] | None = None,
    epoch: Epoch | None = None,
    marked: Sequence[str] = (),
    under: str = "before",
) -> None:
    """A Gantt chart with a choice of machines and hours; an overview stands above it where there are too many bars.

    The machines and the epoch are those of the workspace's plant where no others are named. Orders that are *marked*
    stand out; *under* is what the bars *before* are called.
    """
    desk = session.desk()
    machines, epoch = list(machines or desk.plant.machines), epoch or desk.scenario.epoch
    if not drawn:
        st.info("Nothing is planned.", icon=":material/event_busy:")
        return
    start, end = min(bar.start for bar in drawn), max(bar.end for bar in drawn)
    chart = st.container()
    one, two = st.columns([2, 3])
    chosen = one.multiselect("Machines", machines, placeholder="all", key=f"{key} machines") or machines
    first, last = start // HOUR, -(-end // HOUR)
    low, high = two.slider(
        "Hours since the plant's epoch",
        int(first),
        int(max(last, first + 1)),
        (int(first), int(max(last, first + 1))),
        key=f"{key} hours",
    )
    shown, left_out = bars.window(
        drawn, start=low * HOUR, end=high * HOUR, machines=chosen, limit=bars.LIMIT // 2 if before else bars.LIMIT
    )
    old, _ = bars.window(before, start=low * HOUR, end=high * HOUR, machines=chosen, limit=bars.LIMIT // 2)
    with chart:
        if left_out:
            st.warning(f"{left_out:,} more bars do not fit; show fewer hours.", icon=":material/zoom_in:")
            figure = charts.overview(drawn, epoch=epoch, machines=machines, start=start, end=end)
            st.plotly_chart(figure, theme=None, alt="How full each machine is over time.", key=f"{key} overview")
        late = len({bar.order for bar in shown if bar.is_late})
        figure = charts.gantt(
            shown,
            epoch=epoch,
            machines=chosen,
            now=now,
            before=old,
            span=(low * HOUR, high * HOUR),
            marked=marked,
            under=under,
        )
        words = f"Gantt chart of {len(chosen)} machines with {len(shown)} bars; {late} orders are late."
        st.plotly_chart(figure, theme=None, alt=words, key=f"{key} gantt", config={"displaylogo": False})
        finish = tables.clock(epoch, end / HOUR)
        st.caption(f"{len(shown):,} bars, {late} late orders, the last ends {finish}.")
