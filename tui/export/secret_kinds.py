"""The kinds of secrets, and a place that has one."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Secret(StrEnum):
    """A kind of secret; the value is its name on the command line."""

    API_KEY = "api-key"
    JWT = "jwt"
    PRIVATE_KEY = "private-key"
    PASSWORD = "password"
    EMAIL = "e-mail"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"

    @property
    def label(self) -> str:
        """Return what people call it."""
        return _LABELS[self]


_LABELS = {
    Secret.API_KEY: "API key",
    Secret.JWT: "JWT",
    Secret.PRIVATE_KEY: "private key",
    Secret.PASSWORD: "password",
    Secret.EMAIL: "e-mail",
    Secret.PHONE: "phone number",
    Secret.CARD: "card number",
    Secret.IBAN: "IBAN",
}


class Find(NamedTuple):
    """Where something is that looks like a secret."""

    start: int
    end: int
    kind: Secret
