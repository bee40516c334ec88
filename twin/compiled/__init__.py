"""The compiled floor: the facts of the simulated one, one for one, from flat arrays and machine code.

`refusals` says what it cannot play. What needs LLVM is loaded when it is first asked for.
"""

from importlib import import_module
from typing import Any

from twin.compiled.refusing import COMPILED_RULES, refusals, refuses_luck

__all__ = ["COMPILED_RULES", "CompiledFloor", "is_kept", "refusals", "refuses_luck", "trials"]

_ROOMS = {"CompiledFloor": "twin.compiled.floor", "is_kept": "twin.compiled.kernel", "trials": "twin.compiled.runs"}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"twin.compiled has no {name!r}; there are {', '.join(__all__)}")
    return getattr(import_module(_ROOMS[name]), name)
