"""The owner's configuration file: read, checked to the last key, written with every option explained.

What cannot be used is told in one sentence with the file, the key and the nearest right one, before the screen is
taken. The command line calls this, nothing else does.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import platformdirs

from store.domain.sizes import people_size
from store.files.atomic_file import put_in_place, require_free, reserve
from store.files.drafts import draft_folder
from store.files.folders import make_private_folder
from tui.config.settings import SETTINGS, Settings
from tui.config.state import APP
from tui.text.nearest import nearest
from tui.text.units import people_path
from tui.text.visible import one_line

if TYPE_CHECKING:
    from tui.config.settings import Setting

VARIABLE = "CLAWBACK_CONFIG"
"""The environment variable that names another file."""
LARGEST = 32 * 1024
"""Bytes of a file at most: ours takes 10 KB with everything in it, and long dotted keys take TOML's reader long."""
_WIDTH = re.compile(r"(?:[1-9]\d?%|3[4-9]|[4-9]\d|[1-9]\d\d)", re.ASCII)


class ConfigError(click.ClickException):
    """A configuration that cannot be used, in one sentence."""


def config_file() -> Path:
    """Return where the configuration lies."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(platformdirs.user_config_dir(APP)) / "config.toml"


def read_settings(path: Path) -> Settings:
    """Return the settings of a file, the defaults if there is none.

    Raises:
        ConfigError: the file cannot be read, or something in it cannot be used.
    """
    try:
        text = _content(path)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise ConfigError(f"{people_path(path)} cannot be read ({error.strerror}); see 'clawback config'.") from None
    import tomllib

    try:
        document = tomllib.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        where = re.search(r"at line \d+", str(error))
        place = f" {where[0]}" if where else ""
        raise ConfigError(
            f"{people_path(path)} is no TOML{place}; 'clawback config --init' writes an example."
        ) from None
    return _settings(document, people_path(path))


def _content(path: Path) -> bytes:
    """Return what is in a file, without waiting for a FIFO or reading a device.

    Raises:
        ConfigError: it is no regular file, or too large.
        OSError: it cannot be read.
    """
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ConfigError(f"{people_path(path)} is no regular file; see 'clawback config'.")
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise ConfigError(f"{people_path(path)} is larger than {people_size(LARGEST)}; make it shorter.")
    return text


def _settings(document: dict[str, Any], file: str) -> Settings:
    names = [setting.name for setting in SETTINGS]
    values: dict[str, Any] = {}
    for name in document:
        if name not in (*names, "keys"):
            if _is_command(name):
                raise ConfigError(f"{file}: {name} is a key's command; put it below a line [keys].")
            near = nearest(name, (*names, "keys"))
            raise ConfigError(f"{file}: there is no setting {one_line(name)[:40]!r}{near}.")
    for setting in SETTINGS:
        if setting.name in document:
            values[setting.name] = _value(setting, document[setting.name], file)
    keys = document.get("keys", {})
    if not isinstance(keys, dict):
        raise ConfigError(f'{file}: keys is a table, such as [keys] and below it search = "s".')
    if keys:
        from tui.commands.keymap import KeymapError, keymap_of

        try:
            values["keys"] = tuple(keymap_of(keys).items())
        except KeymapError as error:
            raise ConfigError(f"{file}: {error}") from None
    return Settings(**values)


def _is_command(name: str) -> bool:
    from tui.commands import ALL_COMMANDS

    return any(command.id == name for command in ALL_COMMANDS)


def _value(setting: Setting, value: object, file: str) -> str | int:
    """Return a value that may be used.

    Raises:
        ConfigError: it may not.
    """
    name = setting.name
    if setting.most:
        if type(value) is not int or not setting.least <= value <= setting.most:
            raise ConfigError(f"{file}: {name} is a number from {setting.least} to {setting.most}.")
        return value
    if name == "list_width" and type(value) is int:
        value = str(value)
    if not isinstance(value, str):
        raise ConfigError(f"{file}: {name} is a text in quotes{_such_as(setting)}.")
    if setting.choices and value not in setting.choices:
        near = nearest(value, setting.choices)
        raise ConfigError(f"{file}: {name} is one of {', '.join(setting.choices)}{near}.")
    if name == "theme" and value:
        _refuse_theme(value, file)
    if name == "list_width" and not _WIDTH.fullmatch(value):
        raise ConfigError(f'{file}: list_width is a number of columns from 34 on, or a part such as "38%".')
    return value


def _refuse_theme(theme: str, file: str) -> None:
    """Refuse a theme that is none of Textual's."""
    from textual.theme import BUILTIN_THEMES

    if theme not in BUILTIN_THEMES:
        near = nearest(theme, BUILTIN_THEMES)
        raise ConfigError(f"{file}: there is no theme {one_line(theme)[:40]!r}{near}.")


def _such_as(setting: Setting) -> str:
    return f', such as {setting.name} = "{setting.choices[0] if setting.choices else setting.default}"'


def template() -> str:
    """Return a file with every option explained, each line switched off."""
    lines = ["# Settings of clawback. Take the # off a line to use it; 'clawback config' shows what holds.", ""]
    for setting in SETTINGS:
        if setting.choices:
            choices = " | ".join(f'"{choice}"' for choice in setting.choices)
            lines.append(f"# {setting.explanation} {choices}")
        elif setting.most:
            lines.append(f"# {setting.explanation} {setting.least} to {setting.most}")
        else:
            lines.append(f"# {setting.explanation}")
        lines += [f"# {setting.name} = {_toml(setting.default)}", ""]
    lines += [
        "# Keys by the id of their command; several with commas. Commands and their keys:",
        "# [keys]",
        *_key_lines(),
    ]
    return "\n".join(lines) + "\n"


def _key_lines() -> list[str]:
    from tui.commands import ALL_COMMANDS

    return [f'# {command.id} = "{command.keys}"'.ljust(46) + f"# {command.help}" for command in ALL_COMMANDS]


def _toml(value: str | int) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'


def write_template(path: Path) -> None:
    """Write the file with every option explained, for its owner alone, whole; never over one that is there.

    Raises:
        ConfigError: there is one already, or it cannot be written.
    """
    text = template()
    try:
        make_private_folder(path.parent)
        require_free(path)
        with draft_folder(path.absolute().parent, "config") as beside:
            draft = beside / path.name
            with os.fdopen(reserve(draft), "w", encoding="utf-8") as file:
                file.write(text)
            put_in_place(draft, path)
    except FileExistsError:
        raise ConfigError(f"{people_path(path)} is there already; it was left as it is.") from None
    except OSError as error:
        raise ConfigError(f"{people_path(path)} cannot be written ({error.strerror}).") from None
