"""Build the wheel, install it into a clean environment away from the checkout, and use it there."""

import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
MUST_HOLD = (
    "scenarios/machine-shop.yaml",
    "scenarios/bottling-line.yaml",
    "scenarios/machine-shop-orders.csv",
    "scenarios/study.schema.json",
    "scenarios/studies/machine-shop-rule.yaml",
)
MUST_NOT_HOLD = ("tests/", "docs/", "benchmarks/", ".ci/")
LOOKED_AT = (
    ("--version",),
    ("--help",),
    ("simulate", "machine-shop", "--rule", "atc", "--json"),
    ("simulate", "bottling-line", "--json"),
    ("film", "bottling-line", "--json"),
)


def main() -> None:
    """Fail with what went wrong; say one line when all is well."""
    with tempfile.TemporaryDirectory(prefix="foreshift-wheel-") as name:
        room = Path(name)
        _run(
            [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(room), str(CHECKOUT)], CHECKOUT
        )
        (wheel,) = room.glob("foreshift-*.whl")
        _check_contents(wheel)
        venv.create(room / "env", with_pip=True)
        python = room / "env" / "bin" / "python"
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        _run([*pip, "--constraint", str(CHECKOUT / "constraints.txt"), str(wheel)], room)
        away = room / "elsewhere"
        away.mkdir()
        for arguments in LOOKED_AT:
            _run([str(room / "env" / "bin" / "foreshift"), *arguments], away)
    print(f"{wheel.name} works in a clean environment")


def _check_contents(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    missing = [name for name in MUST_HOLD if name not in names]
    strangers = [name for name in names if name.startswith(MUST_NOT_HOLD)]
    if missing or strangers:
        raise SystemExit(f"{wheel.name}: missing {missing or 'nothing'}, should not be there: {strangers or 'nothing'}")


def _run(command: list[str], where: Path) -> None:
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, cwd=where, env=clean, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:] + done.stderr[-4000:])
        raise SystemExit(f"failed in {where}: {' '.join(command)}")


if __name__ == "__main__":
    main()
