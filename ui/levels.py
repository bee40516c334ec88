"""Stocks over time: what was there, what came, and when orders waited for it; as plain values, a chart and words."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from plant_models.clock import Epoch
from plant_models.events import Event
from plant_models.plant import Material, Plant
from plant_models.shifts import DAY, HOUR, MINUTE
from plant_models.units import duration
from twin.records import ledger
from twin.shortages import shortages
from twin.state import State, StockState
from ui.charts import calm
from ui.palette import BLUE, GREEN, INK, MUTED, PAPER, VERMILLION

Levels = Mapping[str, Any]
"""One material's stock over time as plain values, as `levels` makes it."""


def levels(plant: Plant, opening: State, facts: Iterable[Event], end: int) -> dict[str, Levels]:
    """Each material's stock from *opening* until *end* (milliseconds), for a page or for ``--json``."""
    seen = [fact for fact in facts if fact.time <= end]
    books, short = ledger(plant, opening, seen, end), shortages(plant, opening, seen, end)
    found: dict[str, dict[str, Any]] = {
        name: {
            "unit": material.unit,
            "capacity": material.capacity,
            "reorder_point": None if material.replenishment is None else material.replenishment.reorder_point,
            "is_bought": material.replenishment is not None,
            "start": opening.now,
            "end": end,
            "steps": {opening.now: opening.stocks[name].level},
            "came": [],
            "used": 0,
            "short": [[s.start, s.end, list(s.orders)] for s in short if s.material == name],
        }
        for name, material in plant.materials.items()
    }
    for booking in books.bookings:
        one = found[booking.material]
        one["steps"][booking.time] = booking.stock
        if booking.movement == "delivered":
            one["came"].append([booking.time, booking.quantity, booking.stock])
        one["used"] -= booking.quantity if booking.movement == "consumed" else 0
    return {name: one | {"steps": [list(step) for step in one["steps"].items()]} for name, one in found.items()}


def waited(shown: Levels) -> tuple[int, list[str]]:
    """For how long (milliseconds) orders waited for a material, and which."""
    orders = dict.fromkeys(order for _, _, waiting in shown["short"] for order in waiting)
    return sum(end - start for start, end, _ in shown["short"]), list(orders)


def lacked_from_outside(shown: Levels) -> bool:
    """Whether orders waited for a material that is bought, which is a matter for whoever orders it."""
    return bool(shown["short"]) and bool(shown["is_bought"])


def words(name: str, shown: Levels) -> str:
    """What a stock's history says, in a sentence: for those who cannot see it, and as its caption."""
    steps, unit = shown["steps"], shown["unit"]
    lowest = min(level for _, level in steps)
    said = f"{name}: {steps[-1][1]:,} {unit} at the end, {lowest:,} at the lowest, {shown['used']:,} used"
    lasting, orders = waited(shown)
    if not orders:
        return f"{said}; no order waited for it."
    named = ", ".join(orders[:4]) + (f" and {len(orders) - 4} more" if len(orders) > 4 else "")
    return f"{said}; for {duration(max(MINUTE, lasting // MINUTE * MINUTE))} orders waited for it: {named}."


def chart(shown: Levels, *, epoch: Epoch, before: Levels | None = None) -> go.Figure:
    """A stock over time, with what came and where orders waited; *before* (the world as it is) is a thin line."""
    figure = go.Figure()
    for start, end, _ in _merged(shown["short"]):
        figure.add_vrect(
            x0=epoch.datetime(start), x1=epoch.datetime(end), fillcolor=VERMILLION, opacity=0.14, line_width=0
        )
    if shown["short"]:
        figure.add_bar(x=[None], y=[None], name="orders wait for it", marker={"color": VERMILLION, "opacity": 0.3})
    _line(figure, shown, epoch, name="in stock", colour=BLUE, width=2.2)
    if before is not None:
        _line(figure, before, epoch, name="as it is", colour=INK, width=1.2)
    if shown["came"]:
        figure.add_scatter(
            x=[epoch.datetime(time) for time, _, _ in shown["came"]],
            y=[stock for _, _, stock in shown["came"]],
            mode="markers",
            name="delivered",
            marker={"color": GREEN, "symbol": "triangle-down", "size": 9, "line": {"color": PAPER, "width": 1}},
            customdata=[quantity for _, quantity, _ in shown["came"]],
            hovertemplate="%{customdata} delivered, %{x|%a %d %b %H:%M}<extra></extra>",
        )
    for what, words_of in (("reorder_point", "ordered below"), ("capacity", "room for")):
        if shown[what] is not None and shown[what] > 0:
            figure.add_hline(
                y=shown[what],
                line={"color": MUTED, "width": 1, "dash": "dot"},
                annotation={"text": f"{words_of} {shown[what]:,}", "font": {"size": 11, "color": MUTED}},
                annotation_position="top left",
            )
    figure.update_yaxes(title=shown["unit"], rangemode="tozero")
    figure.update_xaxes(type="date", range=[epoch.datetime(shown["start"]), epoch.datetime(shown["end"])])
    return calm(figure, height=320)


def standing(plant: Plant, state: State, epoch: Epoch, history: Mapping[str, Levels]) -> pd.DataFrame:
    """How every stock stands: one row for each material, those that orders wait for first."""
    waiting = now_short(state, history)
    rows = [_row(plant.materials[name], state, epoch, history[name], waiting.get(name, [])) for name in plant.materials]
    rows.sort(key=lambda row: not row["orders waiting"])
    return pd.DataFrame(rows)


def now_short(state: State, history: Mapping[str, Levels]) -> dict[str, list[str]]:
    """The orders that wait for each material at the end of its history, where that is now."""
    return {
        name: waiting
        for name, shown in history.items()
        for _, end, waiting in shown["short"][-1:]
        if end == state.now == shown["end"]
    }


def _row(material: Material, state: State, epoch: Epoch, shown: Levels, waiting: list[str]) -> dict[str, Any]:
    stock = state.stocks[material.id]
    days = (shown["end"] - shown["start"]) / DAY
    per_day = shown["used"] / days if days else 0.0
    expiry = stock.lots[0].expires_at if stock.lots else None
    lasting, _ = waited(shown)
    return {
        "material": material.id,
        "in stock": stock.level,
        "unit": material.unit,
        "orders waiting": ", ".join(waiting),
        "lasts, days": stock.level / per_day if per_day else None,
        "comes next": _next(material, stock, state.now, epoch),
        "first expires": "" if expiry is None else f"{epoch.datetime(expiry):%a %d %b %H:%M}",
        "used a day": per_day,
        "waited for, h": lasting / HOUR,
    }


def _next(material: Material, stock: StockState, now: int, epoch: Epoch) -> str:
    """What comes next, and when: by the clock, or about when what is ordered is expected."""
    if stock.outside:
        return f"{sum(lot.quantity for lot in stock.outside):,} before the door"
    known = material.replenishment
    if known is None:
        return ""
    coming = known.coming(now + 1, stock.delivered_at)
    if coming is not None:
        return f"{known.quantity * coming[1]:,} on {epoch.datetime(coming[0]):%a %d %b %H:%M}"
    if not stock.ordered or known.lead_time is None:
        return "nothing ordered"
    first = stock.ordered[0]
    expected = known.arrival(first.ordered_at + round(known.lead_time.mean))
    total = sum(purchase.quantity for purchase in stock.ordered)
    when = "overdue" if expected <= now else f"about {epoch.datetime(expected):%a %d %b %H:%M}"
    return f"{total:,} ordered, {when}"


def _line(figure: go.Figure, shown: Levels, epoch: Epoch, *, name: str, colour: str, width: float) -> None:
    steps = [*shown["steps"], [shown["end"], shown["steps"][-1][1]]]
    figure.add_scatter(
        x=[epoch.datetime(time) for time, _ in steps],
        y=[level for _, level in steps],
        mode="lines",
        name=name,
        line={"shape": "hv", "color": colour, "width": width},
        hovertemplate=f"{name}: %{{y:,}}, %{{x|%a %d %b %H:%M}}<extra></extra>",
    )


def _merged(short: Iterable[tuple[int, int, list[str]]]) -> list[tuple[int, int, list[str]]]:
    """Times in which orders waited, those that touch each other as one."""
    found: list[tuple[int, int, list[str]]] = []
    for start, end, orders in short:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end, found[-1][2])
        else:
            found.append((start, end, orders))
    return found
