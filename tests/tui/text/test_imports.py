"""The text package is light: what is heavy is loaded when something is read."""

import pkgutil
import subprocess
import sys

import tui.text


def test_importing_it_loads_no_parser_and_no_screen() -> None:
    names = [module.name for module in pkgutil.walk_packages(tui.text.__path__, "tui.text.")]
    assert "tui.text.markdown.blocks" in names
    names.remove("tui.text.markdown.parser")
    code = (
        f"import sys\nfor name in {names!r}: __import__(name)\n"
        "print(*sorted({'textual', 'markdown_it', 'pygments'} & {name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []
