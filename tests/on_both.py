"""Run the suite on SQLite, then on a PostgreSQL server started for it: `python -m tests.on_both [pytest arguments]`.

`--only sqlite` or `--only postgresql` as first arguments runs one of them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from tests.services import Missing, must_have_all, postgres

_PASSED, _FAILED, _STOPPED = 0, 1, 143
# What pytest ends with when none of the chosen tests says anything about this engine.
_NONE_CHOSEN = 5


def on_sqlite(arguments: Sequence[str]) -> str:
    return _said(_pytest(arguments, ""))


def on_postgresql(arguments: Sequence[str]) -> str:
    try:
        with postgres() as url:
            code = _pytest(arguments, url)
            return "nothing to run here" if code == _NONE_CHOSEN else _said(code)
    except Missing as missing:
        return f"{'FAILED' if must_have_all() else 'SKIPPED, DID NOT RUN'}: {missing} is not installed here"


_ENGINES = {"sqlite": on_sqlite, "postgresql": on_postgresql}


def _pytest(arguments: Sequence[str], url: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode


def _said(code: int) -> str:
    return "passed" if code == _PASSED else f"FAILED (pytest ended with {code})"


def main(arguments: Sequence[str]) -> int:
    # Ending by SIGTERM has to pass through the server's clean-up too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_STOPPED))
    engines = dict(_ENGINES)
    if arguments[:1] == ["--only"]:
        engines, arguments = {arguments[1]: _ENGINES[arguments[1]]}, arguments[2:]
    outcomes = {}
    for name, run in engines.items():
        sys.stdout.write(f"\n== {name} ==\n")
        sys.stdout.flush()
        outcomes[name] = run(arguments)
    sys.stdout.write("".join(f"*** {name}: {outcome} ***\n" for name, outcome in outcomes.items()))
    return _FAILED if any("FAILED" in outcome for outcome in outcomes.values()) else _PASSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
