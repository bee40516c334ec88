"""The way from Python into machine code, which is kept on disk once it is made.

Code is kept where Python keeps the compiled file that it was made from or, where that cannot be written, in the user's
folder for such things. Its name says what it was made from, by what, and for which processor; a checksum in front says
whether it is whole, and it is made anew where it is not.
"""

import contextlib
import ctypes
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, get_type_hints

import llvmlite
from llvmlite import binding as llvm

from twin.native.calls import FROM_C
from twin.native.program import Program

_NAME = "enter"
_MODEST = 100
"""How much longer code may get, in the measure of LLVM, where a function is put where it is called (usually 225)."""
_SUM = 32
"""So many bytes of a file are its checksum."""
_C: dict[Any, Any] = {int: ctypes.c_int64, float: ctypes.c_double}


class Entrance:
    """A compiled function that Python can call; others may work meanwhile (the interpreter's lock is free).

    Parameters
    ----------
    function
        Takes whole and real numbers, and gives one back.
    digest
        Changes with all that the function and those it calls are made from; without one, nothing is kept.
    file
        The Python file that it is in: the machine code is kept where Python keeps that file compiled.
    has_long_loops
        Whether loops are to be unrolled, and to work on several numbers at once. Code that mostly branches gains next
        to nothing by that, and takes a quarter less time to make without it.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        digest: str | None = None,
        file: str = "",
        *,
        has_long_loops: bool = True,
    ) -> None:
        self.function, self._digest, self._file, self._has_long_loops = function, digest, file, has_long_loops
        self._call: Callable[..., Any] | None = None
        self._engine: Any = None

    def __call__(self, *numbers: float) -> Any:
        """What the function gives back, from machine code."""
        return (self._call or self.load())(*numbers)

    @property
    def is_kept(self) -> bool:
        """Whether its machine code lies on disk: it is then loaded, and not made again."""
        return any(path.is_file() for path in self._paths())

    def load(self) -> Callable[..., Any]:
        """Make the machine code, or take it from disk; the first call does it otherwise."""
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        _say_where_functions_are()
        machine = _machine()
        code = self._kept() or self._make(machine)
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
        engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        engine.finalize_object()
        self._engine = engine  # the code lives as long as its engine
        hints = get_type_hints(self.function)
        result = _C[hints.pop("return")]
        kind = ctypes.CFUNCTYPE(result, *map(_C.__getitem__, hints.values()))
        self._call = kind(engine.get_function_address(_NAME))
        return self._call

    def _make(self, machine: Any) -> bytes:
        code = machine_code(self.function, machine, has_long_loops=self._has_long_loops)
        for path in self._paths():
            if _is_written(path, code):
                break
        return code

    def _kept(self) -> bytes | None:
        for path in self._paths():
            with contextlib.suppress(OSError):
                said, code = (found := path.read_bytes())[:_SUM], found[_SUM:]
                if said == hashlib.sha256(code).digest():
                    return code
        return None

    def _paths(self) -> tuple[Path, ...]:
        if self._digest is None:
            return ()
        processor = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
        said = "\0".join((self._digest, llvmlite.__version__, *processor))
        name = f"{self.function.__name__}-{hashlib.sha256(said.encode()).hexdigest()[:24]}.o"
        return Path(cache_from_source(self._file)).with_name(name), _folder_of_user() / name


def entrance(
    digest: str | None = None, file: str = "", *, has_long_loops: bool = True
) -> Callable[[Callable[..., Any]], Entrance]:
    """Let a function be a way in; see `Entrance`."""
    return lambda function: Entrance(function, digest, file, has_long_loops=has_long_loops)


def machine_code(function: Callable[..., Any], machine: Any, *, has_long_loops: bool = True) -> bytes:
    """The object file of a function, and of all that it calls."""
    program = Program()
    program.add(function, _NAME)
    program.module.triple = machine.triple
    module = llvm.parse_assembly(str(program.module))
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    if not has_long_loops:
        options.loop_unrolling = options.loop_vectorization = options.slp_vectorization = False
        options.inlining_threshold = _MODEST
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return bytes(machine.emit_object(module))


def _machine() -> Any:
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        codemodel="jitdefault",
        jit=True,
    )


def _say_where_functions_are() -> None:
    """Let machine code call the functions of the C library that Python itself calls."""
    library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
    for name in FROM_C.values():
        llvm.add_symbol(name, ctypes.cast(getattr(library, name), ctypes.c_void_p).value)


def _folder_of_user() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(base) / "foreshift"


def _is_written(path: Path, code: bytes) -> bool:
    """Put code on disk, whole or not at all, and take away what was made from older text; whether it could be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            file.write(hashlib.sha256(code).digest() + code)
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)
        for old in path.parent.glob(f"{path.name.partition('-')[0]}-*.o"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError:
        return False
    return True
