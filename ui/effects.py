"""What matters in a plant, drawn: elementary effects, and shares of the variance, each with its interval."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from ui.charts import calm
from ui.figures import Figure
from ui.levers import shown
from ui.palette import BLUE, GREY, INK, ORANGE, SKY

Rows = Sequence[Mapping[str, Any]]


def morris(rows: Rows, read: Figure) -> go.Figure:
    """mu* of each factor with its interval, the strongest on top, and sigma beside it; grey where nothing is shown."""
    known = {row["factor"]: row for row in rows}
    ranked = list(shown(rows, "mu_star"))
    names = [name for name, _ in ranked]
    figure = go.Figure()
    figure.add_bar(
        x=[known[name]["mu_star"] * read.scale for name in names],
        y=names,
        orientation="h",
        name="mu*: how far it moves the response on average",
        marker={"color": [BLUE if is_shown else GREY for _, is_shown in ranked]},
        error_x={
            "type": "data",
            "array": [(known[name]["mu_star_conf"] or 0.0) * read.scale for name in names],
            "color": INK,
            "thickness": 1.2,
        },
        hovertemplate="%{y}: mu* %{x:.3g}<extra></extra>",
    )
    figure.add_scatter(
        x=[known[name]["sigma"] * read.scale for name in names],
        y=names,
        mode="markers",
        name="sigma: how much that depends on the other factors",
        marker={"symbol": "diamond", "size": 9, "color": ORANGE, "line": {"color": INK, "width": 1}},
        hovertemplate="%{y}: sigma %{x:.3g}<extra></extra>",
    )
    figure.update_xaxes(title=read.heading, rangemode="tozero")
    return _ranked(figure, names)


def sobol(rows: Rows) -> go.Figure:
    """First-order and total shares of each factor with their intervals, the strongest on top."""
    known = {row["factor"]: row for row in rows}
    names = [name for name, _ in shown(rows, "ST")]
    figure = go.Figure()
    for measure, words, colour in (
        ("ST", "ST: with all that goes through other factors", SKY),
        ("S1", "S1: alone", BLUE),
    ):
        figure.add_bar(
            x=[100 * (known[name][measure] or 0.0) for name in names],
            y=names,
            orientation="h",
            name=words,
            marker={"color": colour},
            error_x={
                "type": "data",
                "array": [100 * (known[name][f"{measure}_conf"] or 0.0) for name in names],
                "color": INK,
                "thickness": 1.2,
            },
            hovertemplate=f"%{{y}}: {measure} %{{x:.0f}} %<extra></extra>",
        )
    figure.update_layout(barmode="group")
    figure.update_xaxes(title="share of the variance, %", range=[-8, 128])
    return _ranked(figure, names)


def _ranked(figure: go.Figure, names: Sequence[str]) -> go.Figure:
    figure.update_yaxes(categoryorder="array", categoryarray=list(names)[::-1], dtick=1)
    return calm(figure, height=max(240, 34 * len(names) + 120))
