"""What matters in a plant, drawn: elementary effects, and shares of the variance, each with its interval."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from ui.charts import calm
from ui.figures import Figure
from ui.levers import shown
from ui.palette import BLUE, GREY, INK, ORANGE, SKY

Rows = Sequence[Mapping[str, Any]]


def morris(rows: Rows, read: Figure, turned: Mapping[str, str]) -> go.Figure:
    """mu* of each factor with its interval, the strongest on top, and sigma beside it; grey where nothing is shown.

    *turned* says from where to where each factor went.
    """
    known = {row["factor"]: row for row in rows}
    ranked = list(shown(rows, "mu_star"))
    names = [name for name, _ in ranked]
    figure, labels = go.Figure(), _labels(names, turned)
    values = [known[name]["mu_star"] * read.scale for name in names]
    figure.add_bar(
        x=values,
        y=labels,
        orientation="h",
        name="mu*: how far it moves the figure on average",
        marker={"color": [BLUE if is_shown else GREY for _, is_shown in ranked]},
        error_x=_interval(values, [(known[name]["mu_star_conf"] or 0.0) * read.scale for name in names]),
        hovertemplate="%{y}: mu* %{x:.3g}<extra></extra>",
    )
    figure.add_scatter(
        x=[known[name]["sigma"] * read.scale for name in names],
        y=labels,
        mode="markers",
        name="sigma: how much that depends on the other factors",
        marker={"symbol": "diamond", "size": 9, "color": ORANGE, "line": {"color": INK, "width": 1}},
        hovertemplate="%{y}: sigma %{x:.3g}<extra></extra>",
    )
    unit = f", {read.unit}" if read.unit else ""
    figure.update_xaxes(title=f"how far it moves {read.words}{unit}", rangemode="tozero")
    return _ranked(figure, labels)


def sobol(rows: Rows, turned: Mapping[str, str]) -> go.Figure:
    """First-order and total shares of each factor with their intervals, the strongest on top."""
    known = {row["factor"]: row for row in rows}
    names = [name for name, _ in shown(rows, "ST")]
    figure, labels = go.Figure(), _labels(names, turned)
    for measure, words, colour in (
        ("ST", "ST: with all that goes through other factors", SKY),
        ("S1", "S1: alone", BLUE),
    ):
        values = [max(0.0, 100 * (known[name][measure] or 0.0)) for name in names]
        figure.add_bar(
            x=values,
            y=labels,
            orientation="h",
            name=words,
            marker={"color": colour},
            error_x=_interval(values, [100 * (known[name][f"{measure}_conf"] or 0.0) for name in names]),
            hovertemplate=f"%{{y}}: {measure} %{{x:.0f}} %<extra></extra>",
        )
    figure.update_layout(barmode="group", legend_traceorder="reversed")
    figure.update_xaxes(title="share of the variance, %", rangemode="tozero")
    return _ranked(figure, labels)


def _labels(names: Sequence[str], turned: Mapping[str, str]) -> list[str]:
    """A factor and under it, small, from where to where it went."""
    return [f"{name}<br><sup>{turned[name]}</sup>" if turned.get(name) else name for name in names]


def _interval(values: Sequence[float], halves: Sequence[float]) -> dict[str, Any]:
    """Error bars that end at zero: neither a distance nor a share is less."""
    below = [min(half, value) for value, half in zip(values, halves, strict=True)]
    return {"type": "data", "array": list(halves), "arrayminus": below, "color": INK, "thickness": 1.2}


def _ranked(figure: go.Figure, labels: Sequence[str]) -> go.Figure:
    figure.update_yaxes(categoryorder="array", categoryarray=list(labels)[::-1], dtick=1)
    return calm(figure, height=max(240, 40 * len(labels) + 120))
