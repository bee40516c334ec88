"""What a learned policy's machine code is made of, in one digest: what is kept on disk is used only while it holds."""

import hashlib
from pathlib import Path

from twin.compiled.sources import DIGEST as FLOOR

_FILES = ("minds", "sight", "network", "asking", "thinking")

DIGEST = hashlib.sha256(
    b"\0".join([FLOOR.encode(), *((Path(__file__).with_name(f"{name}.py")).read_bytes() for name in _FILES)])
).hexdigest()
"""Changes with every line of it, and of the compiled floor."""
