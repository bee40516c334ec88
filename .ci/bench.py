"""Run every benchmark, show its table, and fail where one of its gates does not hold."""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run them one after the other: a benchmark wants the machine to itself."""
    scripts = sorted(path for path in Path("benchmarks").glob("*.py") if not path.stem.startswith("_"))
    failed = []
    for script in scripts:
        print(f"=== {script}", flush=True)
        if subprocess.run([sys.executable, str(script)], check=False).returncode:
            failed.append(script.name)
    print(f"\n{len(scripts) - len(failed)} of {len(scripts)} benchmarks ran and hold", end="")
    print(f"; not so: {', '.join(failed)}" if failed else "")
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main())
