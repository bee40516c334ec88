"""The calendar: one slot for each thing that can be due, in the order in which they are taken at one instant.

The slots are the leaves of a tournament: whoever is due first wins, among equals the one with the lower number, so that
to set a slot costs the logarithm of their number and to know the first nothing.
"""

import numpy as np

from twin.compiled.arrays import (
    NEVER,
    World,
    asked,
    due,
    open_doors,
    put_asked,
    put_doors,
    put_due,
    put_winner,
    winner,
)
from twin.native import compiled, lowest_bit

_ONE, _NONE = np.uint64(1), np.uint64(0)


@compiled
def arm(w: World, slot: int, time: int) -> None:
    """Let a slot be due at *time*, and no longer at any time set before; NEVER for never."""
    if slot < 0 or due(w, slot) == time:
        return
    put_due(w, slot, time)
    node = (w.leaf_count + slot) >> 1
    while node:
        left, right = _winner(w, 2 * node), _winner(w, 2 * node + 1)
        put_winner(w, node, left if due(w, left) <= due(w, right) else right)
        node >>= 1


@compiled
def earliest(w: World) -> int:
    """The slot that comes next."""
    return winner(w, 1)


@compiled
def _winner(w: World, node: int) -> int:
    return node - w.leaf_count if node >= w.leaf_count else winner(w, node)


@compiled
def clear_slots(w: World) -> None:
    """Let nothing be due."""
    for slot in range(w.leaf_count):
        put_due(w, slot, NEVER)
    for node in range(w.leaf_count - 1, 0, -1):
        put_winner(w, node, _winner(w, 2 * node))


@compiled
def ask(w: World, index: int) -> None:
    """Let a machine be asked what it takes next."""
    put_asked(w, index >> 6, asked(w, index >> 6) | (_ONE << np.uint64(index & 63)))


@compiled
def unask(w: World, index: int) -> None:
    """Let a machine not be asked."""
    put_asked(w, index >> 6, asked(w, index >> 6) & ~(_ONE << np.uint64(index & 63)))


@compiled
def first_asked(w: World) -> int:
    """The machine to be asked next; -1 where there is none."""
    for word in range((w.machine_count + 63) >> 6):
        if asked(w, word) != _NONE:
            return (word << 6) + lowest_bit(asked(w, word))
    return -1


@compiled
def open_door(w: World, at: int) -> None:
    """Let a buffer be looked at for orders that want to come in."""
    put_doors(w, at >> 6, open_doors(w, at >> 6) | (_ONE << np.uint64(at & 63)))


@compiled
def close_door(w: World, at: int) -> None:
    """Let a buffer have been looked at."""
    put_doors(w, at >> 6, open_doors(w, at >> 6) & ~(_ONE << np.uint64(at & 63)))


@compiled
def first_door(w: World) -> int:
    """The buffer to be looked at next; -1 where there is none."""
    for word in range((w.place_count + 63) >> 6):
        if open_doors(w, word) != _NONE:
            return (word << 6) + lowest_bit(open_doors(w, word))
    return -1
