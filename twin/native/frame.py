"""One function while it is translated: its block of instructions, its variables, the names that it sees."""

import ast
from collections.abc import Callable
from typing import Any, NoReturn, get_type_hints

from llvmlite import ir

from twin.native.functions import Source, Untranslatable
from twin.native.kinds import BITS, BOOL, FLOAT, INT, REAL, REALS, WHOLE, Kind, Value, common, kind_of
from twin.native.records import Row

Made = tuple[Any, tuple[Kind, ...], Kind]
"""A function of the module, the kinds of its parameters, and of its result."""


class Widened(Exception):
    """A variable has to be of a wider kind than it was first taken for: the function is translated again."""


class Frame:
    """A function in the making.

    *widened* are the variables that are known to hold more than their first value says; *ask_for* gives the compiled
    function that stands for a Python one, *constant* a row of numbers of the module.
    """

    def __init__(
        self,
        source: Source,
        function: Any,
        parameters: tuple[Kind, ...],
        result: Kind,
        widened: dict[str, Kind],
        ask_for: Callable[["Frame", ast.AST, Callable[..., Any]], Made],
        constant: Callable[[tuple[float, ...]], Any],
    ) -> None:
        self.source, self.function, self.result = source, function, result
        self.ask_for, self.constant = ask_for, constant
        self._widened = widened
        self._head = function.append_basic_block("head")
        self.build = ir.IRBuilder(function.append_basic_block("body"))
        self.variables: dict[str, Value] = {}
        self.loops: list[tuple[Any, Any]] = []
        for (name, _), kind, argument in zip(source.parameters, parameters, function.args, strict=True):
            self.put(ast.Name(name), name, Value(kind, argument))

    def end(self) -> None:
        """All is translated: the head leads into the body."""
        ir.IRBuilder(self._head).branch(self.function.blocks[1])

    def refuse(self, node: ast.AST, why: str) -> NoReturn:
        """Say that there is no translation of *node*."""
        raise Untranslatable(self.source, node, why)

    # -- variables --------------------------------------------------------------------------------------------------

    def slot(self, kind: Kind) -> Any:
        """A place on the stack; LLVM makes a register of it."""
        builder = ir.IRBuilder(self._head)
        place = builder.alloca(kind.type)
        if kind.row is None and kind != REALS:
            builder.store(ir.Constant(kind.type, None if kind.parts else 0), place)
        return place

    def put(self, node: ast.AST, name: str, value: Value) -> None:
        """Let a variable have a value; its kind is that of its first one, or wider."""
        if name not in self.variables:
            kind = self._widened.get(name, value.kind)
            self.variables[name] = Value(kind, self.slot(kind))
        kind, place = self.variables[name]
        wide = common(kind, value.kind)
        if wide is None:
            self.refuse(node, f"{name} is a {kind}, and cannot become a {value.kind}")
        if wide != kind:
            self._widened[name] = wide
            raise Widened(name)
        self.build.store(self.as_kind(node, value, kind).at, place)

    def local(self, name: str) -> Value | None:
        """What a variable holds now; None where there is none of that name."""
        if name not in self.variables:
            return None
        kind, place = self.variables[name]
        return Value(kind, self.build.load(place, typ=kind.type))

    # -- kinds ------------------------------------------------------------------------------------------------------

    def as_kind(self, node: ast.AST, value: Value, kind: Kind) -> Value:
        """The value as one of another kind that can hold it."""
        if value.kind == kind:
            return value
        if kind == INT and value.kind == BOOL:
            return Value(INT, self.build.zext(value.at, WHOLE))
        if kind == FLOAT and value.kind in (INT, BOOL):
            whole = self.as_kind(node, value, INT)
            return Value(FLOAT, self.build.sitofp(whole.at, REAL))
        self.refuse(node, f"a {value.kind} where a {kind} is needed")

    def truth(self, node: ast.AST, value: Value) -> Any:
        """Whether a value counts as true."""
        if value.kind == BOOL:
            return value.at
        if value.kind == FLOAT:
            return self.build.fcmp_unordered("!=", value.at, ir.Constant(REAL, 0.0))
        if value.kind in (INT, BITS):
            return self.build.icmp_signed("!=", value.at, ir.Constant(WHOLE, 0))
        self.refuse(node, f"a {value.kind} is neither true nor false")

    # -- records ----------------------------------------------------------------------------------------------------

    def entry(self, start: Any, number: Any, size: int = 1) -> Any:
        """The address of an entry of an array, of so many numbers each."""
        at = number if size == 1 else self.build.mul(number, ir.Constant(WHOLE, size))
        return self.build.gep(start, [at], source_etype=WHOLE)

    def load(self, kind: Kind, address: Any, *, is_fixed: bool) -> Value:
        """What lies at an address; where it is fixed, LLVM may take it to be always the same."""
        found = self.build.load(address, typ=kind.type)
        if is_fixed:
            found.set_metadata("invariant.load", self.function.module.add_metadata([]))
        return Value(kind, found)

    def whole(self, number: int) -> Any:
        """A whole number that is known."""
        return ir.Constant(WHOLE, number)


def kind_or_refuse(source: Source, name: str, annotation: Any) -> Kind:
    """The kind of a parameter or a result."""
    kind = kind_of(annotation)
    if kind is None:
        raise Untranslatable(source, ast.Pass(), f"{name} is annotated with {annotation}, which is not compiled")
    return kind


_fields: dict[type[Row], dict[str, tuple[int, Kind]]] = {}


def fields_of(row: type[Row]) -> dict[str, tuple[int, Kind]]:
    """The number and the kind of each field of a record."""
    if row not in _fields:
        hints = get_type_hints(row)
        _fields[row] = {name: (number, _known(kind)) for number, (name, kind) in enumerate(hints.items())}
    return _fields[row]


def _known(annotation: Any) -> Kind:
    kind = kind_of(annotation)
    assert kind is not None  # a row has numbers only
    return kind
