"""Install each peer, every version pinned, in an environment of its own: `install.py [DIRECTORY]`, else `.peers`.

They are for measuring only: Foreshift needs none of them, and what one of them wants (an older numpy, say) is none of
the others' business. One that cannot be installed is reported and left out.
"""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PINS = HERE / "pins"
DIRECTORY = HERE.parent.parent / ".peers"


def python_of(directory: Path, peer: str) -> Path:
    """The interpreter that has *peer*."""
    return directory / peer / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def why_not(directory: Path, peer: str) -> str:
    """Why *peer* is missing."""
    reason = directory / f"{peer}.txt"
    return reason.read_text(encoding="utf-8").strip() if reason.exists() else "make peers installs it"


def install(directory: Path, peer: str) -> bool:
    """Whether *peer* is there now; where not, its environment is removed and the reason kept."""
    venv.create(directory / peer, clear=True, with_pip=False)
    command = [sys.executable, "-m", "pip", "--python", str(python_of(directory, peer)), "--disable-pip-version-check"]
    wanted = ["install", "--quiet", "--no-input", "--no-deps", "--requirement", str(PINS / f"{peer}.txt")]
    done = subprocess.run([*command, *wanted], check=False, capture_output=True, text=True)
    reason = directory / f"{peer}.txt"
    if done.returncode == 0:
        reason.unlink(missing_ok=True)
        return True
    shutil.rmtree(directory / peer)
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    reason.write_text((errors or ["pip gave no reason"])[0] + "\n", encoding="utf-8")
    return False


def main() -> int:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else DIRECTORY
    directory.mkdir(parents=True, exist_ok=True)
    missing = 0
    for pins in sorted(PINS.glob("*.txt")):
        there = install(directory, pins.stem)
        missing += not there
        print(f"{pins.stem}: {'installed' if there else why_not(directory, pins.stem)}", flush=True)
    return int(missing > 0)


if __name__ == "__main__":
    raise SystemExit(main())
