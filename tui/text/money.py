"""Sums of money in people's form. Pure: decimals in, text out, never in scientific notation."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PLACES = 8
"""Decimal places that are shown at most; IronClaw 0.24 stores prices of single tokens."""
_EXACT = Context(prec=200)


def dollars(cost: Decimal) -> str:
    """Return a cost such as ``$1,204.50`` or ``$0.00000012``; ``≈`` where places had to be left out."""
    rounded = cost.quantize(Decimal(1).scaleb(-PLACES), rounding=ROUND_HALF_EVEN, context=_EXACT)
    whole, _, places = f"{abs(rounded):,f}".partition(".")
    sign = "-" if rounded < 0 else ""
    about = "" if rounded == cost else "≈ "
    return f"{about}{sign}${whole}.{places.rstrip('0').ljust(2, '0')}"


def total(costs: Iterable[Decimal]) -> Decimal:
    """Return the exact sum of costs."""
    return reduce(_EXACT.add, costs, Decimal(0))


def share(cost: Decimal, count: int) -> Decimal:
    """Return a cost divided among a number of things, to the places that are shown."""
    return _EXACT.divide(cost, Decimal(count)).quantize(Decimal(1).scaleb(-PLACES), context=_EXACT)
