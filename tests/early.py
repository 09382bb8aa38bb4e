"""Loaded before Django reads its settings: tests keep their data in a folder of their own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

# xdist's workers inherit the folder from the process that made it, which also takes it away.
if "CONG_TEST_DIR" not in os.environ:
    folder = tempfile.mkdtemp(prefix="cong-test-")
    os.environ["CONG_TEST_DIR"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ["DATA_DIR"] = os.environ["CONG_TEST_DIR"]
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
# A search server is for the tests that ask for it, never for the portal under test: its index may be a real one.
if "SEARCH_URL" in os.environ:
    os.environ["CONG_TEST_SEARCH_URL"] = os.environ.pop("SEARCH_URL")
