"""The names that secrets have, in many languages: one table of data.

Languages are written as they are composed, with accents; that they are found without, and decomposed, is for others.
"""

from __future__ import annotations

import unicodedata
from enum import Enum
from typing import NamedTuple

JOIN = r"(?:\\?[_ -])?"
"""What stands between the words of a name."""


class Value(Enum):
    """What a value has to be for its name to make it a secret."""

    ANY = "any"
    """Six characters, four in quotes."""
    LONG = "long"
    """Twice as many: the name stands for much else too."""
    MIXED = "mixed"
    """Letters with digits or signs: the name is a common word."""
    KEY = "key"
    """Sixteen letters and digits, nothing that is code."""
    DIGITS = "digits"
    """Three to eight digits."""
    BASIC = "basic"
    """``user:password`` in Base64."""


class Label(NamedTuple):
    """A name of a secret."""

    word: str
    """How it begins, in lower case."""
    value: Value
    rest: str = ""
    """Pattern of how it goes on."""
    is_word: bool = True
    """Whether it has to begin like a word, and not amid one."""


_ENGLISH = (
    Label("pass", Value.ANY, "(?:word|wd|phrase|code)", is_word=False),
    Label("pwd", Value.ANY, is_word=False),
    Label("secret", Value.ANY, rf"(?:{JOIN}access)?(?:{JOIN}key)?(?:{JOIN}base)?", is_word=False),
    Label("api", Value.ANY, f"{JOIN}(?:key|token)", is_word=False),
    Label("access", Value.ANY, f"{JOIN}token", is_word=False),
    Label("auth", Value.ANY, f"{JOIN}token", is_word=False),
    Label("bot", Value.ANY, f"{JOIN}token", is_word=False),
    Label("refresh", Value.ANY, f"{JOIN}token", is_word=False),
    Label("session", Value.ANY, f"{JOIN}token", is_word=False),
    Label("token", Value.LONG, is_word=False),
    Label("key", Value.LONG, r"(?-i:(?<=_KEY))", is_word=False),
    Label("pass", Value.MIXED, r"(?!\W{0,4}test)(?-i:(?<!PASS)|(?<=_PASS)|(?=\s?=))"),
    Label("pw", Value.MIXED),
    Label("passkey", Value.MIXED),
    Label("credential", Value.MIXED, "s?"),
    Label("psk", Value.MIXED),
    Label("pin", Value.DIGITS, f"(?:{JOIN}(?:code|number|nummer))?"),
    Label("puk", Value.DIGITS),
    Label("cvv", Value.DIGITS, "2?"),
    Label("cvc", Value.DIGITS, "2?"),
    Label("auth", Value.BASIC),
    Label("private", Value.KEY, f"{JOIN}key", is_word=False),
    Label("access", Value.KEY, f"{JOIN}key", is_word=False),
    Label("account", Value.KEY, f"{JOIN}key", is_word=False),
    Label("shared", Value.KEY, f"{JOIN}key", is_word=False),
    Label("encryption", Value.KEY, f"{JOIN}key", is_word=False),
    Label("signing", Value.KEY, f"{JOIN}key", is_word=False),
    Label("master", Value.KEY, f"{JOIN}key", is_word=False),
    Label("client", Value.KEY, f"{JOIN}key(?:{JOIN}data)?", is_word=False),
    Label("x-auth", Value.KEY, "-key", is_word=False),
)  # fmt: skip

_SURE = """
passwort kennwort zugangscode wachtwoord lösenord adgangskode kodeord passord salasana lykilorð contraseña contrasenya
contrasinal palavra-passe senha hasło jelszó slaptažodis salasõna parool şifre lozinka пароль лозинка κωδικός
συνθηματικό pasvorto pasahitza nenosiri cyfrinair parolă գաղտնաբառ құпиясөз
"""
_SURE_PHRASES = (
    "mot de passe", "palabra de paso", "parola d'ordine", "parola d’ordine", "palavra passe", "phrase secrète",
    "mật khẩu", "kata sandi", "kata laluan",
)  # fmt: skip
_COMMON = "mdp clave parola parole heslo geslo парола sandi sifre şifrə"
"""Words that mean more than passwords."""
_WITHOUT_SPACES = (
    "パスワード", "パスフレーズ", "合言葉", "密码", "密碼", "口令", "비밀번호", "패스워드", "암호", "รหัสผ่าน", "סיסמה",
    "סיסמא", "ססמה", "كلمة المرور", "كلمة السر", "رمز عبور", "رمزعبور", "گذرواژه", "पासवर्ड", "পাসওয়ার্ড",
    "கடவுச்சொல்", "პაროლი",
)  # fmt: skip
_DIGITS = ("暗証番号", "пин-код", "пин", "code pin", "código pin", "geheimzahl", "codice pin")


def _forms(word: str) -> set[str]:
    """Return a word composed, decomposed and without accents."""
    apart = unicodedata.normalize("NFD", word)
    bare = "".join(sign for sign in apart if not "\u0300" <= sign <= "\u036f").replace("ł", "l")
    return {word, apart, bare} if bare.isascii() else {word, apart}


def _table() -> dict[str, tuple[Label, ...]]:
    """Return the names by how they begin, the most certain first."""
    labels = [*_ENGLISH]
    for word in (*_SURE.split(), *_SURE_PHRASES):
        labels += [Label(form, Value.ANY, is_word=False) for form in _forms(word)]
    labels += [Label(form, Value.MIXED) for word in _COMMON.split() for form in _forms(word)]
    labels += [Label(form, Value.ANY, is_word=False) for word in _WITHOUT_SPACES for form in _forms(word)]
    labels += [Label(form, Value.DIGITS) for word in _DIGITS for form in _forms(word)]
    table: dict[str, tuple[Label, ...]] = {}
    for label in labels:
        table[label.word] = (*table.get(label.word, ()), label)
    return table


LABELS = _table()
"""Every name, by how it begins."""
