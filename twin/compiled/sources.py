"""What the compiled floor is made of, in one digest: what is kept on disk of it is used only while it holds."""

import hashlib
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_FILES = (
    *sorted(_HERE.glob("*.py")),
    *sorted((_HERE.parent / "native").glob("*.py")),
    _HERE.parent / "transforms.py",
    _HERE.parent / "gamma.py",
)

DIGEST = hashlib.sha256(b"\0".join(path.read_bytes() for path in _FILES)).hexdigest()
"""Changes with every line of it."""
