"""The `cong` command: Django's command line under our name."""

from __future__ import annotations

import atexit
import gc
import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cong.config.settings")
    # To look for cycles among all that was loaded, when everything ends anyway, takes 1.5 s of CPU a process.
    atexit.register(gc.freeze)
    execute_from_command_line(["cong", *sys.argv[1:]])


if __name__ == "__main__":
    main()
