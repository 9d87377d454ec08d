"""What is printed and exported for people counts hours as the settings say."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tests.tui.cli.test_cli import printed, run

if TYPE_CHECKING:
    from pathlib import Path


def test_hours_are_counted_to_12_where_the_settings_say_so(tmp_path: Path, sample: Path) -> None:
    listed = printed(run(tmp_path, "--db", str(sample), "list", "--limit", "1", "--json"))
    key = json.loads(listed[0])["id"]
    (tmp_path / "config" / "clawback").mkdir(parents=True)
    (tmp_path / "config" / "clawback" / "config.toml").write_text('clock = "12h"\n')
    heads = [line for line in printed(run(tmp_path, "--db", str(sample), "show", key)) if line.startswith("── ")]
    assert heads
    assert all(re.search(r" \d{1,2}:\d\d:\d\d [ap]m [+-]", head) for head in heads)
    printed(run(tmp_path, "--db", str(sample), "export", key, "-o", "a.md"))
    assert re.search(r"exported .* \d{1,2}:\d\d:\d\d [ap]m ", (tmp_path / "a.md").read_text())
