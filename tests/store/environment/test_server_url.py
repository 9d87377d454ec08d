"""A server has a name that everybody may read, whatever its connection string holds."""

from __future__ import annotations

import pytest

from store.environment import server_url

ENVIRON = {"USER": "ada"}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("postgres://localhost/ironclaw", "localhost:5432/ironclaw+ada"),
        ("postgresql://", "localhost:5432/ada+ada"),
        ("POSTGRESQL://u@h", "h:5432/u+u"),
        ("postgresql://u:hunter2@h:6432/d", "h:6432/d+u"),
        ("postgresql://u%40corp:hunter2%40@h/d%20b", "h:5432/d b+u@corp"),
        ("postgresql://u:hunter2@a:1,b:2,c/d", "a:1,b:2,c:5432/d+u"),
        ("postgresql://u@[::1]:6432/d", "[::1]:6432/d+u"),
        ("postgresql://u@%2Frun%2Fpostgresql/d", "/run/postgresql:5432/d+u"),
        ("postgresql:///d?host=/run/pg&port=7&user=u&password=hunter2", "/run/pg:7/d+u"),
        ("postgresql:///d?host=a,b&port=7", "a:7,b:7/d+ada"),
        ("postgresql://h/d?user=me@corp", "h:5432/d+me@corp"),
        ("postgresql://?service=prod", "service=prod/?+ada"),
        ("postgresql:///d?service=prod&user=u", "service=prod/d+u"),
        # Passwords whose odd characters nobody encoded.
        ("postgresql://u:hun@ter2@h/d", "h:5432/d+u"),
        ("postgresql://u:hunt/er2@h/d", "h:5432/d+u"),
        ("postgresql://u:hunt?er2@h/d", "h:5432/d+u"),
        ("postgresql://u:hunt:er2#@h/d", "h:5432/d+u"),
        ("host=h dbname=d user=u password='hunt er2'", "h:5432/d+u"),
        ("user=u  password = hunter2 host = h", "h:5432/u+u"),
    ],
)
def test_a_server_goes_by_host_port_database_and_role(url: str, key: str) -> None:
    server = server_url.read(url, ENVIRON)
    assert server.key == key
    for secret in ("hun", "er2"):
        assert secret not in f"{server.shown} {server.key} {server!r}"


def test_what_the_url_leaves_out_is_libpqs_default() -> None:
    environ = {"PGHOST": "h", "PGPORT": "7", "PGDATABASE": "d", "PGUSER": "u"}
    assert server_url.read("postgresql://", environ).key == "h:7/d+u"
    assert server_url.read("postgresql://other/", environ).key == "other:7/d+u"


@pytest.mark.parametrize(
    ("url", "has"),
    [
        ("postgresql://u@h/d", False),
        ("postgresql://u:@h/d", False),
        ("postgresql://u:hunter2@h/d", True),
        ("postgresql://h/d?password=hunter2", True),
        ("postgresql://h/d?passfile=x", False),
    ],
)
def test_it_is_known_whether_the_url_holds_a_password(url: str, has: bool) -> None:
    assert server_url.read(url, ENVIRON).has_password is has


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("postgres://h", True), ("host=h", True), ("mysql://h", False), ("/a/file.db", False), ("", False)],
)
def test_what_names_a_server(text: str, is_one: bool) -> None:
    assert server_url.is_connection_string(text) is is_one


@pytest.mark.parametrize(
    ("target", "is_one"),
    [("POSTGRES://h", True), ("service=prod", True), ("host = h", True), ("a=b.db", False), ("/a/b.db", False)],
)
def test_what_is_no_path_but_a_server(target: str, is_one: bool) -> None:
    assert server_url.is_server(target) is is_one


@pytest.mark.parametrize(
    "sentence",
    [
        "No such command 'postgresql://u:hunter2@h/d'.",
        "connection to postgres://u:hunt@er2@h failed, hunt over.",
        "password=hunter2 is wrong",
        "postgresql://h/d?user=u&password=hunter2&port=1",
        "password='hunter2 with blanks' host=h",
    ],
)
def test_a_sentence_loses_the_password_of_a_connection_string(sentence: str) -> None:
    told = server_url.without_secrets(sentence)
    assert "hunter2" not in told
    assert "er2@" not in told
    assert "***" in told


def test_other_sentences_stay_as_they_are() -> None:
    for sentence in ("There is no file at ~/me@home.db; check the path.", "No answer from postgresql://me@host:1/x."):
        assert server_url.without_secrets(sentence) == sentence
