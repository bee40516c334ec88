"""Numba, behind one door: functions that are compiled, and records in flat arrays that they work on.

A compiled function takes a world: one record that says where everything else lies. It reaches a machine or an order by
the accessors that `rows` and `column` make, which are a few instructions each: no array is passed along, nothing is
allocated, nothing is counted.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast, get_type_hints

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic, overload, register_jitable

Compiled = TypeVar("Compiled", bound=Callable[..., Any])
Kind = TypeVar("Kind", bound="Row")
Number = TypeVar("Number")

_CODES = {int: "i8", float: "f8", np.uint64: "u8"}
_TYPES: dict[type, tuple[Any, Any]] = {
    int: (types.int64, ir.IntType(64)),
    float: (types.float64, ir.DoubleType()),
    np.uint64: (types.uint64, ir.IntType(64)),
}
_SIZE = 8


class Row:
    """A record in a flat array: the annotations of a row are its fields, eight bytes each."""


_layouts: dict[type[Row], np.dtype[Any]] = {}


def layout_of(row: type[Row]) -> np.dtype[Any]:
    """How a row lies in memory."""
    if row not in _layouts:
        _layouts[row] = np.dtype([(name, _CODES[kind]) for name, kind in get_type_hints(row).items()])
    return _layouts[row]


def compiled(function: Compiled) -> Compiled:
    """A function that other compiled functions call; it is compiled with them."""
    made = cast("Callable[..., Callable[[Compiled], Compiled]]", numba.njit)
    return made(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def entrance(function: Compiled) -> Compiled:
    """A function by which Python gets in: kept on disk once it is compiled, and free of the interpreter's lock.

    Numba looks at this function alone when it decides whether what it kept is still good, so *function* must close
    over something that changes with the functions it calls. Where nothing can be written, nothing is kept.
    """
    try:
        return cast("Compiled", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:
        return cast("Compiled", numba.njit(nogil=True, error_model="numpy")(function))


def shared(*functions: Callable[..., Any]) -> None:
    """Let functions of the twin be called by compiled ones too: one text, two engines."""
    for function in functions:
        register_jitable(error_model="numpy")(function)


def instead(of: Callable[..., Any], function: Callable[..., Any]) -> None:
    """Let compiled functions call *function* wherever the text that they share calls *of*."""
    overload(of, jit_options={"error_model": "numpy"}, strict=False)(lambda *arguments: function)


def rows(row: type[Kind], field: str, world: type[Row]) -> Callable[[Any, int], Kind]:
    """An accessor (world, number) -> that record of the array whose address the *world* has in *field*."""
    record, size, offset = numba.from_dtype(layout_of(row)), layout_of(row).itemsize, _offset(world, field)

    def record_at(typing: Any, whole: Any, number: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            place = _place(builder, arguments[0], offset, arguments[1], size)
            return builder.inttoptr(place, context.get_value_type(record))

        return record(whole, types.int64), code

    return cast("Callable[[Any, int], Kind]", intrinsic(record_at))


def only(row: type[Kind]) -> Callable[[int], Kind]:
    """An accessor (address) -> the one record that is there."""
    record = numba.from_dtype(layout_of(row))

    def record_there(typing: Any, address: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(record))

        return record(types.int64), code

    return cast("Callable[[int], Kind]", intrinsic(record_there))


def column(kind: type[Number], field: str, world: type[Row]) -> Callable[[Any, int], Number]:
    """An accessor (world, number) -> that entry of an array of numbers whose address the *world* has in *field*."""
    (known, stored), offset = _TYPES[kind], _offset(world, field)

    def number_at(typing: Any, whole: Any, number: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            place = _place(builder, arguments[0], offset, arguments[1], _SIZE)
            return builder.load(builder.inttoptr(place, stored.as_pointer()))

        return known(whole, types.int64), code

    return cast("Callable[[Any, int], Number]", intrinsic(number_at))


def writer(kind: type[Number], field: str, world: type[Row]) -> Callable[[Any, int, Number], None]:
    """What `column` reads, written: (world, number, value)."""
    (known, stored), offset = _TYPES[kind], _offset(world, field)

    def put_at(typing: Any, whole: Any, number: Any, value: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            place = _place(builder, arguments[0], offset, arguments[1], _SIZE)
            builder.store(arguments[2], builder.inttoptr(place, stored.as_pointer()))
            return context.get_dummy_value()

        return types.void(whole, types.int64, known), code

    return cast("Callable[[Any, int, Number], None]", intrinsic(put_at))


def _lowest_bit(typing: Any, bits: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), code


lowest_bit = cast("Callable[[np.uint64], int]", intrinsic(_lowest_bit))
"""The number of the lowest bit that is set, where any is."""


def _offset(world: type[Row], field: str) -> int:
    """How many bytes into the record of the world a field lies."""
    return _SIZE * list(get_type_hints(world)).index(field)


def _place(builder: Any, world: Any, offset: int, number: Any, size: int) -> Any:
    """The address of an entry: that of its array, which never changes while a function runs, and so many entries on."""
    whole = ir.IntType(64)
    start = builder.ptrtoint(world, whole)
    held = builder.inttoptr(builder.add(start, ir.Constant(whole, offset)), whole.as_pointer())
    address = builder.load(held)
    address.set_metadata("invariant.load", builder.module.add_metadata([]))
    return builder.add(address, builder.mul(number, ir.Constant(whole, size)))
