"""Installed beside other projects, ``clawback`` starts its own packages or says in one sentence why it cannot."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.tui.program import ROOT
from tests.tui.terminal import environment
from tests.tui.waiting import BOUND

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Done = subprocess.CompletedProcess[str]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
FOREIGN = "raise SystemExit('the other project ran')\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare environment into which the wheel of clawback was installed; what it needs comes from the running one."""
    for module in ("pip", "hatchling"):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed, which makes and installs the wheel")
    folder = tmp_path_factory.mktemp("installed")
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*PIP, *build], check=True, timeout=BOUND)
    (wheel,) = folder.glob("clawback-*.whl")
    venv.create(folder / "env", symlinks=True)
    install = [
        "--python",
        str(folder / "env" / "bin" / "python"),
        "install",
        "--no-deps",
        "--no-index",
        "--no-compile",
    ]
    subprocess.run([*PIP, *install, str(wheel)], check=True, timeout=BOUND)
    (packages(folder) / "needed.pth").write_text(sysconfig.get_path("purelib"))
    return folder


def packages(folder: Path) -> Path:
    """Return where the packages of the environment lie."""
    (found,) = (folder / "env" / "lib").glob("python*/site-packages")
    return found


def clawback(installed: Path, home: Path, *arguments: str, path: Path | str = "") -> Done:
    return subprocess.run(
        [installed / "env" / "bin" / "clawback", *arguments],
        capture_output=True,
        text=True,
        cwd=home,
        env=environment(home, PYTHONPATH=str(path)),
        timeout=BOUND,
        check=False,
    )


def test_the_wheel_runs_where_it_was_installed(installed: Path, tmp_path: Path, sample: Path) -> None:
    done = clawback(installed, tmp_path, "--version")
    assert done.stdout.startswith("clawback, version ")
    done = clawback(installed, tmp_path, "list", "--limit", "3", "--db", str(sample))
    assert (done.stdout.count("\n"), done.stderr) == (3, "")


@pytest.mark.parametrize("name", ["store", "tui"])
@pytest.mark.parametrize("arguments", [("--version",), ("list",)])
def test_a_foreign_package_that_comes_first_is_told_and_not_run(
    installed: Path, tmp_path: Path, name: str, arguments: tuple[str, ...]
) -> None:
    decoy = tmp_path / "decoy"
    (decoy / name).mkdir(parents=True)
    (decoy / name / "__init__.py").write_text(FOREIGN)
    done = clawback(installed, tmp_path, *arguments, path=decoy)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"clawback: {decoy}/{name}/__init__.py is another project's {name}, found in place of clawback's;"
        f" take {decoy} out of PYTHONPATH.\n"
    )


@pytest.fixture
def overwritten(installed: Path) -> Iterator[Path]:
    """The same environment, in which another project's ``store`` was installed over ours."""
    ours = packages(installed) / "store" / "__init__.py"
    kept = ours.read_text()
    ours.write_text(FOREIGN)
    yield ours
    ours.write_text(kept)


def test_a_foreign_package_installed_over_ours_is_told_and_not_run(
    installed: Path, overwritten: Path, tmp_path: Path
) -> None:
    done = clawback(installed, tmp_path, "list")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"clawback: {overwritten} is another project's store, found in place of clawback's; 'pip uninstall store',"
        " then install clawback where it is alone, by 'uv tool install' or 'pipx install'.\n"
    )


def test_an_installation_with_holes_is_told(installed: Path, tmp_path: Path) -> None:
    hole = packages(installed) / "store" / "errors.py"
    kept = hole.read_text()
    hole.unlink()
    try:
        done = clawback(installed, tmp_path, "list")
    finally:
        hole.write_text(kept)
    assert done.returncode == 2
    assert done.stderr.startswith("clawback: its installation is not whole (No module named 'store.errors'); ")


def test_a_module_of_the_name_is_no_namespace_in_the_way(installed: Path, tmp_path: Path, sample: Path) -> None:
    (tmp_path / "elsewhere" / "store").mkdir(parents=True)
    done = clawback(installed, tmp_path, "list", "--limit", "1", "--db", str(sample), path=tmp_path / "elsewhere")
    assert (done.returncode, done.stderr) == (0, "")
