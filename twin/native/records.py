"""Records of numbers in flat arrays, and the accessors by which compiled code reaches them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast, get_type_hints

import numpy as np

Kind = TypeVar("Kind", bound="Row")
Number = TypeVar("Number", int, float, np.uint64)

_CODES = {int: "i8", float: "f8", np.uint64: "u8"}


class Row:
    """A record in a flat array: the annotations of a row are its fields, eight bytes each."""


class Fixed(Row):
    """A record that no compiled code changes: what was read of it is as good as read again."""


_layouts: dict[type[Row], np.dtype[Any]] = {}


def layout_of(row: type[Row]) -> np.dtype[Any]:
    """How a row lies in memory."""
    if row not in _layouts:
        _layouts[row] = np.dtype([(name, _CODES[kind]) for name, kind in get_type_hints(row).items()])
    return _layouts[row]


@dataclass(frozen=True)
class Accessor:
    """A way to a record or a number, for compiled code alone.

    *holds* is the kind of what is there, *field* the number of the field of the world that has the address of its
    array; None where the address itself is given.
    """

    holds: type
    field: int | None
    mode: Literal["record", "read", "write"]
    is_fixed: bool

    def __call__(self, *arguments: Any) -> Any:
        """Nothing: Python has no way there.

        Raises
        ------
        TypeError
            Always.
        """
        raise TypeError("records in flat arrays are reached by compiled functions only")


def rows(row: type[Kind], field: str, world: type[Row]) -> Callable[[Any, int], Kind]:
    """An accessor (world, number) -> that record of the array whose address the *world* has in *field*."""
    return cast("Callable[[Any, int], Kind]", Accessor(row, _number_of(world, field), "record", False))


def only(row: type[Kind]) -> Callable[[int], Kind]:
    """An accessor (address) -> the one record that is there."""
    return cast("Callable[[int], Kind]", Accessor(row, None, "record", False))


def column(kind: type[Number], field: str, world: type[Row], *, is_fixed: bool = False) -> Callable[[Any, int], Number]:
    """An accessor (world, number) -> that entry of an array of numbers whose address the *world* has in *field*."""
    return cast("Callable[[Any, int], Number]", Accessor(kind, _number_of(world, field), "read", is_fixed))


def writer(kind: type[Number], field: str, world: type[Row]) -> Callable[[Any, int, Number], None]:
    """What `column` reads, written: (world, number, value)."""
    return cast("Callable[[Any, int, Number], None]", Accessor(kind, _number_of(world, field), "write", False))


def _number_of(world: type[Row], field: str) -> int:
    return list(get_type_hints(world)).index(field)
