"""All that one entrance calls, as one module for LLVM."""

import ast
from collections.abc import Callable
from typing import Any

from llvmlite import ir

from twin.native.frame import Frame, Made, Widened, kind_or_refuse
from twin.native.functions import Source, Untranslatable, source_of
from twin.native.kinds import ADDRESS, NOTHING, REAL, Kind
from twin.native.statements import translate


class Program:
    """A module in the making: what is called is declared at once, and translated when its turn comes."""

    def __init__(self) -> None:
        self.module = ir.Module("floor")
        self._made: dict[Callable[..., Any], Made] = {}
        self._waiting: list[tuple[Source, Any, tuple[Kind, ...], Kind]] = []
        self._constants: dict[tuple[float, ...], Any] = {}

    def add(self, function: Callable[..., Any], name: str) -> None:
        """Translate a function, which is known outside by *name*, and all that it calls.

        Raises
        ------
        Untranslatable
            Where one of them says something that is not compiled; with its file and line.
        """
        made, _, _ = self._declare(function, name)
        made.linkage = "external"
        while self._waiting:
            self._translate(*self._waiting.pop())

    def _ask_for(self, frame: Frame, node: ast.AST, function: Callable[..., Any]) -> Made:
        return self._made.get(function) or self._declare(function, f"{function.__module__}.{function.__qualname__}")

    def _declare(self, function: Callable[..., Any], name: str) -> Made:
        source = source_of(function)
        parameters = tuple(kind_or_refuse(source, name, said) for name, said in source.parameters)
        result = kind_or_refuse(source, "the result", source.result)
        made = ir.Function(self.module, ir.FunctionType(result.type, [kind.type for kind in parameters]), name)
        made.linkage = "internal"
        made.attributes.add("nounwind")
        self._made[function] = made, parameters, result
        self._waiting.append((source, made, parameters, result))
        return self._made[function]

    def _translate(self, source: Source, made: Any, parameters: tuple[Kind, ...], result: Kind) -> None:
        widened: dict[str, Kind] = {}
        while True:
            made.blocks.clear()
            frame = Frame(source, made, parameters, result, widened, self._ask_for, self._constant)
            try:
                translate(frame, source.body)
            except Widened:
                continue
            break
        self._end(frame, source)

    def _end(self, frame: Frame, source: Source) -> None:
        for block in frame.function.blocks[1:]:
            if block.is_terminated:
                continue
            frame.build.position_at_end(block)
            if frame.result == NOTHING:
                frame.build.ret_void()
            elif block is frame.function.blocks[1] or _is_entered(frame.function, block):
                raise Untranslatable(source, source.body[-1], f"it may end without the {frame.result} it promises")
            else:
                frame.build.unreachable()
        frame.end()

    def _constant(self, numbers: tuple[float, ...]) -> Any:
        if numbers not in self._constants:
            kind = ir.ArrayType(REAL, len(numbers))
            held = ir.GlobalVariable(self.module, kind, f"row{len(self._constants)}")
            held.initializer, held.global_constant, held.linkage = ir.Constant(kind, numbers), True, "internal"
            self._constants[numbers] = held.bitcast(ADDRESS)
        return self._constants[numbers]


def _is_entered(function: Any, block: Any) -> bool:
    """Whether anything leads to a block."""
    return any(other.terminator is not None and block in other.terminator.operands for other in function.blocks)
