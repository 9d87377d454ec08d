"""What the project says of itself holds: its groups are its extras, and its first page is short."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def of_extra(name: str) -> set[str]:
    """Return what an extra installs, other extras taken apart."""
    found: set[str] = set()
    for each in PROJECT["project"]["optional-dependencies"][name]:
        others = re.fullmatch(r"clawback\[(.*)\]", each)
        found |= set().union(*map(of_extra, others[1].split(","))) if others else {each}
    return found


def of_group(name: str) -> set[str]:
    """Return what a dependency group installs, other groups taken apart."""
    found: set[str] = set()
    for each in PROJECT["dependency-groups"][name]:
        found |= of_group(each["include-group"]) if isinstance(each, dict) else {each}
    return found


@pytest.mark.parametrize("name", ["test", "dev"])
def test_a_group_installs_what_the_extra_of_its_name_does(name: str) -> None:
    assert of_group(name) == of_extra(name)


def test_the_readme_is_read_in_a_few_minutes_and_what_it_links_to_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).is_file(), target
