"""Tools on the compiled floor: they wear out, go away, and come back as good as new: `twin.engine.tools`."""

import numpy as np

from twin.compiled.arrays import NEVER, NOBODY, TOOL_RENEWED, TOOL_WORN_OUT, World, clock, number
from twin.compiled.luck import drawn
from twin.compiled.noting import note
from twin.compiled.sharing import AWAY, READY, tool, tool_terms, unit
from twin.compiled.slots import arm, ask
from twin.compiled.tooling import is_tracked, lay_ready
from twin.native import compiled

_NO_ONE = np.uint64(0)


@compiled
def tool_worn_out(w: World, n: int, now: int) -> None:
    """A unit of a tool goes away to be made fit again."""
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    what = unit(w, n).tool
    unit(w, n).where, unit(w, n).since = AWAY, now
    tool(w, what).ready -= 1
    tool(w, what).away += 1
    note(w, now, TOOL_WORN_OUT, NOBODY, NOBODY, what, n - tool_terms(w, what).first, 0, 0)


@compiled
def tool_renewed(w: World, n: int, now: int) -> None:
    """A unit of a tool is back as good as new."""
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    back = unit(w, n)
    tool(w, back.tool).away -= 1
    back.worked = back.used = 0
    back.renewals += 1
    lay_ready(w, n)
    note(w, now, TOOL_RENEWED, NOBODY, NOBODY, back.tool, n - tool_terms(w, back.tool).first, 0, 0)


@compiled
def look_over(w: World) -> None:
    """Let what is worn out go away, and machines that may want the rest be asked."""
    c = clock(w, 0)
    c.tools_calling = 0
    for what in range(w.tool_count):
        agreed = tool_terms(w, what)
        if agreed.wears:
            is_any = False
            for n in range(agreed.first, agreed.first + agreed.unit_count):
                if unit(w, n).where == READY and _is_worn_out(w, n):
                    tool_worn_out(w, n, c.now)
                    is_any = True
            if is_any:
                arm_renewal(w, what)
    _ask_equipped(w)


@compiled
def _is_worn_out(w: World, n: int) -> bool:
    """Whether a unit has to be made fit before it is used again."""
    agreed = tool_terms(w, unit(w, n).tool)
    return is_tracked(w, n) and (unit(w, n).worked >= agreed.life or unit(w, n).used >= agreed.uses)


@compiled
def _ask_equipped(w: World) -> None:
    for n in range(w.equipped, w.equipped + w.equipped_count):
        ask(w, number(w, n))


@compiled
def renewal_due(w: World, what: int, now: int) -> None:
    """Units of a tool come back."""
    agreed = tool_terms(w, what)
    for n in range(agreed.first, agreed.first + agreed.unit_count):
        if unit(w, n).where == AWAY and _back(w, n, now) <= now:
            tool_renewed(w, n, now)
    _ask_equipped(w)
    arm_renewal(w, what)


@compiled
def arm_renewal(w: World, what: int) -> None:
    """Work out when the next unit of a tool comes back."""
    agreed, due = tool_terms(w, what), NEVER
    if tool(w, what).away:
        for n in range(agreed.first, agreed.first + agreed.unit_count):
            if unit(w, n).where == AWAY:
                due = min(due, _back(w, n, clock(w, 0).now))
    arm(w, agreed.slot, due)


@compiled
def _back(w: World, n: int, now: int) -> int:
    """When a unit that is away comes back."""
    gone = unit(w, n)
    agreed = tool_terms(w, gone.tool)
    bases = agreed.bases + 2 * (n - agreed.first)
    return max(now, gone.since + drawn(w, agreed.renewal, bases, _NO_ONE, gone.renewals, now - gone.since))
