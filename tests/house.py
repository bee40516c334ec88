"""What the house rules say about one Python file, beyond what ruff, mypy and import-linter can see.

Each rule is a function from a parsed file to the faults in it, so that a test can show that it is able to fail.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("plant_models", "twin", "scheduler", "live_bridge", "rl", "ui", "scenarios")
FILE_LINES, FUNCTION_LINES = 500, 80

MAY_IMPORT_LATE = ("ui/cli.py", "ui/commands/asking.py")
"""The command line imports per command, because `foreshift --help` must not wait for a solver."""

MAY_BE_AMBIENT = {
    "plant_models/clock.py": ("datetime.now",),
}
"""Where the time and the luck of this computer may be asked for, and which."""

MAY_UNPICKLE = ("live_bridge/plant_process.py", "live_bridge/virtual.py")
"""A process hands the one it starts its setting over the pipe between the two; nobody else can write there."""

_AMBIENT = re.compile(
    r"^(time\.time(_ns)?|(datetime\.)?datetime\.(now|utcnow|today)|(datetime\.)?date\.today|random(\..*)?"
    r"|(np|numpy)\.random(\..*)?|pd\.Timestamp\.(now|today))$"
)
_UNSAFE_MODULES = frozenset({"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle"})
_UNSAFE_CALLS = frozenset({"eval", "exec", "__import__", "os.system", "os.popen"})
_UNSAFE_YAML = frozenset({"yaml.unsafe_load", "yaml.full_load", "yaml.load_all", "yaml.unsafe_load_all"})
_SAFE_LOADERS = frozenset({"yaml.SafeLoader", "yaml.CSafeLoader", "SafeLoader", "CSafeLoader"})
_MODULE = re.compile(r"^[a-z_]+(\.[a-z_]*)+$")
_MACHINE_PATH = re.compile(r"(?<![\w.:/}>-])(/(home|Users|root|tmp|mnt|opt|srv|work)/\w|[A-Z]:\\\\?Users)")
_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")


@dataclass(frozen=True, slots=True)
class File:
    """One file of a package: *path* is relative to the checkout, with forward slashes."""

    path: str
    source: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.path)


Rule = Callable[[File], Iterator[str]]


def imports_late(file: File) -> Iterator[str]:
    """Imports stand at the top of a file: one inside a function hides an edge from import-linter's reader."""
    if file.path in MAY_IMPORT_LATE:
        return
    for function in _functions(file.tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"line {node.lineno}: import inside {function.name}()"


def imports_for_types_only(file: File) -> Iterator[str]:
    """An import under TYPE_CHECKING breaks a cycle by hiding it."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield f"line {node.lineno}: imports under TYPE_CHECKING"


def asks_the_computer_for_time_or_luck(file: File) -> Iterator[str]:
    """Time comes from `clock`, luck from `chance`: anything else cannot be played again."""
    allowed = MAY_BE_AMBIENT.get(file.path, ())
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute):
            names = [_dotted(node)]
        else:
            continue
        for name in names:
            if _AMBIENT.match(name) and name not in allowed:
                yield f"line {node.lineno}: {name}"


def runs_what_it_reads(file: File) -> Iterator[str]:
    """A file, a journal or a policy is data: nothing in it may be executed."""
    tree = file.tree
    own_safe = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(_dotted(base) in _SAFE_LOADERS for base in node.bases)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            if file.path not in MAY_UNPICKLE:
                yield from (f"line {node.lineno}: {m}" for m in modules if m.split(".")[0] in _UNSAFE_MODULES)
        elif isinstance(node, ast.Call):
            yield from (f"line {node.lineno}: {fault}" for fault in _unsafe_call(node, _SAFE_LOADERS | own_safe))


def imports_by_name(file: File) -> Iterator[str]:
    """A module imported by a name made at run time is an edge that nobody can check; a package may load its own."""
    tree = file.tree
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _dotted(n.func).endswith("import_module")]
    if not calls or file.path in MAY_IMPORT_LATE:
        return
    package = file.path.split("/")[0]
    texts = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    strangers = [text for text in texts if _MODULE.match(text) and text.split(".")[0] != package]
    if not file.path.endswith("__init__.py") or strangers:
        yield from (f"line {call.lineno}: {ast.unparse(call)}" for call in calls)


def asserts_for_users(file: File) -> Iterator[str]:
    """`python -O` drops assertions: they may tell mypy what a line before made sure of, and nothing else."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Assert) and not _narrows(node.test):
            yield f"line {node.lineno}: assert {ast.unparse(node.test)}"


def is_too_long(file: File) -> Iterator[str]:
    """What does not fit on a few screens is two things."""
    if (lines := file.source.count("\n")) > FILE_LINES:
        yield f"{lines} lines; at most {FILE_LINES}"
    for function in _functions(file.tree):
        if (lines := (function.end_lineno or function.lineno) - function.lineno + 1) > FUNCTION_LINES:
            yield f"line {function.lineno}: {function.name}() has {lines} lines; at most {FUNCTION_LINES}"


def is_named_like_another(file: File) -> Iterator[str]:
    """Streamlit puts `ui/` first on the path: `ui/calendar.py` would be everybody's calendar."""
    path = Path(file.path)
    name = path.parent.name if path.stem == "__init__" and len(path.parts) > 2 else path.stem
    if name in sys.stdlib_module_names or name in PACKAGES:
        yield f"{name!r} is the name of a standard module or of a package"


def names_a_machine(file: File) -> Iterator[str]:
    """A path of the computer that it was written on, or a note that something is not finished."""
    for number, line in enumerate(file.source.splitlines(), 1):
        for pattern in (_MACHINE_PATH, _UNFINISHED):
            if found := pattern.search(line):
                yield f"line {number}: {found.group()}"


RULES: tuple[Rule, ...] = (
    imports_late,
    imports_for_types_only,
    asks_the_computer_for_time_or_luck,
    runs_what_it_reads,
    imports_by_name,
    asserts_for_users,
    is_too_long,
    is_named_like_another,
    names_a_machine,
)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _dotted(node: ast.AST) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def _unsafe_call(node: ast.Call, safe_loaders: frozenset[str] | set[str]) -> Iterator[str]:
    name, keywords = _dotted(node.func), {keyword.arg: keyword.value for keyword in node.keywords}
    if name in _UNSAFE_CALLS | _UNSAFE_YAML:
        yield name
    if name == "yaml.load":
        loader = keywords.get("Loader") or (node.args[1] if len(node.args) > 1 else None)
        if loader is None or _dotted(loader) not in safe_loaders:
            yield "yaml.load without a safe loader"
    for keyword in ("allow_pickle", "shell"):
        value = keywords.get(keyword)
        if value is not None and not (isinstance(value, ast.Constant) and value.value is False):
            yield f"{keyword}={ast.unparse(value)}"


def _narrows(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp):
        return all(_narrows(value) for value in test.values)
    if isinstance(test, ast.Compare):
        right = test.comparators[0]
        return isinstance(test.ops[0], ast.IsNot) and isinstance(right, ast.Constant) and right.value is None
    return isinstance(test, ast.Call) and _dotted(test.func) == "isinstance"
