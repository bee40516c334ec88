"""Machine code from typed Python: a small part of the language, over records of numbers in flat arrays.

A function marked with `compiled` is ordinary Python whose every parameter and result is annotated, and which works on
whole numbers, real numbers, 64 bits (`numpy.uint64`), truth values and records (`Row`) alone. `entrance` translates all
that it calls, each function once, into one module for LLVM, and keeps the machine code on disk.

What is understood: assignments, also of several names at once; `if`, `while`, `for` over `range`; comparisons, also in
a chain; `and`, `or`, conditional expressions; arithmetic with the meaning that Python gives it; fields of records;
tuples of real numbers as constants, and as results; the functions of `math` that `twin.native.calls` lists. Anything
else is refused with its file and line when it is translated, never guessed at.
"""

from twin.native.entering import Entrance, entrance
from twin.native.functions import compiled, instead, lowest_bit, shared
from twin.native.records import Fixed, Row, column, layout_of, only, rows, writer

__all__ = [
    "Entrance",
    "Fixed",
    "Row",
    "column",
    "compiled",
    "entrance",
    "instead",
    "layout_of",
    "lowest_bit",
    "only",
    "rows",
    "shared",
    "writer",
]
