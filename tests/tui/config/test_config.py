"""What the owner sets holds, what cannot be used is told in one sentence, and the file explains itself."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import Binding
from textual.keys import format_key

from store.records import Machines
from tests.tui.conftest import browse
from tests.tui.terminal import Terminal
from tui.commands import COMMANDS
from tui.commands.keymap import KeymapError, keymap_of
from tui.config.config_file import LARGEST, ConfigError, read_settings, template, write_template
from tui.config.settings import DEFAULTS, SETTINGS, Settings
from tui.config.state import State
from tui.modals.help import help_text
from tui.modals.search_screen import SearchScreen
from tui.model.listed_view import ListedView as View
from tui.text.message.layout_options import Times, Tools


def settings_of(folder: Path, text: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "config.toml") == DEFAULTS


def test_a_byte_order_mark_is_no_part_of_the_settings(tmp_path: Path) -> None:
    assert settings_of(tmp_path, '\ufefftheme = "nord"\n').theme == "nord"


def test_only_a_small_regular_file_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "large.toml").write_text(f"{'a.' * 50_000}a = 1")
    for path, said in (
        (tmp_path / "fifo", "fifo is no regular file"),
        (Path("/dev/zero"), "/dev/zero is no regular file"),
        (tmp_path / "large.toml", "large.toml is larger than 32 KB"),
        (tmp_path, "cannot be read (Is a directory)"),
    ):
        with pytest.raises(ConfigError) as refused:
            read_settings(path)
        assert said in refused.value.message
    assert len(template().encode()) < LARGEST


def test_every_setting_is_read(tmp_path: Path) -> None:
    text = (
        'theme = "nord"\nclock = "12h"\ntimes = "full"\nlist_width = 48\npage_size = 100\ntools = "summary"\n'
        'machines = "only"\nchannel = "slack"\nview = "work"\n[keys]\nsearch = "s,f3"\nhelp = ["?", "f1"]\n'
    )
    keys = (("search", "s,f3"), ("help", "question_mark,f1"))
    assert settings_of(tmp_path, text) == Settings(
        "nord", "12h", "full", "48", 100, "summary", "only", "slack", "work", keys
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("thme = 'x'", "there is no setting 'thme'; the nearest is theme."),
        ("theme = 3", "theme is a text in quotes"),
        ("theme = 'nrd'", "there is no theme 'nrd'; the nearest is nord."),
        ("[keys]\nother-pane = 'f6, |'", "other-pane works while you type, so that it cannot have vertical_line."),
        ("clock = '13h'", "clock is one of 24h, 12h"),
        ("times = 'ful'", "the nearest is full."),
        ("page_size = 5", "page_size is a number from 10 to 500."),
        ("page_size = true", "page_size is a number"),
        ("list_width = 'wide'", "list_width is a number of columns"),
        ("list_width = 5", "list_width is a number of columns"),
        ("keys = 3", "keys is a table"),
        ("[keys]\nserch = 's'", "there is no command 'serch'; the nearest is search."),
        ("[keys]\nsearch = 's'\nfind = 3", "find is a text such as"),
        ("[keys]\nsearch = 'pgdown'", "search names no key; the nearest is pagedown"),
        ("[keys]\nsearch = 'ctrl+m'", "terminals send it for enter"),
        ("[keys]\nsearch = 'e'", "search and edit would both be e"),
        ("[keys]\nedit = 'j'", "would both be j"),
        ("theme = =", "is no TOML at line 1"),
        ("\x00", "is no TOML"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(tmp_path, text)
    sentence = caught.value.message
    assert said in sentence
    assert "config.toml" in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@given(st.text(max_size=60))
def test_no_text_is_read_without_a_sentence(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    told = ""
    try:
        read_settings(path)
    except ConfigError as error:
        told = error.message
    assert told.isprintable() or not told


def test_the_example_is_a_file_that_changes_nothing_and_shows_every_option(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "config.toml"
    write_template(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_settings(path) == DEFAULTS
    names = ["[", *(f"{each.name} =" for each in SETTINGS), *(f"{each.id} =" for each in COMMANDS)]
    used = "\n".join(line[2:] for line in template().splitlines() if line[2:].startswith(tuple(names)))
    document = tomllib.loads(used)
    assert document.keys() == {each.name for each in SETTINGS} | {"keys"}
    assert settings_of(tmp_path, used)._replace(keys=()) == DEFAULTS
    with pytest.raises(ConfigError, match="left as it is"):
        write_template(path)


# Keys.


def test_our_own_keys_clash_nowhere_and_are_keys() -> None:
    assert keymap_of({command.id: command.keys for command in COMMANDS}) == {
        command.id: command.keys for command in COMMANDS
    }


@pytest.mark.parametrize(
    ("written", "key"),
    [("?", "question_mark"), ("G", "G"), ("shift+g", "G"), ("ctrl+/", "ctrl+slash"), ("+", "plus"), ("é", "é"),
     ("F5".lower(), "f5"), ("}", "right_curly_bracket"), (" ", "space"), ("ctrl++", "ctrl+plus")],
)  # fmt: skip
def test_keys_are_written_as_they_are_pressed(written: str, key: str) -> None:
    # Every other command gets a key that is nobody's.
    free = {command.id: f"alt+{chr(0x4E00 + number)}" for number, command in enumerate(COMMANDS)}
    assert keymap_of(free | {"quit": [written]})["quit"] == key
    (binding,) = Binding.make_bindings([Binding(key, "x", "x")])
    assert binding.key == key
    assert format_key(key)


def test_two_commands_may_change_places_and_panes_share_keys() -> None:
    assert keymap_of({"list-next": "k", "list-previous": "j"}) == {"list-next": "k", "list-previous": "j"}
    assert keymap_of({"search": "f5", "find": "f5"})
    with pytest.raises(KeymapError, match="both be f5"):
        keymap_of({"search": "f5", "edit": "f5"})


async def test_set_keys_work_and_are_shown_where_keys_are_shown(sample: Path) -> None:
    settings = DEFAULTS._replace(keys=(("search", "f5"), ("list-next", "ctrl+n")))
    async with browse(sample, settings=settings) as browser:
        before = browser.selected.id
        await browser.press("j")
        assert browser.selected.id == before
        await browser.press("ctrl+n")
        assert browser.selected.id != before
        assert "f5 search" in browser.text()
        await browser.press("slash")
        assert not isinstance(browser.app.screen, SearchScreen)
        await browser.press_only("f5")
        await browser.until(lambda: isinstance(browser.app.screen, SearchScreen))
    told = help_text(settings.keymap).plain
    assert "  f5              Search all" in told.replace("F5", "f5")
    assert "  ctrl+n          Select the next" in told


async def test_set_values_hold_from_the_first_frame(sample: Path, tmp_path: Path) -> None:
    settings = DEFAULTS._replace(
        theme="nord", times="full", list_width="44", page_size=20, tools="full", machines="only"
    )
    state = State(tmp_path / "state.json")
    state.set("theme", "gruvbox")
    async with browse(sample, settings=settings, state=state) as browser:
        assert browser.app.theme == "nord"
        assert browser.transcript.options.times is Times.FULL
        assert browser.transcript.options.tools is Tools.FULL
        assert browser.screen.view.machines is Machines.ONLY
        assert all(row.kind.is_machine for row in browser.conversations.window.rows)
        assert browser.screen.query_one("#list-pane").outer_size.width == 44


def test_options_come_before_the_view(sample: Path, tmp_path: Path) -> None:
    for folder, text in (("config", 'view = "work"'), ("state", "")):
        (tmp_path / folder / "clawback").mkdir(parents=True)
        (tmp_path / folder / "clawback" / "config.toml").write_text(text, encoding="utf-8")
    state = State(tmp_path / "state" / "clawback" / "state.json")
    state.set("view:work", View("default", "slack").to_json())
    with Terminal(tmp_path, "--db", str(sample), "--user", "default") as terminal:
        terminal.until("Day to day")
        terminal.press("j", "Day to day · signal")
        assert "▪0:All" in terminal.text()
        assert terminal.finish("q") == 0


async def test_a_saved_view_is_shown_at_first_and_a_missing_one_is_told(sample: Path, tmp_path: Path) -> None:
    state = State(tmp_path / "state.json")
    state.set("view:work", View("default", "slack").to_json())
    async with browse(sample, settings=DEFAULTS._replace(view="work"), state=state) as browser:
        await browser.until(lambda: browser.screen.channel == "slack")
    async with browse(sample, settings=DEFAULTS._replace(view="play"), state=state) as browser:
        await browser.until(lambda: any("was not saved" in each for each in browser.said))
