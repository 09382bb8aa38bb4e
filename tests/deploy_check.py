"""Run Django's deploy check under the settings of a public server: `python -m tests.deploy_check`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {
            "DATA_DIR": folder,
            "SITE_URL": "https://cong.example.vn",
            "ALLOWED_HOSTS": "cong.example.vn",
            "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-",
        }
        command = [sys.executable, "-m", "cong", "check", "--deploy", "--fail-level", "WARNING"]
        return subprocess.run(command, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
