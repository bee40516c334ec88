"""What can be done to a virtual plant and to no real one: let its time run faster or stand still, break its machines.

None of it is work, so none of it takes a permit; a plant that is not virtual has no such methods.
"""

from live_bridge.mirror import OpcUaMirror
from live_bridge.nodes import PLANT
from live_bridge.opcua import Call, number, text


def set_speed(mirror: OpcUaMirror, speed: float) -> None:
    """Let the plant's time pass *speed* times as fast as the wall's; 0 lets it stand still.

    Returns once the mirror sees it, with all that happened before.
    """
    _do(mirror, Call(PLANT, "SetSpeed", (number(speed),)), f"a speed of {speed}")
    mirror.wait_for(lambda seen: seen.speed == speed and seen.is_live, 5.0)


def break_down(mirror: OpcUaMirror, machine: str, minutes: float) -> None:
    """Let *machine* fail now, for so many minutes of the plant's time."""
    if machine not in mirror.plant.machines:
        raise ValueError(f"there is no machine {machine!r}; there are {', '.join(mirror.plant.machines)}")
    _do(mirror, Call(PLANT, "BreakDown", (text(machine), number(minutes))), f"a breakdown of {machine}")


def _do(mirror: OpcUaMirror, call: Call, what: str) -> None:
    (reply,) = mirror._line.call([call])
    if not reply.is_done:
        why = reply.detail or ("no answer" if reply.status is None else reply.status.name or str(int(reply.status)))
        raise ValueError(f"the plant refuses {what}: {why}")
