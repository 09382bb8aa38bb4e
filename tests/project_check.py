"""Ask Django whether migrations are up to date and a public server would be safe: `python -m tests.project_check`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

_COMMANDS = (
    ("makemigrations", "--check", "--dry-run"),
    ("check", "--deploy", "--fail-level", "WARNING"),
)
_PUBLIC = {
    "DATABASE_URL": "",
    "SITE_URL": "https://cong.example.vn",
    "ALLOWED_HOSTS": "cong.example.vn",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-",
}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | _PUBLIC | {"DATA_DIR": folder}
        codes = [
            subprocess.run([sys.executable, "-m", "cong", *command], env=environ, check=False).returncode
            for command in _COMMANDS
        ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
