"""Section 6: numbers that leave the feature world, and decimal text."""
import math

BUY, SELL = +1, -1


def ceil_div(a, b):
    return -(-a // b)


def toward_zero(a, b):
    """a / b rounded toward zero, b > 0."""
    return a // b if a >= 0 else -(-a // b)


def whole(r, otherwise):
    """The integer that r is within the tolerance of (6.2, 6.3), else what `otherwise` makes of it."""
    near = math.floor(r + 0.5)
    return near if abs(r - near) <= max(1e-6, abs(r) * 2.0 ** -48) else otherwise(r)


def price_to_ticks(e, d, up):
    """6.2"""
    return whole(e * float(10 ** d), math.ceil if up else math.floor)


def closing_stop(e, d, side):
    """Toward the market: a sell stop up, a buy stop down."""
    return price_to_ticks(e, d, side == SELL)


def opening_stop(e, d, side):
    """Away from the market: a buy stop up, a sell stop down."""
    return price_to_ticks(e, d, side == BUY)


def limit_price(e, d, side):
    """In favour of the order: a buy limit down, a sell limit up."""
    return price_to_ticks(e, d, side == SELL)


def quantity_to_lots(q):
    """6.3, whole shares."""
    return whole(q, math.trunc)


def value_to_money(v, s):
    """6.4"""
    return math.floor(v * float(10 ** s) + 0.5)


def decimal(n, places):
    """An integer at 10^-places as a decimal string."""
    if places == 0:
        return str(n)
    units, part = divmod(abs(n), 10 ** places)
    return '%s%d.%0*d' % ('-' if n < 0 else '', units, places, part)
