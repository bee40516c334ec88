"""What the compiled floor is made of, in one digest: what is kept on disk of it is used only while it holds."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_FILES = (*sorted(_HERE.glob("*.py")), _HERE.parent / "transforms.py", _HERE.parent / "gamma.py")

DIGEST = hashlib.sha256(b"\0".join(path.read_bytes() for path in _FILES)).hexdigest()
"""Changes with every line of it."""


def is_kept(folder: Path = _HERE, files: Sequence[Path] = _FILES) -> bool:
    """Whether machine code made from these *files* lies on disk, in *folder*: it is then loaded, and not made again."""
    newest = max(path.stat().st_mtime for path in files)
    return any(path.stat().st_mtime >= newest for path in (folder / "__pycache__").glob("kernel.*.nbi"))
