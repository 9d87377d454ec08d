"""The order of a date's numbers is that of the locale for times, where that has one."""

from __future__ import annotations

import pytest

from store.domain.typed_days import DateOrder
from tui.config.date_order import date_order


@pytest.mark.parametrize(
    ("environ", "order"),
    [
        ({"LANG": "de_DE.UTF-8"}, DateOrder.DAY_FIRST),
        ({"LANG": "en_GB.UTF-8"}, DateOrder.DAY_FIRST),
        ({"LANG": "en_US.UTF-8"}, DateOrder.MONTH_FIRST),
        ({"LANG": "en_US.UTF-8", "LC_TIME": "de_AT@euro"}, DateOrder.DAY_FIRST),
        ({"LC_ALL": "es_PR", "LC_TIME": "de_DE"}, DateOrder.MONTH_FIRST),
        ({"LC_ALL": "", "LANG": "fr"}, DateOrder.DAY_FIRST),
        ({"LANG": "ja_JP.eucJP"}, None),
        ({"LANG": "en_CA.UTF-8"}, None),
        ({"LANG": "C.UTF-8"}, None),
        ({"LANG": "POSIX"}, None),
        ({"LANG": "\x1b[31m"}, None),
        ({}, None),
    ],
)
def test_the_order_of_a_locale(environ: dict[str, str], order: DateOrder | None) -> None:
    assert date_order(environ) is order
