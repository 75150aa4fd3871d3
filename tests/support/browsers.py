"""A real browser, where the machine has one (Debian: `apt-get install chromium`)."""

import shutil
from contextlib import contextmanager

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE_MS = 120_000
"""Of a machine that is busy; nothing is expected to take long."""
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-gpu", "--no-first-run")


@contextmanager
def launched_browser():
    """Chromium or Chrome; skips the test where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, which the extra test brings")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"needs one of {', '.join(BROWSERS)} on the PATH")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=found, args=[*QUIET], timeout=PATIENCE_MS)
        yield launched
        launched.close()
