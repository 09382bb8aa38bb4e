"""Loaded before Django: tests keep their data in a folder of their own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

if "CONG_TEST_DIR" not in os.environ:
    folder = tempfile.mkdtemp(prefix="cong-test-")
    os.environ["CONG_TEST_DIR"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ["DATA_DIR"] = os.environ["CONG_TEST_DIR"]
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
