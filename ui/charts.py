"""Charts: frames and bars in, a figure out. Nothing here knows a page, a file or a floor."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import plotly.graph_objects as go

from plant_models.clock import Epoch
from ui.bars import Bar, Kind, occupancy
from ui.palette import BLUE, FONT, GREEN, INK, LINE, MUTED, PAPER, PRODUCTS, PURPLE, STATUS, VERDICTS, VERMILLION

ROW = 30
"""Pixels for one machine of a Gantt chart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure with the interval around it, and what really came out, if that is known."""

    name: str
    low: float
    middle: float
    high: float
    actual: float | None = None


def gantt(
    bars: Sequence[Bar],
    *,
    epoch: Epoch,
    machines: Sequence[str],
    now: int | None = None,
    before: Sequence[Bar] = (),
    frozen_until: int | None = None,
    span: tuple[int, int] | None = None,
    marked: Collection[str] = (),
    under: str = "before",
) -> go.Figure:
    """Machines against time: work by product, setups grey, breakdowns crossed, late orders hatched.

    *before* is drawn as a thin line *under* each bar, called so (the old plan, or the plan under what happened).
    *marked* orders have a strong frame.
    """
    figure = go.Figure()
    rows = {machine: -number for number, machine in enumerate(machines)}
    colours = _colours([*bars, *before])
    _old_bars(figure, before, rows, epoch, under)
    for product in colours:
        if not any(b.kind == "work" and b.product == product and not b.is_late for b in bars):
            marker = {"color": colours[product]}
            figure.add_bar(x=[None], y=[None], name=product or "work", legendgroup=product or "work", marker=marker)
        for is_late in (False, True):
            chosen = [b for b in bars if b.kind == "work" and b.product == product and b.is_late == is_late]
            _bars(figure, chosen, rows, epoch, name=product or "work", colour=colours[product], is_late=is_late)
    _bars(figure, [b for b in bars if b.kind == "setup"], rows, epoch, name="setup", colour="#cbd5e1")
    alone = STATUS["unattended"].colour
    _bars(figure, [b for b in bars if b.kind == "unattended"], rows, epoch, name="nobody there", colour=alone)
    _bars(figure, [b for b in bars if b.kind == "down"], rows, epoch, name="down", colour=VERMILLION)
    _bars(figure, [b for b in bars if b.kind == "maintenance"], rows, epoch, name="maintenance", colour=BLUE)
    _bars(figure, [b for b in bars if b.kind == "blocked"], rows, epoch, name="blocked", colour=PURPLE)
    framed = [bar for bar in bars if bar.order in marked and bar.kind == "work"]
    _frames(figure, framed, rows, epoch, name=", ".join(marked))
    if any(bar.is_late for bar in bars):
        figure.add_bar(
            x=[None],
            y=[None],
            name="late (hatched)",
            marker={"color": PAPER, "line": {"color": INK, "width": 1}, "pattern": _HATCH},
        )
    _marks(figure, epoch, now=now, frozen_until=frozen_until, first=min((b.start for b in [*bars, *before]), default=0))
    figure.update_layout(barmode="overlay", bargap=0.25, uniformtext={"mode": "hide", "minsize": 9})
    figure.update_yaxes(
        tickmode="array", tickvals=list(rows.values()), ticktext=list(rows), range=[-len(rows) + 0.4, 0.6]
    )
    figure.update_xaxes(type="date", showgrid=True)
    if span is not None:
        figure.update_xaxes(range=[epoch.datetime(span[0]), epoch.datetime(span[1])])
    return calm(figure, height=max(200, ROW * len(rows) + 110))


def mark(figure: go.Figure, epoch: Epoch, time: int, words: str) -> None:
    """Say on a Gantt chart what happened at one instant."""
    moment = epoch.datetime(time)
    figure.add_vline(x=moment, line={"color": VERMILLION, "width": 1.5})
    figure.add_annotation(
        x=moment,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=words,
        showarrow=False,
        font={"size": 11, "color": VERMILLION},
    )


def overview(bars: Sequence[Bar], *, epoch: Epoch, machines: Sequence[str], start: int, end: int) -> go.Figure:
    """How full each machine is over time, for more bars than a Gantt chart can take."""
    shares = occupancy(bars, machines, start=start, end=end)
    bins = len(shares[0]) if shares else 0
    times = [epoch.datetime(start + (end - start) * i // max(1, bins)) for i in range(bins)]
    figure = go.Figure(
        go.Heatmap(
            x=times,
            y=list(machines),
            z=shares,
            colorscale=[[0, "#f8fafc"], [1, BLUE]],
            zmin=0,
            zmax=1,
            showscale=False,
            hovertemplate="%{y}, %{x|%a %H:%M}: %{z:.0%} taken<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    return calm(figure, height=max(140, 16 * len(machines) + 60))


def on_time(frame: pd.DataFrame) -> go.Figure:
    """P(on time) of each order with its interval: the frame has the columns order, p_on_time, low, high."""
    figure = go.Figure()
    figure.add_scatter(
        y=frame["order"],
        x=frame["p_on_time"] * 100,
        error_x={
            "type": "data",
            "array": (frame["high"] - frame["p_on_time"]) * 100,
            "arrayminus": (frame["p_on_time"] - frame["low"]) * 100,
            "thickness": 1.5,
            "width": 0,
        },
        mode="markers",
        showlegend=False,
        marker={"color": BLUE, "size": 8, "symbol": "circle"},
        hovertemplate="%{y}: %{x:.0f} %<extra></extra>",
    )
    figure.update_xaxes(title="P(on time), %", range=[-2, 102])
    figure.update_yaxes(categoryorder="array", categoryarray=list(frame["order"])[::-1], dtick=1)
    return calm(figure, height=max(200, 19 * len(frame) + 100))


def chances(frame: pd.DataFrame) -> go.Figure:
    """P(on time) of each order as it is and changed, with a line from one to the other in the verdict's colour.

    The frame has the columns order, verdict, p_on_time_base, p_on_time_other, and the latter's _low and _high.
    """
    figure = go.Figure()
    for verdict, colour in VERDICTS.items():
        rows = frame[frame["verdict"] == verdict]
        if len(rows):
            ends = [[*pair, None] for pair in zip(rows["p_on_time_base"], rows["p_on_time_other"], strict=True)]
            figure.add_scatter(
                x=[None if end is None else 100 * end for pair in ends for end in pair],
                y=[name for name in rows["order"] for _ in range(3)],
                mode="lines",
                line={"color": colour, "width": 4},
                name=verdict,
                hoverinfo="skip",
            )
    known = frame[frame["p_on_time_base"].notna()]
    for name, rows, column, marker in (
        ("as it is", known, "p_on_time_base", {"color": PAPER, "line": {"color": MUTED, "width": 2}, "size": 9}),
        ("changed", frame, "p_on_time_other", {"color": BLUE, "size": 10}),
    ):
        figure.add_scatter(
            x=100 * rows[column].astype(float),
            y=rows["order"],
            mode="markers",
            name=name,
            marker=marker,
            customdata=100 * rows[[f"{column}_low", f"{column}_high"]].astype(float),
            hovertemplate="%{y}: %{x:.0f} % (%{customdata[0]:.0f} to %{customdata[1]:.0f})<extra>" + name + "</extra>",
        )
    figure.update_xaxes(title="P(on time), %", range=[-3, 103])
    figure.update_yaxes(categoryorder="array", categoryarray=list(frame["order"])[::-1], dtick=1)
    return calm(figure, height=max(220, 22 * len(frame) + 110))


def time_by_status(frame: pd.DataFrame) -> go.Figure:
    """What each machine did, in hours: the frame has the columns machine, status, hours."""
    figure = go.Figure()
    for status, look in STATUS.items():
        chosen = frame[frame["status"] == status]
        if len(chosen) and chosen["hours"].sum() > 0:
            figure.add_bar(
                y=chosen["machine"],
                x=chosen["hours"],
                orientation="h",
                name=f"{look.icon} {look.word}",
                marker={"color": look.colour, "opacity": 0.85},
                hovertemplate="%{y}, " + look.word.lower() + ": %{x:.1f} h<extra></extra>",
            )
    figure.update_layout(barmode="stack", bargap=0.3)
    figure.update_xaxes(title="hours")
    figure.update_yaxes(autorange="reversed")
    return calm(figure, height=max(200, 26 * frame["machine"].nunique() + 110))


def predicted_and_actual(intervals: Sequence[Interval]) -> go.Figure:
    """For each figure the predicted interval as a bar from 0 (low) to 1 (high), and where the actual one fell."""
    figure = go.Figure()
    figure.add_bar(
        y=[i.name for i in intervals],
        x=[1.0] * len(intervals),
        orientation="h",
        name="predicted interval",
        marker={"color": _PALE_BLUE},
        hoverinfo="skip",
    )
    for is_inside, colour, name in ((True, GREEN, "actual, inside"), (False, VERMILLION, "actual, outside")):
        chosen = [(i, (i.actual - i.low) / ((i.high - i.low) or 1.0)) for i in intervals if i.actual is not None]
        chosen = [(i, at) for i, at in chosen if (0 <= at <= 1) == is_inside]
        if chosen:
            figure.add_scatter(
                y=[i.name for i, _ in chosen],
                x=[max(-0.45, min(1.45, at)) for _, at in chosen],
                mode="markers",
                name=name,
                marker={"color": colour, "size": 13, "symbol": "diamond" if is_inside else "x"},
                customdata=[[i.actual, i.low, i.high] for i, _ in chosen],
                hovertemplate=(
                    "%{y}: %{customdata[0]:.4g} (predicted %{customdata[1]:.4g} to %{customdata[2]:.4g})<extra></extra>"
                ),
            )
    figure.update_xaxes(range=[-0.5, 1.5], tickvals=[0, 1], ticktext=["low", "high"])
    figure.update_yaxes(autorange="reversed")
    return calm(figure, height=max(160, 40 * len(intervals) + 90))


_PALE_BLUE = "#bfdcec"
"""A colour of its own, not a blue that is partly clear: a legend would show that one in full."""

_HATCH = {"shape": "/", "fgcolor": INK, "fgopacity": 0.55, "size": 6, "solidity": 0.25, "fillmode": "overlay"}

_CROSSED = {"shape": "x", "fgcolor": PAPER, "size": 6, "solidity": 0.2, "fillmode": "overlay"}


def _colours(bars: Sequence[Bar]) -> Mapping[str, str]:
    products = sorted({bar.product for bar in bars if bar.kind == "work"})
    return {product: PRODUCTS[n % len(PRODUCTS)] for n, product in enumerate(products)}


def _bars(
    figure: go.Figure,
    bars: Sequence[Bar],
    rows: Mapping[str, int],
    epoch: Epoch,
    *,
    name: str,
    colour: str,
    is_late: bool = False,
) -> None:
    bars = [bar for bar in bars if bar.machine in rows]
    if not bars:
        return
    figure.add_bar(
        base=[epoch.datetime(bar.start) for bar in bars],
        x=[bar.end - bar.start for bar in bars],
        y=[rows[bar.machine] for bar in bars],
        orientation="h",
        width=0.62,
        name=name,
        legendgroup=name,
        showlegend=not is_late,
        marker={
            "color": colour,
            "line": {"color": INK if is_late else PAPER, "width": 0.8},
            "pattern": _HATCH if is_late else _CROSSED if name == "down" else {},
        },
        text=[bar.order if bar.kind == "work" else "" for bar in bars],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": INK, "size": 10},
        customdata=[[*_about(bar), _clock(epoch, bar.start), _clock(epoch, bar.end)] for bar in bars],
        hovertemplate=(
            "<b>%{customdata[0]}</b> on %{customdata[1]}<br>%{customdata[2]} to %{customdata[3]}<extra></extra>"
        ),
    )


def _frames(figure: go.Figure, bars: Sequence[Bar], rows: Mapping[str, int], epoch: Epoch, *, name: str) -> None:
    """A strong frame around each bar."""
    bars = [bar for bar in bars if bar.machine in rows]
    if bars:
        figure.add_bar(
            base=[epoch.datetime(bar.start) for bar in bars],
            x=[bar.end - bar.start for bar in bars],
            y=[rows[bar.machine] for bar in bars],
            orientation="h",
            width=0.84,
            name=name,
            marker={"color": "rgba(0,0,0,0)", "line": {"color": INK, "width": 3}},
            hoverinfo="skip",
        )


def _old_bars(figure: go.Figure, bars: Sequence[Bar], rows: Mapping[str, int], epoch: Epoch, name: str) -> None:
    bars = [bar for bar in bars if bar.machine in rows and bar.kind == "work"]
    if not bars:
        return
    figure.add_bar(
        base=[epoch.datetime(bar.start) for bar in bars],
        x=[bar.end - bar.start for bar in bars],
        y=[rows[bar.machine] - 0.41 for bar in bars],
        orientation="h",
        width=0.12,
        name=name,
        marker={"color": MUTED, "line": {"color": PAPER, "width": 0.5}},
        customdata=[[*_about(bar), _clock(epoch, bar.start), _clock(epoch, bar.end)] for bar in bars],
        hovertemplate=name + ": <b>%{customdata[0]}</b><br>%{customdata[2]} to %{customdata[3]}<extra></extra>",
    )


def _about(bar: Bar) -> tuple[str, str]:
    kinds: dict[Kind, str] = {
        "work": f"{bar.order}, step {bar.step + 1} ({bar.product})" + (", late" if bar.is_late else ""),
        "setup": f"setup for {bar.order}",
        "unattended": f"{bar.order} stands, nobody there",
        "down": "out of use",
        "maintenance": "maintenance",
        "blocked": f"{bar.order} finished, no room to go on",
    }
    return kinds[bar.kind], bar.machine


def _clock(epoch: Epoch, time: int) -> str:
    moment: datetime = epoch.datetime(time)
    return moment.strftime("%a %d %b %H:%M")


def _marks(figure: go.Figure, epoch: Epoch, *, now: int | None, frozen_until: int | None, first: int) -> None:
    if frozen_until is not None and frozen_until > first:
        figure.add_vrect(
            x0=epoch.datetime(first),
            x1=epoch.datetime(frozen_until),
            fillcolor=MUTED,
            opacity=0.10,
            line_width=0,
            layer="below",
        )
    if now is not None:
        moment = epoch.datetime(now)
        figure.add_vline(x=moment, line={"color": INK, "width": 1.5, "dash": "dot"})
        figure.add_annotation(
            x=moment,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=f"now {moment:%a %H:%M}",
            showarrow=False,
            font={"size": 11, "color": INK},
        )


def calm(figure: go.Figure, *, height: int) -> go.Figure:
    """*figure*, *height* pixels high, in the paper, ink, type and margins that every chart has."""
    figure.update_layout(
        height=height,
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        font={"family": FONT, "size": 12, "color": INK},
        margin={"l": 8, "r": 16, "t": 46, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.05, "x": 0, "font": {"size": 11}},
        hoverlabel={"bgcolor": PAPER, "font": {"family": FONT, "color": INK}},
    )
    figure.update_xaxes(gridcolor=LINE, linecolor=LINE, zeroline=False, automargin=True)
    figure.update_yaxes(gridcolor="#f1f5f9", linecolor=LINE, zeroline=False, automargin=True)
    return figure
