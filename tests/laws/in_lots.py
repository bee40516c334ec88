"""Routings whose orders divide into lots and come together again."""

from dataclasses import replace

from hypothesis import strategies as st

from plant_models.orders import Operation


@st.composite
def lots(draw: st.DrawFn, steps: tuple[Operation, ...], has_room: list[bool]) -> tuple[Operation, ...]:
    """The steps of a routing: mostly as they are; else orders divide before some, and perhaps meet again before one."""
    if draw(st.integers(0, 2)):
        return steps
    found = [
        replace(step, split=draw(st.sampled_from((1, 2, None)))) if room else step
        for step, room in zip(steps, has_room, strict=True)
    ]
    meetings = [step for step in range(1, len(steps)) if has_room[step]]
    if meetings and draw(st.booleans()):
        meeting = draw(st.sampled_from(meetings))
        found[:meeting] = [replace(step, next={}) for step in found[:meeting]]
        found[meeting] = replace(found[meeting], merge=True, split=None)
        if any(step.next for step in found[meeting:]):  # lots made later might meet there while others leave
            found[meeting + 1 :] = [replace(step, split=None) for step in found[meeting + 1 :]]
    return tuple(found)
