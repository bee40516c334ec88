"""Which functions are compiled, and what stands for what."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast, get_type_hints

import numpy as np

Compiled = TypeVar("Compiled", bound=Callable[..., Any])

_compiled: set[Callable[..., Any]] = set()
_instead: dict[Callable[..., Any], Callable[..., Any]] = {}


def compiled(function: Compiled) -> Compiled:
    """A function that other compiled functions may call."""
    _compiled.add(function)
    return function


def shared(*functions: Callable[..., Any]) -> None:
    """Let functions of the twin be called by compiled ones too: one text, two engines."""
    _compiled.update(functions)


def instead(of: Callable[..., Any], function: Callable[..., Any]) -> None:
    """Let compiled functions call *function* wherever the text that they share calls *of*."""
    _instead[of] = compiled(function)


def lowest_bit(bits: np.uint64) -> int:
    """The number of the lowest bit that is set, where any is."""
    return (int(bits) & -int(bits)).bit_length() - 1


class Untranslatable(Exception):
    """A compiled function says something that has no translation."""

    def __init__(self, source: "Source", node: ast.AST, why: str) -> None:
        line = source.first_line + getattr(node, "lineno", 1) - 1
        super().__init__(f"{source.file}:{line}: in {source.name}: {why}")


@dataclass(frozen=True)
class Source:
    """The text of a compiled function: its statements, the annotations of its parameters, the names that it sees."""

    name: str
    file: str
    first_line: int
    body: tuple[ast.stmt, ...]
    parameters: tuple[tuple[str, Any], ...]
    result: Any
    sees: Mapping[str, Any]


def called(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """The compiled function that stands for *function*; None where there is none."""
    function = _instead.get(function, function)
    return function if function in _compiled else None


def source_of(function: Callable[..., Any]) -> Source:
    """The text of a compiled function."""
    lines, first_line = inspect.getsourcelines(function)
    definition = ast.parse(textwrap.dedent("".join(lines))).body[0]
    assert isinstance(definition, ast.FunctionDef)  # nothing else is marked as compiled
    hints = get_type_hints(function)
    parameters = tuple((name, hints[name]) for name in inspect.signature(function).parameters)
    closed = inspect.getclosurevars(function)
    return Source(
        function.__qualname__,
        inspect.getfile(function),
        first_line,
        tuple(definition.body),
        parameters,
        hints["return"],
        cast("Mapping[str, Any]", {**closed.builtins, **function.__globals__, **closed.nonlocals}),
    )
