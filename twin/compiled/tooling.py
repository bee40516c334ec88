"""Where tools are on the compiled floor: `twin.applying.tools`, and what lacks of them: `twin.needs.tools`."""

from twin.compiled.arrays import FAR, NOBODY, World, machine, number, order
from twin.compiled.arrays import Stop as Step
from twin.compiled.lacks import COMES, NOTHING
from twin.compiled.sharing import GONE, IN_USE, READY, tool, tool_terms, unit
from twin.compiled.tallying import runs_on
from twin.native import compiled


@compiled
def equip(w: World, index: int, o: int, at: Step) -> None:
    """Let a machine have the tools for an order that it takes, and the order what goes with it from here on."""
    for n in range(at.tools, at.tools + at.tool_count):
        found = _taken(w, number(w, n))
        if found != NOBODY:
            unit(w, found).next = machine(w, index).tools
            machine(w, index).tools = found
    for n in range(at.takes, at.takes + at.take_count):
        if not goes_with(w, o, number(w, n)):
            found = _taken(w, number(w, n))
            if found != NOBODY:
                unit(w, found).next = order(w, o).carriers
                order(w, o).carriers = found


@compiled
def _taken(w: World, what: int) -> int:
    """The lowest unit of a tool that lies ready, taken; -1 where none does."""
    agreed = tool_terms(w, what)
    for n in range(agreed.first, agreed.first + agreed.unit_count):
        if unit(w, n).where == READY:
            unit(w, n).where = IN_USE
            tool(w, what).ready -= 1
            return n
    return NOBODY


@compiled
def goes_with(w: World, o: int, what: int) -> bool:
    """Whether a unit of a tool goes with an order."""
    n = order(w, o).carriers
    while n != NOBODY:
        if unit(w, n).tool == what:
            return True
        n = unit(w, n).next
    return False


@compiled
def give_back(w: World, index: int, o: int, at: Step, now: int) -> None:
    """Let a machine that is done with a step of an order give back its tools, and the order what the step returns."""
    m = machine(w, index)
    if runs_on(w, index, m):
        m.done += now - m.mark
    m.mark = now
    n = m.tools
    m.tools = NOBODY
    while n != NOBODY:
        following = unit(w, n).next
        _wear(w, n, m.done)
        _put(w, n)
        n = following
    n = order(w, o).carriers
    while n != NOBODY:
        _wear(w, n, m.done)
        n = unit(w, n).next
    for k in range(at.returns, at.returns + at.return_count):
        _drop(w, o, number(w, k))


@compiled
def drop_all(w: World, o: int) -> None:
    """Let an order give back all that goes with it."""
    n = order(w, o).carriers
    order(w, o).carriers = NOBODY
    while n != NOBODY:
        following = unit(w, n).next
        _put(w, n)
        n = following


@compiled
def _drop(w: World, o: int, what: int) -> None:
    """Let an order give back its unit of a tool, if one goes with it."""
    before, n = NOBODY, order(w, o).carriers
    while n != NOBODY and unit(w, n).tool != what:
        before, n = n, unit(w, n).next
    if n == NOBODY:
        return
    if before == NOBODY:
        order(w, o).carriers = unit(w, n).next
    else:
        unit(w, before).next = unit(w, n).next
    _put(w, n)


@compiled
def is_tracked(w: World, n: int) -> bool:
    """Whether it is known how far a unit is worn."""
    agreed = tool_terms(w, unit(w, n).tool)
    return n - agreed.first < agreed.tracked


@compiled
def _wear(w: World, n: int, worked: int) -> None:
    if is_tracked(w, n):
        unit(w, n).worked += worked


@compiled
def _put(w: World, n: int) -> None:
    """Put a unit that was used where others find it."""
    if is_tracked(w, n):
        unit(w, n).used += 1
    lay_ready(w, n)


@compiled
def lay_ready(w: World, n: int) -> None:
    """Let a unit lie ready, or be gone where there are not to be so many any more."""
    what = unit(w, n).tool
    known, agreed = tool(w, what), tool_terms(w, what)
    unit(w, n).next = NOBODY
    if known.units > agreed.count:
        known.units -= 1
        unit(w, n).where = GONE
    else:
        known.ready += 1
        unit(w, n).where = READY
    for k in range(agreed.users, agreed.users + agreed.users_count):
        machine(w, number(w, k)).is_held = 0


@compiled
def tools_lack_until(w: World, o: int, at: Step) -> int:
    """Until when an order lacks a tool, or something that is to go with it: NOTHING where it lacks none."""
    for n in range(at.tools, at.tools + at.tool_count):
        known = tool(w, number(w, n))
        if known.ready == 0:
            return COMES if known.away else FAR
    for n in range(at.takes, at.takes + at.take_count):
        known = tool(w, number(w, n))
        if known.ready == 0 and not goes_with(w, o, number(w, n)):
            return COMES if known.away else FAR
    return NOTHING
