"""Expressions as instructions."""

import ast
import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from llvmlite import ir

from twin.native.calls import call
from twin.native.frame import Frame, fields_of
from twin.native.kinds import BITS, BOOL, FLOAT, INT, REAL, REALS, TRUTH, WHOLE, Kind, Value, common, together
from twin.native.records import Fixed

_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def value_of(frame: Frame, node: ast.expr) -> Value:
    """What an expression gives, in a register."""
    match node:
        case ast.Constant(value):
            return _constant(frame, node, value)
        case ast.Name(name):
            return frame.local(name) or _constant(frame, node, seen(frame, node))
        case ast.Attribute():
            return _attribute(frame, node)
        case ast.Call(function, arguments, []):
            return call(frame, node, seen(frame, function), [value_of(frame, each) for each in arguments])
        case ast.BinOp(left, sign, right):
            return _arithmetic(frame, node, sign, value_of(frame, left), value_of(frame, right))
        case ast.UnaryOp(sign, operand):
            return _unary(frame, node, sign, value_of(frame, operand))
        case ast.BoolOp(sign, operands):
            return _either(frame, node, isinstance(sign, ast.And), operands)
        case ast.Compare(left, signs, rights):
            return _chain(frame, node, value_of(frame, left), list(zip(signs, rights, strict=True)))
        case ast.IfExp(test, yes, no):
            return _choice(frame, node, frame.truth(test, value_of(frame, test)), yes, no)
        case ast.Tuple(parts):
            return combined(frame, [value_of(frame, part) for part in parts])
        case ast.Subscript(whole, index):
            return _entry(frame, node, value_of(frame, whole), value_of(frame, index))
    frame.refuse(node, f"{ast.unparse(node)!r} is not compiled")


def seen(frame: Frame, node: ast.expr) -> Any:
    """What Python itself finds under a name, which is no variable: a constant, a function, a module."""
    match node:
        case ast.Name(name) if name in frame.source.sees and name not in frame.variables:
            return frame.source.sees[name]
        case ast.Attribute(inside, name) if isinstance(module := seen(frame, inside), ModuleType):
            return getattr(module, name)
    frame.refuse(node, f"{ast.unparse(node)!r} is not known where it is used")


def _constant(frame: Frame, node: ast.expr, known: Any) -> Value:
    if isinstance(known, np.uint64):
        return Value(BITS, ir.Constant(WHOLE, int(known)))
    match known:
        case bool():
            return Value(BOOL, ir.Constant(TRUTH, int(known)))
        case int():
            return Value(INT, ir.Constant(WHOLE, known))
        case float():
            return Value(FLOAT, ir.Constant(REAL, known))
        case tuple() if all(isinstance(each, float) for each in known):
            return Value(REALS, frame.constant(known))
    frame.refuse(node, f"{ast.unparse(node)!r} is a {type(known).__name__}, which is not compiled")


def _attribute(frame: Frame, node: ast.Attribute) -> Value:
    if isinstance(node.value, ast.Name) and node.value.id not in frame.variables:
        return _constant(frame, node, seen(frame, node))
    address, kind, is_fixed = place_of(frame, node)
    return frame.load(kind, address, is_fixed=is_fixed)


def place_of(frame: Frame, node: ast.Attribute) -> tuple[Any, Kind, bool]:
    """Where a field of a record lies, its kind, and whether it is never changed."""
    record = value_of(frame, node.value)
    if record.kind.row is None or node.attr not in fields_of(record.kind.row):
        frame.refuse(node, f"a {record.kind} has no {node.attr!r}")
    number, kind = fields_of(record.kind.row)[node.attr]
    return frame.entry(record.at, frame.whole(number)), kind, issubclass(record.kind.row, Fixed)


def combined(frame: Frame, parts: list[Value]) -> Value:
    """Several values in one."""
    kind = together([part.kind for part in parts])
    assert kind is not None  # values have kinds
    whole = ir.Constant(kind.type, ir.Undefined)
    for number, part in enumerate(parts):
        whole = frame.build.insert_value(whole, part.at, number)
    return Value(kind, whole)


def parts_of(frame: Frame, value: Value) -> list[Value]:
    """The values that come together in one."""
    return [Value(kind, frame.build.extract_value(value.at, n)) for n, kind in enumerate(value.kind.parts)]


def _entry(frame: Frame, node: ast.Subscript, whole: Value, index: Value) -> Value:
    if whole.kind != REALS or index.kind != INT:
        frame.refuse(node, f"a {whole.kind} has no entry of a {index.kind}")
    return frame.load(FLOAT, frame.entry(whole.at, index.at), is_fixed=True)


# -- what is worked out only where it is needed ------------------------------------------------------------------------


def _choice(frame: Frame, node: ast.IfExp, test: Any, yes: ast.expr, no: ast.expr) -> Value:
    return _one_of(frame, node, test, lambda: value_of(frame, yes), lambda: value_of(frame, no))


def _either(frame: Frame, node: ast.BoolOp, is_and: bool, operands: list[ast.expr]) -> Value:
    first = value_of(frame, operands[0])
    if len(operands) == 1:
        return first

    def rest() -> Value:
        return _either(frame, node, is_and, operands[1:])

    def same() -> Value:
        return first

    test = frame.truth(operands[0], first)
    return _one_of(frame, node, test, *((rest, same) if is_and else (same, rest)))


def _chain(frame: Frame, node: ast.Compare, left: Value, rest: list[tuple[ast.cmpop, ast.expr]]) -> Value:
    (sign, right_node), *others = rest
    right = value_of(frame, right_node)
    found = _compare(frame, node, sign, left, right)
    if not others:
        return found
    no = Value(BOOL, ir.Constant(TRUTH, 0))
    return _one_of(frame, node, found.at, lambda: _chain(frame, node, right, others), lambda: no)


def _one_of(frame: Frame, node: ast.expr, test: Any, yes: Callable[[], Value], no: Callable[[], Value]) -> Value:
    """One of two values, each worked out only where it is taken."""
    build = frame.build
    ways = [frame.function.append_basic_block(), frame.function.append_basic_block()]
    after = frame.function.append_basic_block()
    build.cbranch(test, *ways)
    found, ends = [], []
    for way, value in zip(ways, (yes, no), strict=True):
        build.position_at_end(way)
        found.append(value())
        ends.append(build.block)
    kind = common(found[0].kind, found[1].kind)
    if kind is None:
        frame.refuse(node, f"either a {found[0].kind} or a {found[1].kind}")
    values = []
    for n, end in enumerate(ends):
        build.position_at_end(end)
        values.append(frame.as_kind(node, found[n], kind).at)
        build.branch(after)
    build.position_at_end(after)
    phi = build.phi(kind.type)
    for value, end in zip(values, ends, strict=True):
        phi.add_incoming(value, end)
    return Value(kind, phi)


# -- arithmetic --------------------------------------------------------------------------------------------------------


def _compare(frame: Frame, node: ast.expr, sign: ast.cmpop, left: Value, right: Value) -> Value:
    kind = common(left.kind, right.kind)
    if kind is None or type(sign) not in _SIGNS or kind.row is not None:
        frame.refuse(node, f"a {left.kind} cannot be compared with a {right.kind} so")
    a, b, said = frame.as_kind(node, left, kind).at, frame.as_kind(node, right, kind).at, _SIGNS[type(sign)]
    if kind == FLOAT:
        order = frame.build.fcmp_unordered if said == "!=" else frame.build.fcmp_ordered
        return Value(BOOL, order(said, a, b))
    return Value(BOOL, (frame.build.icmp_signed if kind == INT else frame.build.icmp_unsigned)(said, a, b))


def _unary(frame: Frame, node: ast.expr, sign: ast.unaryop, value: Value) -> Value:
    build = frame.build
    if isinstance(sign, ast.Not):
        return Value(BOOL, build.not_(frame.truth(node, value)))
    if isinstance(sign, ast.USub) and value.kind == FLOAT:
        return Value(FLOAT, build.fneg(value.at))
    if isinstance(sign, ast.USub) and value.kind == INT:
        return Value(INT, build.neg(value.at))
    if isinstance(sign, ast.Invert) and value.kind in (INT, BITS):
        return Value(value.kind, build.not_(value.at))
    frame.refuse(node, f"{ast.unparse(node)!r} is not compiled for a {value.kind}")


def _arithmetic(frame: Frame, node: ast.expr, sign: ast.operator, left: Value, right: Value) -> Value:
    kind = common(left.kind, right.kind)
    if kind == BOOL or (kind == INT and isinstance(sign, ast.Div | ast.Pow)):
        kind = FLOAT if isinstance(sign, ast.Div) else INT
    if kind not in (INT, FLOAT, BITS):
        frame.refuse(node, f"{ast.unparse(node)!r} of a {left.kind} and a {right.kind}")
    a, b = frame.as_kind(node, left, kind).at, frame.as_kind(node, right, kind).at
    made = _MADE[kind].get(type(sign))
    if made is None:
        frame.refuse(node, f"{ast.unparse(node)!r} is not compiled for a {kind}")
    return Value(kind, made(frame, a, b))


def augmented(frame: Frame, node: ast.AugAssign, before: Value) -> Value:
    """What a variable or a field is after `+=` and the like."""
    whole = ast.BinOp(node.target, node.op, node.value)
    return _arithmetic(frame, ast.copy_location(whole, node), node.op, before, value_of(frame, node.value))


def _floored(frame: Frame, a: Any, b: Any) -> tuple[Any, Any]:
    """Quotient and rest as Python has them: the rest has the sign of what is divided by."""
    build = frame.build
    quotient, rest = build.sdiv(a, b), build.srem(a, b)
    differs = build.icmp_signed("<", build.xor(rest, b), frame.whole(0))
    is_off = build.and_(differs, build.icmp_signed("!=", rest, frame.whole(0)))
    less = build.select(is_off, build.sub(quotient, frame.whole(1)), quotient)
    return less, build.select(is_off, build.add(rest, b), rest)


def _power(frame: Frame, a: Any, b: Any) -> Any:
    return call(frame, ast.Pass(), math.pow, [Value(FLOAT, a), Value(FLOAT, b)]).at


_Made = dict[type[ast.operator], Callable[[Frame, Any, Any], Any]]

_OF_64_BITS: _Made = {
    ast.Add: lambda frame, a, b: frame.build.add(a, b),
    ast.Sub: lambda frame, a, b: frame.build.sub(a, b),
    ast.Mult: lambda frame, a, b: frame.build.mul(a, b),
    ast.LShift: lambda frame, a, b: frame.build.shl(a, b),
    ast.BitAnd: lambda frame, a, b: frame.build.and_(a, b),
    ast.BitOr: lambda frame, a, b: frame.build.or_(a, b),
    ast.BitXor: lambda frame, a, b: frame.build.xor(a, b),
}
"""What is the same with a sign and without."""

_MADE: dict[Kind, _Made] = {
    INT: _OF_64_BITS
    | {
        ast.FloorDiv: lambda frame, a, b: _floored(frame, a, b)[0],
        ast.Mod: lambda frame, a, b: _floored(frame, a, b)[1],
        ast.RShift: lambda frame, a, b: frame.build.ashr(a, b),
    },
    BITS: _OF_64_BITS | {ast.RShift: lambda frame, a, b: frame.build.lshr(a, b)},
    FLOAT: {
        ast.Add: lambda frame, a, b: frame.build.fadd(a, b),
        ast.Sub: lambda frame, a, b: frame.build.fsub(a, b),
        ast.Mult: lambda frame, a, b: frame.build.fmul(a, b),
        ast.Div: lambda frame, a, b: frame.build.fdiv(a, b),
        ast.Pow: _power,
    },
}
