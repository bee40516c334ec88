"""A decision is a machine with a choice; a policy is any callable that makes it."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from plant_models.plant import Plant
from twin.state import State


class Decision(msgspec.Struct, frozen=True, gc=False):
    """At *time* the idle *machine* may take any of the orders in *options*, or wait.

    *options* is never empty; it is in the order in which they came to wait.
    """

    time: int
    machine: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Leave the machine idle until its options change, and no longer than *until* (None: however long)."""

    until: int | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Take *order*; where others were to come first, *instead_of* names them (order, step), and that goes on record.

    *mates* are the orders that go with it on a machine that works in batches; None: as many as fit, first come first.
    """

    order: str
    instead_of: tuple[tuple[str, int], ...] = ()
    mates: tuple[str, ...] | None = None


Choice = str | Start | Wait
"""An order of the decision's options, the same with a remark, or to wait."""

Policy = Callable[[Plant, State, Decision], Choice]
"""Who works on what next: a dispatching rule, a plan to follow, a trained net. It must not change the state."""
