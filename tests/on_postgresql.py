"""Run the suite on a PostgreSQL server started for it: `python -m tests.on_postgresql [pytest arguments]`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.services import Missing, must_have_all, postgres


def main() -> int:
    # Ending by SIGTERM has to pass through the server's clean-up too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with postgres() as url:
            environ = os.environ | {"DATABASE_URL": url}
            return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=environ, check=False).returncode
    except Missing as missing:
        if must_have_all():
            sys.stderr.write(f"\n*** FAILED: {missing} is not installed, and CONG_REQUIRE=all. ***\n\n")
            return 1
        sys.stderr.write(f"\n*** SKIPPED: the suite did NOT run on PostgreSQL: {missing} is not installed. ***\n\n")
        return 0


if __name__ == "__main__":
    sys.exit(main())
