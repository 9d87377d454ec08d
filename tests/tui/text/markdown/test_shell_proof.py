"""An address that is opened runs nothing, whatever shell stands between."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from tui.text.markdown.urls import shell_proof, shown_url

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = [
    "https://a.example/$(touch${IFS}owned)",
    "https://a.example/`touch${IFS}owned`",
    "https://a.example/';touch${IFS}owned;'",
    'https://a.example/";touch${IFS}owned;"',
    "https://a.example/?a=1&touch${IFS}owned",
    "https://a.example/|touch${IFS}owned",
    "https://a.example/>owned",
    "https://a.example/${HOME}{a,b}",
    "https://a.example/*?[a-z]~!^",
]
USUAL = "https://w.example:8080/a_b/~c/x.html?q=1+2&r=%20#part-3,4@5=6"


@pytest.mark.parametrize("command", ["echo %s", 'echo "%s"', "echo '%s'", "echo a:%s b", 'eval "echo %s"'])
@pytest.mark.parametrize("url", HOSTILE)
def test_a_shell_reads_an_address_and_nothing_else(tmp_path: Path, url: str, command: str) -> None:
    proof = shell_proof(url, is_in_command=True)
    assert unquote(proof) == url
    assert shown_url(proof) == proof
    script = command.replace("%s", proof)
    done = subprocess.run(["/bin/sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("url", HOSTILE)
def test_a_quoted_address_stays_one_word(tmp_path: Path, url: str) -> None:
    proof = shell_proof(url, is_in_command=False)
    for quote in "'\"":
        script = f"printf '%s' {quote}{proof}{quote}"
        done = subprocess.run(["/bin/sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.stdout, done.stderr) == (proof, "")
    assert [*tmp_path.iterdir()] == []


def test_a_usual_address_is_handed_on_as_it_is() -> None:
    assert shell_proof(USUAL, is_in_command=False) == USUAL
