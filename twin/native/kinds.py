"""The kinds of values in compiled code, and how each of them lies in a register."""

from dataclasses import dataclass
from typing import Any, NamedTuple, get_args, get_origin

import numpy as np
from llvmlite import ir

from twin.native.records import Row

WHOLE, REAL, TRUTH = ir.IntType(64), ir.DoubleType(), ir.IntType(1)
ADDRESS = ir.PointerType()


@dataclass(frozen=True)
class Kind:
    """What a value is: its name, how LLVM calls it, and the row or the parts that it stands for."""

    name: str
    type: Any
    row: type[Row] | None = None
    parts: tuple["Kind", ...] = ()

    def __str__(self) -> str:
        return self.name


class Value(NamedTuple):
    """A value in a register."""

    kind: Kind
    at: Any


INT, FLOAT, BITS, BOOL = Kind("int", WHOLE), Kind("float", REAL), Kind("uint64", WHOLE), Kind("bool", TRUTH)
NOTHING = Kind("None", ir.VoidType())
REALS = Kind("tuple of floats", ADDRESS)
"""A constant tuple of real numbers."""

_PLAIN: dict[Any, Kind] = {int: INT, float: FLOAT, np.uint64: BITS, bool: BOOL, type(None): NOTHING, None: NOTHING}


def kind_of(annotation: Any) -> Kind | None:
    """The kind that an annotation says; None where it is none of compiled code."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if isinstance(annotation, type) and issubclass(annotation, Row):
        return Kind(annotation.__name__, ADDRESS, annotation)
    if get_origin(annotation) is tuple:
        inside = get_args(annotation)
        if inside == (float, ...):
            return REALS
        return together([kind_of(each) for each in inside])
    return None


def together(parts: list[Kind | None]) -> Kind | None:
    """Several values in one, as a function gives them back."""
    known = tuple(part for part in parts if part is not None)
    if len(known) < len(parts):
        return None
    name = f"({', '.join(map(str, known))})"
    return Kind(name, ir.LiteralStructType([part.type for part in known]), None, known)


def common(one: Kind, other: Kind) -> Kind | None:
    """The kind that both kinds of values can be taken for; None where there is none."""
    if one == other:
        return one
    if {one, other} <= {INT, BOOL}:
        return INT
    if {one, other} <= {INT, BOOL, FLOAT}:
        return FLOAT
    return None
