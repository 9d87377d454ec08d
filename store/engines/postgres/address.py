"""Where a database lies, as libpq reads it, and what of that may be shown: never a password."""

from __future__ import annotations

import psycopg
from psycopg import conninfo, pq

from store.errors import BadConfiguration

CONNECT_TIMEOUT_S = 10
"""How long one address is tried, unless the URL says otherwise."""

_OURS = {
    "application_name": "clawback",
    "connect_timeout": str(CONNECT_TIMEOUT_S),
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}
"""What a connection gets unless the URL says otherwise."""
_DEFAULTS = {"host": "localhost", "port": "5432"}


class Address:
    """The address of one database.

    Args:
        target: A ``postgresql://`` URL or libpq's ``key=value`` form.

    Raises:
        BadConfiguration: it is neither.
    """

    def __init__(self, target: str) -> None:
        parameters = _parsed(target)
        if parameters is None or _is_cut_wrong(parameters):
            raise BadConfiguration(
                "The address of the PostgreSQL server cannot be read; write it as"
                " postgresql://user@host:port/database, with %40 for an @ and %2F for a / in a password."
            )
        self._parameters = parameters

    @property
    def shown(self) -> str:
        """Return user, host, port and database as a URL fit for a sentence."""
        known = _surroundings() | self._parameters
        hosts = known.get("host") or known.get("hostaddr") or _DEFAULTS["host"]
        ports = (known.get("port") or _DEFAULTS["port"]).split(",")
        places = []
        for number, host in enumerate(hosts.split(",")):
            port = ports[number] if number < len(ports) else ports[-1]
            places.append(f"{host or _DEFAULTS['host']}:{port or _DEFAULTS['port']}")
        user = known.get("user", "")
        database = known.get("dbname") or user
        url = f"postgresql://{user}{'@' * bool(user)}{','.join(places)}/{database}"
        return "".join(character if character.isprintable() else "?" for character in url)

    def connect(self, encoding: str = "UTF8") -> psycopg.Connection[tuple[object, ...]]:
        """Connect as the address says.

        Args:
            encoding: In which encoding text travels.

        Raises:
            psycopg.Error: the server cannot be reached, or refuses.
        """
        parameters = _OURS | self._parameters | {"client_encoding": encoding}
        return psycopg.connect(**parameters, autocommit=True, prepare_threshold=None)  # type: ignore[arg-type]  # libpq's


def _parsed(target: str) -> dict[str, str] | None:
    try:
        found = conninfo.conninfo_to_dict(target)
    except (psycopg.Error, UnicodeError):
        # What libpq says of it may quote the password.
        return None
    return {key: str(value) for key, value in found.items() if value is not None}


def _is_cut_wrong(parameters: dict[str, str]) -> bool:
    """Tell whether a password with an @ or a / may have ended up in what is shown."""
    is_odd_port = any(not part.isdecimal() for part in parameters.get("port", "").split(",") if part)
    return is_odd_port or "@" in parameters.get("host", "") or "@" in parameters.get("dbname", "")


def _surroundings() -> dict[str, str]:
    """Return what libpq takes from the environment and a service."""
    found = {}
    for option in pq.Conninfo.get_defaults():
        if option.val is not None:
            found[option.keyword.decode()] = option.val.decode("utf-8", "replace")
    return {key: value for key, value in found.items() if key in ("host", "hostaddr", "port", "user", "dbname")}
