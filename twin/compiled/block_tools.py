"""Tools in the block of a compiled floor: to and from `twin.standing`."""

from collections.abc import Mapping
from typing import Any

from twin.compiled import arrays as a
from twin.compiled.layout import Layout
from twin.compiled.sharing import AWAY, GONE, IN_USE, READY
from twin.standing import State, ToolState


def put_tools(layout: Layout, parts: Mapping[str, Any], state: State) -> None:
    """Let the tools stand, and be where they are, as in *state*."""
    tools = layout.tools
    units = parts["units"]
    for number, name in enumerate(tools.names):
        known, row, first = state.tools[name], parts["tools"][number], tools.firsts[name]
        row["units"], row["ready"], row["away"] = known.units, len(known.free), len(known.away)
        there = units[first : first + tools.counts_of[name]]
        there["tool"], there["where"], there["next"] = number, GONE, a.NOBODY
        for field in ("worked", "used", "renewals", "since"):
            values = getattr(known, field)
            there[field][: len(values)] = values
        there["where"][known.free], there["where"][known.away] = READY, AWAY
    for row, name in zip(parts["machines"], layout.machines, strict=True):
        row["tools"] = _chained(layout, units, state.machines[name].tools)
    for row, name in zip(parts["orders"], layout.orders, strict=True):
        if name in state.orders:
            row["carriers"] = _chained(layout, units, state.orders[name].carriers)


def _chained(layout: Layout, units: Any, held: Mapping[str, int]) -> int:
    """Link the units that a machine or an order has; the first, -1 where it has none."""
    first = a.NOBODY
    for name, number in held.items():
        found = layout.tools.firsts[name] + number
        units[found]["where"], units[found]["next"] = IN_USE, first
        first = found
    return first


def tools_of(layout: Layout, parts: Mapping[str, Any]) -> dict[str, ToolState]:
    """How the tools stand."""
    found = {}
    for number, name in enumerate(layout.tools.names):
        first, tracked = layout.tools.firsts[name], int(layout.arrays["tool_terms"][number]["tracked"])
        there = parts["units"][first : first + layout.tools.counts_of[name]]
        where, columns = there["where"].tolist(), there[:tracked]
        found[name] = ToolState(
            int(parts["tools"][number]["units"]),
            [n for n, at in enumerate(where) if at == READY],
            columns["worked"].tolist(),
            columns["used"].tolist(),
            columns["renewals"].tolist(),
            columns["since"].tolist(),
            [n for n, at in enumerate(where) if at == AWAY],
        )
    return found


def held(layout: Layout, parts: Mapping[str, Any], first: int) -> dict[str, int]:
    """The unit of each tool that a machine or an order has, from the *first* on."""
    found = {}
    while first >= 0:
        row = parts["units"][first]
        name = layout.tools.names[row["tool"]]
        found[name] = first - layout.tools.firsts[name]
        first = int(row["next"])
    return found
