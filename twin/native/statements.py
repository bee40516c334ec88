"""Statements as instructions."""

import ast
from collections.abc import Iterable
from typing import Any

from twin.native.frame import Frame
from twin.native.kinds import INT, NOTHING, Value
from twin.native.values import augmented, combined, parts_of, place_of, value_of


def translate(frame: Frame, statements: Iterable[ast.stmt]) -> None:
    """Write down what follows from statements, up to one after which nothing follows."""
    for node in statements:
        if frame.build.block.is_terminated:
            return
        _translate(frame, node)


def _translate(frame: Frame, node: ast.stmt) -> None:
    match node:
        case ast.Expr(ast.Constant(str())) | ast.Pass():
            pass
        case ast.Expr(value):
            value_of(frame, value)
        case ast.Assign(targets, value):
            found = value_of(frame, value)
            for target in targets:
                _assign(frame, target, found)
        case ast.AnnAssign(target, _, ast.expr() as value):
            _assign(frame, target, value_of(frame, value))
        case ast.AugAssign(target):
            _assign(frame, target, augmented(frame, node, value_of(frame, target)))
        case ast.If(test, yes, no):
            _if(frame, test, yes, no)
        case ast.While(test, body, []):
            _while(frame, test, body)
        case ast.For(ast.Name(name), ast.Call(ast.Name("range"), bounds, []), body, []):
            _for(frame, node, name, bounds, body)
        case ast.Break() | ast.Continue():
            frame.build.branch(frame.loops[-1][isinstance(node, ast.Break)])
        case ast.Return(value):
            _return(frame, node, value)
        case _:
            frame.refuse(node, f"{ast.unparse(node).splitlines()[0]!r} is not compiled")


def _assign(frame: Frame, target: ast.expr, value: Value) -> None:
    match target:
        case ast.Name(name):
            frame.put(target, name, value)
        case ast.Tuple(targets) if len(targets) == len(value.kind.parts):
            for each, part in zip(targets, parts_of(frame, value), strict=True):
                _assign(frame, each, part)
        case ast.Attribute():
            address, kind, is_fixed = place_of(frame, target)
            if is_fixed:
                frame.refuse(target, f"{ast.unparse(target)!r} is fixed, and cannot be changed")
            frame.build.store(frame.as_kind(target, value, kind).at, address)
        case _:
            frame.refuse(target, f"{ast.unparse(target)!r} cannot be a {value.kind}")


def _if(frame: Frame, test: ast.expr, yes: list[ast.stmt], no: list[ast.stmt]) -> None:
    build = frame.build
    ways = [frame.function.append_basic_block(), frame.function.append_basic_block()]
    build.cbranch(frame.truth(test, value_of(frame, test)), *ways)
    ends = []
    for way, body in zip(ways, (yes, no), strict=True):
        build.position_at_end(way)
        translate(frame, body)
        ends.append(build.block)
    after = frame.function.append_basic_block()
    for end in ends:
        build.position_at_end(end)
        if not end.is_terminated:
            build.branch(after)
    build.position_at_end(after)
    if not any(end.terminator.operands == [after] for end in ends):
        build.unreachable()


def _while(frame: Frame, test: ast.expr, body: list[ast.stmt]) -> None:
    again, inside, after = _loop(frame)
    frame.build.cbranch(frame.truth(test, value_of(frame, test)), inside, after)
    _turn(frame, inside, body, again, after)
    frame.build.branch(again)
    frame.build.position_at_end(after)


def _for(frame: Frame, node: ast.For, name: str, bounds: list[ast.expr], body: list[ast.stmt]) -> None:
    """A loop over `range`: the name is set anew each time, whatever the body does with it."""
    given = [frame.as_kind(node, value_of(frame, bound), INT) for bound in bounds]
    start, stop = (Value(INT, frame.whole(0)), given[0]) if len(given) == 1 else (given[0], given[1])
    step = _step(frame, node, bounds)
    build, counter = frame.build, frame.slot(INT)
    build.store(start.at, counter)
    again, inside, after = _loop(frame)
    at = build.load(counter, typ=INT.type)
    build.cbranch(build.icmp_signed("<" if step > 0 else ">", at, stop.at), inside, after)
    onward = frame.function.append_basic_block()
    build.position_at_end(inside)
    frame.put(node, name, Value(INT, at))
    _turn(frame, build.block, body, onward, after)
    build.branch(onward)
    build.position_at_end(onward)
    build.store(build.add(build.load(counter, typ=INT.type), frame.whole(step)), counter)
    build.branch(again)
    build.position_at_end(after)


def _step(frame: Frame, node: ast.For, bounds: list[ast.expr]) -> int:
    match bounds:
        case [_] | [_, _]:
            return 1
        case [_, _, ast.Constant(int() as step)] if step:
            return step
        case [_, _, ast.UnaryOp(ast.USub(), ast.Constant(int() as step))] if step:
            return -step
    frame.refuse(node, "the step of a range is a number that is known, and not 0")


def _loop(frame: Frame) -> tuple[Any, Any, Any]:
    """Where a loop comes round, its inside, and what follows; what comes next is its test."""
    again, inside, after = (frame.function.append_basic_block() for _ in range(3))
    frame.build.branch(again)
    frame.build.position_at_end(again)
    return again, inside, after


def _turn(frame: Frame, inside: Any, body: list[ast.stmt], onward: Any, after: Any) -> None:
    """One turn of a loop, up to where it goes *onward*."""
    frame.loops.append((onward, after))
    frame.build.position_at_end(inside)
    translate(frame, body)
    frame.loops.pop()
    if frame.build.block.is_terminated:
        frame.build.position_at_end(frame.function.append_basic_block())


def _return(frame: Frame, node: ast.Return, value: ast.expr | None) -> None:
    if value is None or frame.result == NOTHING:
        if value is not None or frame.result != NOTHING:
            frame.refuse(node, f"the function gives back a {frame.result}")
        frame.build.ret_void()
        return
    found = value_of(frame, value)
    if frame.result.parts:
        if len(found.kind.parts) != len(frame.result.parts):
            frame.refuse(node, f"a {found.kind} where a {frame.result} is needed")
        parts = zip(parts_of(frame, found), frame.result.parts, strict=True)
        found = combined(frame, [frame.as_kind(node, part, kind) for part, kind in parts])
    frame.build.ret(frame.as_kind(node, found, frame.result).at)
