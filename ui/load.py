"""The load profile: what a plant draws over time, under the bands of its tariff and its contracted demand."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from plant_models.clock import Epoch
from twin.energy import Energy
from twin.records.energy import load_frame
from ui.charts import calm
from ui.palette import BLUE, GREY, INK, PAPER, VERMILLION

_BANDS = ("#fdf0d5", "#e3f1ec", "#efe6f3", "#e2eef7")
"""Pale colours for the bands of a tariff, below everything else."""

Profile = Mapping[str, Any]
"""A load profile as plain values, as `profile` makes it."""


def profile(energy: Energy, *, since: int | None = None) -> dict[str, object]:
    """A load profile as plain values, for a page or for ``--json``; not of what was before *since* (milliseconds)."""
    supply, frame = energy.electricity, load_frame(energy)
    if since is not None:
        frame = frame[frame["start_ms"] >= since]
    return {
        "rows": frame.astype(object).where(lambda cells: cells.notna(), None).to_dict("records"),
        "end_ms": energy.end,
        "interval_ms": supply.interval,
        "limit_kw": supply.limit,
        "base_load_kw": supply.base_load,
        "currency": "" if supply.tariff is None else supply.tariff.currency,
    }


def chart(shown: Profile, *, epoch: Epoch, before: Profile | None = None) -> go.Figure:
    """Demand by intervals of the meter; *before* (the world as it is, beside the changed one) is a thin line."""
    figure, rows = go.Figure(), pd.DataFrame(shown["rows"])
    rows["end_ms"] = rows["start_ms"] + shown["interval_ms"]
    _bands(figure, rows, epoch, str(shown["currency"]))
    limit = shown["limit_kw"]
    is_above = rows["kw"] > (float("inf") if limit is None else limit * (1 + 1e-9))
    for chosen, name, colour in ((~is_above, "demand", BLUE), (is_above, "above the contracted demand", VERMILLION)):
        if chosen.any():
            _bars(figure, rows[chosen], epoch, name, colour, str(shown["currency"]))
    if before is not None:
        old = pd.DataFrame(before["rows"])
        last = old["start_ms"].iloc[-1] + before["interval_ms"]
        figure.add_scatter(
            x=[epoch.datetime(int(time)) for time in (*old["start_ms"], last)],
            y=[*old["kw"], old["kw"].iloc[-1]],
            mode="lines",
            line={"shape": "hv", "color": INK, "width": 1.5},
            name="as it is",
            hovertemplate="as it is: %{y:.0f} kW<extra></extra>",
        )
    if limit is not None:
        figure.add_hline(
            y=float(limit),
            line={"color": VERMILLION, "width": 1.5, "dash": "dash"},
            annotation={"text": f"contracted {limit:g} kW", "font": {"size": 11, "color": VERMILLION}},
            annotation_position="top left",
        )
    if shown["base_load_kw"]:
        ends = [epoch.datetime(int(time)) for time in (rows["start_ms"].iloc[0], rows["end_ms"].iloc[-1])]
        figure.add_scatter(
            x=ends,
            y=[shown["base_load_kw"]] * 2,
            mode="lines",
            line={"color": INK, "width": 1, "dash": "dot"},
            name=f"base load {shown['base_load_kw']:g} kW",
            hoverinfo="skip",
        )
    top = max(float(rows["kw"].max()), float(limit or 0.0), 1e-9)
    figure.update_yaxes(title="kW", range=[0, 1.12 * top])
    figure.update_xaxes(type="date")
    figure.update_layout(bargap=0, barmode="overlay")
    return calm(figure, height=330)


def words(shown: Profile, epoch: Epoch) -> str:
    """What a load profile says, in a sentence: for those who cannot see it, and as its caption."""
    rows = pd.DataFrame(shown["rows"])
    peak, at = float(rows["kw"].max()), int(rows["start_ms"].iloc[int(rows["kw"].to_numpy().argmax())])
    limit = shown["limit_kw"]
    minutes = f"{shown['interval_ms'] / 60_000:g} minutes"
    said = (
        f"{rows['energy_kwh'].sum():,.0f} kWh; the highest average over {minutes} is {peak:,.0f} kW, "
        f"{epoch.datetime(at):%a %d %b %H:%M}"
    )
    if limit is None:
        return f"{said}."
    above = int((rows["kw"] > limit * (1 + 1e-9)).sum())
    return f"{said}; above the contracted {limit:g} kW in {above or 'none'} of {len(rows)} intervals."


def _bars(figure: go.Figure, rows: pd.DataFrame, epoch: Epoch, name: str, colour: str, currency: str) -> None:
    middle = (rows["start_ms"] + rows["end_ms"]) // 2
    until = [epoch.datetime(int(time)).strftime("%H:%M") for time in rows["end_ms"]]
    prices = ["" if price is None or price != price else f", {price:g} {currency}/kWh" for price in rows["price"]]
    figure.add_bar(
        x=[epoch.datetime(int(time)) for time in middle],
        y=rows["kw"],
        width=[int(end - start) for start, end in zip(rows["start_ms"], rows["end_ms"], strict=True)],
        name=name,
        marker={"color": colour, "opacity": 0.8, "line": {"width": 0}},
        customdata=[
            [epoch.datetime(int(start)).strftime("%a %H:%M"), end, kwh, price]
            for start, end, kwh, price in zip(rows["start_ms"], until, rows["energy_kwh"], prices, strict=True)
        ],
        hovertemplate=(
            "%{customdata[0]} to %{customdata[1]}: %{y:.0f} kW (%{customdata[2]:.1f} kWh%{customdata[3]})"
            "<extra></extra>"
        ),
    )


def _bands(figure: go.Figure, rows: pd.DataFrame, epoch: Epoch, currency: str) -> None:
    """Stretches of one price, shaded and named in the legend with it."""
    names = [band for band in dict.fromkeys(rows["band"]) if band]
    colours = {band: _BANDS[number % len(_BANDS)] for number, band in enumerate(names)}
    for band, start, end in stretches(rows):
        if band in colours:
            figure.add_vrect(
                x0=epoch.datetime(start), x1=epoch.datetime(end), fillcolor=colours[band], line_width=0, layer="below"
            )
    for band, price in rows.drop_duplicates("band")[["band", "price"]].itertuples(index=False):
        if price is None or price != price or not names:
            continue
        figure.add_bar(
            x=[None],
            y=[None],
            name=f"{band or 'other hours'}: {price:g} {currency}/kWh",
            marker={"color": colours.get(band, PAPER), "line": {"color": GREY, "width": 0.8}},
        )


def stretches(rows: pd.DataFrame) -> Sequence[tuple[str, int, int]]:
    """The bands of a load profile one after the other, each with its beginning and end in milliseconds."""
    found: list[tuple[str, int, int]] = []
    for band, start, end in zip(rows["band"], rows["start_ms"], rows["end_ms"], strict=True):
        if found and found[-1][0] == band:
            found[-1] = (band, found[-1][1], int(end))
        else:
            found.append((band, int(start), int(end)))
    return found
