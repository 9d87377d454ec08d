"""Fences keep what stands behind them, whoever wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui.export.html_prose import html, typed

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("write", [html, typed])
@pytest.mark.parametrize("info", ["py", 'rust title="a.rs" {1,3}', "<b>"])
def test_the_info_string_of_a_fence_is_shown(write: Callable[[str], str], info: str) -> None:
    page = write(f"before\n\n```{info}\ncode\n```\n")
    shown = info.replace("<", "&lt;").replace(">", "&gt;")
    assert f'<p class="info">{shown}</p>' in page.replace("&quot;", '"').replace("&#34;", '"')
