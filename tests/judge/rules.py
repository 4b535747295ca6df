"""What a strategy is for the judge: its rules and limits as objects.

Conditions, sizes and prices are functions of the row's number i and of the account's values as marked on that row (`a`); inside an `enter` also
of the values of a trade `v` (3.18): v.fill, v.peak, v.last_fill, and v.entry, the (i, a) of the trade's first decision.
"""
from fractions import Fraction

import indicators as ind
import nyse


class Terms:
    """The order clause (3.13)."""
    def __init__(self, type='market', price=None, limit=None, tif='day'):
        self.type, self.tif = type, tif              # a word, or a number of rows
        self.price, self.limit = price, limit        # the stop of a stop or stop_limit, the limit of a limit or stop_limit: function of (i, a, v)


MARKET = Terms()


def waits(order):
    """3.5: whether an order (or its terms) does anything but fill at the next open (or at once)."""
    return order.type != 'market' or order.tif in ('opg', 'cls')


class Target:
    def __init__(self, price, part=None, then_stop=None):
        self.price, self.part, self.then_stop = price, part, then_stop       # part: float64


class Add:
    def __init__(self, most, when):
        self.most, self.when = most, when            # function of (i, a, v)


class Enter:
    def __init__(self, name, direction, when, size, stop=None, trim=False, order=MARKET, targets=(), trail=None, add=None,
                 at_most=None, cooldown=None):
        self.name, self.direction, self.when = name, direction, when         # direction +1 long, -1 short; when: function of (i, a)
        self.size = size        # ('shares' | 'usd' | 'risk', function of (i, a, v))
        self.stop, self.trail = stop, trail          # functions of (i, a, v) with i, a of the deciding row, or None
        self.trim, self.order, self.targets, self.add = trim, order, targets, add
        self.at_most, self.cooldown = at_most, cooldown


class Exit:
    def __init__(self, name, trade, when, order=MARKET):
        self.name, self.trade, self.when, self.order = name, trade, when, order


class Hold:
    def __init__(self, name, when, size, trim=False):
        self.name, self.when, self.size, self.trim = name, when, size, trim     # size: ('shares' | 'usd', function of (i, a, v))


class Limit:
    """`measure <= amount [* of] [else action until until]`; amount exact, in usd without `of`, a ratio else (4.4)."""
    def __init__(self, measure, amount, of=None, action=None, until=None):
        self.measure, self.amount, self.of, self.action, self.until = measure, Fraction(amount), of, action, until


class Strategy:
    calendar = 'nyse'
    regular = False
    width = '1d'
    params = {}
    default_data = default_format = None
    limits = []                      # the risk lines in file order
    collar = Fraction(5, 100)
    # session block: instants as ('open' | 'close', distance inwards)
    entries = None                   # (from, to)
    flatten_from = None
    # simulate
    start_after = 0
    market_close = False
    slippage = Fraction(0)
    fees = ('none',)
    shorting = False
    warmup = 1                       # the largest warm-up over all that rules read (3.2)
    rules = []

    def __init__(self, rows, d, params):
        self.d = d
        self.p = params
        self.t_close = [r.close for r in rows]
        self.open = ind.floats([r.open for r in rows], d)
        self.high = ind.floats([r.high for r in rows], d)
        self.low = ind.floats([r.low for r in rows], d)
        self.close = ind.floats(self.t_close, d)
        self.volume = [r.volume for r in rows]
        self.sessions = [r.session for r in rows]
        calendar = nyse.Always() if self.calendar == 'always' else nyse.Nyse()
        self.remaining = [calendar.close(r.session) - r.end for r in rows]       # 1.5
        self.bar_of_session = []
        for i, session in enumerate(self.sessions):
            self.bar_of_session.append(self.bar_of_session[-1] + 1 if i and self.sessions[i - 1] == session else 1)
        self.features()
