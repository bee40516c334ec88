"""After a gap: what became of commands whose outcome nobody knows."""

from live_bridge.commands import Settled, settle
from live_bridge.mirror import OpcUaMirror
from plant_models.deeds import CommandSent, CommandSettled
from twin.journal import Journal

_Key = tuple[str, str, tuple[str, ...]]


def open_commands(journal: Journal) -> tuple[CommandSent, ...]:
    """The commands that were sent and not settled, or settled as unresolved, first sent first.

    A later command of the same kind, for the same job orders, takes the place of an earlier one.
    """
    found: dict[_Key, CommandSent] = {}
    for deed in journal.deeds():
        if isinstance(deed, CommandSent):
            found[deed.command, deed.machine, deed.job_orders] = deed
        elif isinstance(deed, CommandSettled) and deed.outcome != "unresolved":
            found.pop((deed.command, deed.machine, deed.job_orders), None)
    return tuple(found.values())


def settle_open(mirror: OpcUaMirror) -> tuple[Settled, ...]:
    """Settle every open command by what the machines' job order lists show, and write it down.

    Nothing is sent: a command that was not carried out is said to be refused, and whoever needs it sends it anew.

    Raises
    ------
    FloorLost
        Where the plant cannot be followed live.
    """
    if mirror.journal is None:
        raise ValueError("to reconcile takes the journal in which the commands stand; give one to the mirror")
    mirror.require_live()
    settled = tuple(settle(mirror, open_commands(mirror.journal)))
    if settled:
        mirror.journal.append(*(each.deed() for each in settled))
    return settled
