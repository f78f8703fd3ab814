"""Exact decimals: nothing is ever rounded unless it says so, and x/0 is unknown."""

from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

QUOTIENT_PLACES = 12
PLACES_MAX = 12
# 300 nodes of 52 digits each multiply to 15,600 digits.
EXACT = Context(prec=20_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])

_SHIFT = Decimal(10) ** QUOTIENT_PLACES
_UNSHIFT = Decimal(1).scaleb(-QUOTIENT_PLACES)


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """Cut after twelve places."""
    if not divisor:
        return None
    return EXACT.multiply(EXACT.divide_int(EXACT.multiply(dividend, _SHIFT), divisor), _UNSHIFT)


def rounded(value: Decimal, places: Decimal = Decimal(0)) -> Decimal | None:
    """Half away from zero. Places are whole and 0 to 12, else the answer is unknown."""
    whole = int(places.to_integral_value(ROUND_DOWN, EXACT)) if abs(places) < PLACES_MAX + 1 else -1
    if places <= -1 or whole < 0:
        return None
    return value.quantize(Decimal(1).scaleb(-whole), ROUND_HALF_UP, EXACT)


def floor(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_FLOOR, EXACT)


def ceil(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING, EXACT)
