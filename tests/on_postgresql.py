"""Run the whole suite on a PostgreSQL server started for it: `python -m tests.on_postgresql [pytest arguments]`."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.services import Missing, must_have_all, postgres


def main() -> int:
    try:
        with postgres() as url:
            environ = os.environ | {"DATABASE_URL": url}
            return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=environ, check=False).returncode
    except Missing:
        if must_have_all():
            raise
        sys.stderr.write("\n*** SKIPPED: the suite did NOT run on PostgreSQL, it is not installed here. ***\n\n")
        return 0


if __name__ == "__main__":
    sys.exit(main())
