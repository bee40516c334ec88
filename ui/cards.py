"""The floor as cards: every machine and buffer in a word, an icon and a colour. State in, HTML out."""

from html import escape

from plant_models.clock import Epoch, duration
from plant_models.plant import Plant
from plant_models.shifts import MINUTE
from twin.state import MachineState, State, status
from twin.wiring import wiring
from ui.palette import BLUE, INK, LINE, MUTED, PAPER, STATUS


def machines(plant: Plant, state: State, epoch: Epoch) -> str:
    """One card for each machine, by work center."""
    cards = "".join(_machine(plant, state, epoch, name) for name in plant.machines)
    return f"<style>{_STYLE}</style><div class='fs-cards' role='list'>{cards}</div>"


def buffers(plant: Plant, state: State) -> str:
    """One bar for each buffer: how many orders wait, of how many that fit."""
    most = max([len(queue) for queue in state.buffers.values()] + [6])
    rows = "".join(_buffer(plant, state, name, most) for name in plant.buffers)
    return f"<style>{_STYLE}</style><div class='fs-buffers' role='list'>{rows}</div>"


def _machine(plant: Plant, state: State, epoch: Epoch, name: str) -> str:
    machine = state.machines[name]
    look = STATUS[status(plant, name, machine)]
    since, waits = _since(machine), _waiting(plant, state, name)
    lasted = f" · {duration(_rough(state.now - since))}" if state.now - since >= MINUTE else ""
    made = f"{machine.good:,} good · {machine.scrap:,} scrap" if machine.good or machine.scrap else "nothing made yet"
    family = f" · set up for {escape(machine.family)}" if machine.family else ""
    return (
        f"<div class='fs-card' role='listitem' style='border-left-color:{look.colour}'>"
        f"<div class='fs-top'><b>{escape(name)}</b>"
        f"<span class='fs-pill' style='color:{look.colour};border-color:{look.colour}'>{look.icon} "
        f"{look.word}</span></div>"
        f"<div class='fs-order'>{_order(state, machine)}</div>"
        f"<div class='fs-small'>since {epoch.datetime(since):%a %H:%M}{lasted}{family}</div>"
        f"<div class='fs-small'>{waits} · {made}</div></div>"
    )


def _rough(time: int) -> int:
    """A time to the minute: nobody reads milliseconds off a card."""
    return time // MINUTE * MINUTE


def _waiting(plant: Plant, state: State, name: str) -> str:
    """How many orders this machine could take next, from the buffers before it."""
    ways = wiring(plant)
    number = ways.index[name]
    count = sum(
        number in ways.takers[order.order.product][order.step]
        for place in ways.draws[number]
        for order in map(state.orders.__getitem__, state.buffers[place])
        if order.step < order.steps
    )
    return f"{count} waiting" if count else "nothing waiting"


def _order(state: State, machine: MachineState) -> str:
    if machine.order is None:
        return "<span class='fs-none'>no order</span>"
    order = state.orders[machine.order]
    return (
        f"{escape(machine.order)} <span class='fs-none'>{escape(order.order.product)} "
        f"· step {order.step + 1} of {order.steps}</span>"
    )


def _since(machine: MachineState) -> int:
    return machine.down_since if machine.down is not None else machine.since


def _buffer(plant: Plant, state: State, name: str, most: int) -> str:
    level, capacity = len(state.buffers[name]), plant.buffers[name].capacity
    of = f"{level} of {capacity}" if capacity is not None else f"{level} waiting"
    width = min(100.0, 100 * level / (capacity or most))
    outside = len(state.wanting[name])
    more = f" · {outside} outside" if outside else ""
    first = ", ".join(list(state.buffers[name])[:4]) + (" …" if level > 4 else "")
    return (
        f"<div class='fs-buffer' role='listitem'><span class='fs-name'>{escape(name)}</span>"
        f"<span class='fs-bar'><span style='width:{width:.0f}%'></span></span>"
        f"<span class='fs-level'>{of}{more}</span><span class='fs-first'>{escape(first)}</span></div>"
    )


_STYLE = f"""
.fs-cards{{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:10px}}
.fs-card{{background:{PAPER};border:1px solid {LINE};border-left:5px solid;border-radius:8px;padding:9px 12px;color:{INK}}}
.fs-top{{display:flex;justify-content:space-between;align-items:center;gap:8px;font-size:15px}}
.fs-pill{{border:1px solid;border-radius:999px;padding:0 9px;font-size:12.5px;font-weight:650;white-space:nowrap;background:{PAPER}}}
.fs-order{{margin:5px 0 2px;font-size:14px;font-weight:600;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}}
.fs-none{{color:{MUTED};font-weight:400}} .fs-small{{color:{MUTED};font-size:12.5px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}}
.fs-buffers{{display:flex;flex-direction:column;gap:7px;color:{INK};font-size:14px}}
.fs-buffer{{display:grid;grid-template-columns:minmax(90px,130px) minmax(60px,160px) 90px 1fr;gap:12px;align-items:center}}
.fs-bar{{height:10px;background:{LINE};border-radius:5px;overflow:hidden}} .fs-bar span{{display:block;height:100%;background:{BLUE}}}
.fs-level{{font-variant-numeric:tabular-nums}} .fs-first{{color:{MUTED};white-space:nowrap;overflow:hidden;text-overflow:ellipsis}}
"""  # noqa: E501 - rules of style, one look to a line
