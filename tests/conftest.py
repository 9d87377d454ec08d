"""Nothing of the machine's terminal, locale or clock reaches a test. Runs before Textual is imported."""

from __future__ import annotations

import os
import time

for name in ("NO_COLOR", "FORCE_COLOR", "TEXTUAL_THEME", "TEXTUAL_FILTERS", "TEXTUAL_DIM_FACTOR"):
    os.environ.pop(name, None)
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TZ"] = "UTC"
time.tzset()
for name in (
    "LIBSQL_PATH",
    "IRONCLAW_BASE_DIR",
    "IRONCLAW_OWNER_ID",
    "DATABASE_BACKEND",
    "DATABASE_URL",
    "LIBSQL_URL",
):
    os.environ.pop(name, None)
