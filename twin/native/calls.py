"""Calls in compiled code: of other compiled functions, of accessors, and of what Python brings."""

import ast
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir

from twin.native.frame import Frame
from twin.native.functions import called, lowest_bit
from twin.native.kinds import ADDRESS, BITS, BOOL, FLOAT, INT, NOTHING, REAL, WHOLE, Kind, Value, common, kind_of
from twin.native.records import Accessor, layout_of

_SIZE = 8

FROM_C: dict[Callable[..., Any], str] = {
    math.acos: "acos",
    math.atan: "atan",
    math.cos: "cos",
    math.erf: "erf",
    math.erfc: "erfc",
    math.exp: "exp",
    math.expm1: "expm1",
    math.log: "log",
    math.log1p: "log1p",
    math.pow: "pow",
    math.sin: "sin",
    math.tanh: "tanh",
}
"""Functions of real numbers for which Python calls the C library, as compiled code does."""
_AS_INSTRUCTION = {math.sqrt: "llvm.sqrt", math.fabs: "llvm.fabs"}
_TO_WHOLE: dict[Callable[..., Any], str] = {math.floor: "llvm.floor", math.ceil: "llvm.ceil", round: "llvm.rint"}


def call(frame: Frame, node: ast.AST, function: Any, given: list[Value]) -> Value:
    """What a function gives back for so many values."""
    if isinstance(function, Accessor):
        return _reach(frame, node, function, given)
    if function in _OWN:
        return _OWN[function](frame, node, given)
    if function in FROM_C or function in _AS_INSTRUCTION:
        return _real(frame, node, FROM_C.get(function) or _AS_INSTRUCTION[function] + ".f64", given)
    if function in _TO_WHOLE:
        found = _real(frame, node, _TO_WHOLE[function] + ".f64", given)
        return Value(INT, frame.build.fptosi(found.at, WHOLE))
    wanted = called(function)
    if wanted is None:
        frame.refuse(node, f"{getattr(function, '__qualname__', function)} is not a compiled function")
    made, parameters, result = frame.ask_for(frame, node, wanted)
    if len(parameters) != len(given):
        frame.refuse(node, f"{wanted.__name__} takes {len(parameters)} values, not {len(given)}")
    pairs = zip(given, parameters, strict=True)
    return Value(result, frame.build.call(made, [frame.as_kind(node, value, kind).at for value, kind in pairs]))


def _real(frame: Frame, node: ast.AST, name: str, given: list[Value]) -> Value:
    known = frame.function.module.globals.get(name)
    if known is None:
        known = ir.Function(frame.function.module, ir.FunctionType(REAL, [REAL] * len(given)), name)
        known.attributes.add("nounwind")
        known.attributes.add("readnone")
    return Value(FLOAT, frame.build.call(known, [frame.as_kind(node, value, FLOAT).at for value in given]))


def _reach(frame: Frame, node: ast.AST, to: Accessor, given: list[Value]) -> Value:
    """A record, or a number, or the writing of one."""
    build, kind = frame.build, kind_of(to.holds)
    assert kind is not None  # accessors hold rows and numbers
    if to.field is None:
        return Value(kind, build.inttoptr(frame.as_kind(node, given[0], INT).at, ADDRESS))
    world, number = given[0], frame.as_kind(node, given[1], INT)
    if world.kind.row is None:
        frame.refuse(node, f"a {world.kind} is not the world")
    held = frame.load(INT, frame.entry(world.at, frame.whole(to.field)), is_fixed=True)
    size = layout_of(kind.row).itemsize // _SIZE if kind.row is not None else 1
    place = frame.entry(build.inttoptr(held.at, ADDRESS), number.at, size)
    if to.mode == "record":
        return Value(kind, place)
    if to.mode == "read":
        return frame.load(kind, place, is_fixed=to.is_fixed)
    build.store(frame.as_kind(node, given[2], kind).at, place)
    return Value(NOTHING, None)


def _float(frame: Frame, node: ast.AST, given: list[Value]) -> Value:
    if given[0].kind == BITS:
        return Value(FLOAT, frame.build.uitofp(given[0].at, REAL))
    return frame.as_kind(node, given[0], FLOAT)


def _int(frame: Frame, node: ast.AST, given: list[Value]) -> Value:
    if given[0].kind == FLOAT:
        return Value(INT, frame.build.fptosi(given[0].at, WHOLE))
    return Value(INT, given[0].at) if given[0].kind == BITS else frame.as_kind(node, given[0], INT)


def _bits(frame: Frame, node: ast.AST, given: list[Value]) -> Value:
    return given[0] if given[0].kind == BITS else Value(BITS, frame.as_kind(node, given[0], INT).at)


def _lowest(frame: Frame, node: ast.AST, given: list[Value]) -> Value:
    bits = frame.as_kind(node, given[0], BITS)
    return Value(INT, frame.build.cttz(bits.at, ir.Constant(ir.IntType(1), 1)))


def _abs(frame: Frame, node: ast.AST, given: list[Value]) -> Value:
    if given[0].kind == FLOAT:
        return _real(frame, node, "llvm.fabs.f64", given)
    number, build = frame.as_kind(node, given[0], INT).at, frame.build
    return Value(INT, build.select(build.icmp_signed("<", number, frame.whole(0)), build.neg(number), number))


def _extreme(sign: str) -> Callable[[Frame, ast.AST, list[Value]], Value]:
    """`min` or `max`: a later value takes the place of an earlier one only where it is really less, or more."""

    def found(frame: Frame, node: ast.AST, given: list[Value]) -> Value:
        best = given[0]
        for value in given[1:]:
            kind = common(best.kind, value.kind)
            if kind is None or kind == BOOL:
                frame.refuse(node, f"a {best.kind} beside a {value.kind}")
            a, b = frame.as_kind(node, best, kind).at, frame.as_kind(node, value, kind).at
            best = Value(kind, frame.build.select(_is(frame, kind, sign, b, a), b, a))
        return best

    return found


def _is(frame: Frame, kind: Kind, sign: str, a: Any, b: Any) -> Any:
    if kind == FLOAT:
        return frame.build.fcmp_ordered(sign, a, b)
    return (frame.build.icmp_signed if kind == INT else frame.build.icmp_unsigned)(sign, a, b)


_OWN: dict[Any, Callable[[Frame, ast.AST, list[Value]], Value]] = {
    float: _float,
    int: _int,
    np.uint64: _bits,
    lowest_bit: _lowest,
    abs: _abs,
    min: _extreme("<"),
    max: _extreme(">"),
}
