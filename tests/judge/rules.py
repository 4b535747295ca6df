"""What a strategy is for the judge: its rules and limits as objects.

Conditions, sizes and prices are functions of the tick's number i on the rule's clock (the row's number on the first clock) and of the account's
values as marked at that instant (`a`); inside an `enter` also of the values of a trade `v` (3.18): v.fill, v.peak, v.last_fill, and v.entry,
the (i, a) of the trade's first decision. A rule object is that of one symbol, or of the universe (`Across`).
"""
from fractions import Fraction
from types import SimpleNamespace
from typing import NamedTuple

import indicators as ind
import nyse


class Span(int):
    """A time in force of seconds, in microseconds."""


class Decision(NamedTuple):
    """The tick's number and the account that it read; the splits before it."""
    i: int
    a: SimpleNamespace
    epoch: int


class Terms:
    """The order clause (3.13)."""
    def __init__(self, type='market', price=None, limit=None, tif='day'):
        self.type, self.tif = type, tif              # a word, a number of rows, or a `Span`
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
                 at_most=None, cooldown=None, prefer=None, clock=None, reverse=False):
        self.name, self.direction, self.when = name, direction, when         # direction +1 long, -1 short; when: function of (i, a)
        self.reverse = reverse
        self.size = size        # ('shares' | 'usd' | 'risk', function of (i, a, v))
        self.stop, self.trail = stop, trail          # functions of (i, a, v) with i, a of the deciding row, or None
        self.trim, self.order, self.targets, self.add = trim, order, targets, add
        self.at_most, self.cooldown = at_most, cooldown
        self.prefer, self.clock = prefer, clock      # (+1 highest | -1 lowest, function of (i, a)); the name of a slower clock, or None


class Exit:
    """`trade` is the name of the rule whose trade it ends."""
    def __init__(self, name, trade, when, order=MARKET, clock=None):
        self.name, self.trade, self.when, self.order, self.clock = name, trade, when, order, clock


class Hold:
    def __init__(self, name, when, size, trim=False, clock=None):
        self.name, self.when, self.size, self.trim = name, when, size, trim     # size: ('shares' | 'usd', function of (i, a, v))
        self.clock = clock


class Quote:
    """12.7: `side` +1 buy, -1 sell; price: function of (i, a, None); size as of Hold; `replace_after` in microseconds."""
    def __init__(self, name, side, when, price, size, post_only=False, replace_after=0):
        self.name, self.side, self.when, self.price, self.size = name, side, when, price, size
        self.post_only, self.replace_after, self.clock = post_only, replace_after, None


class Across:
    """11.10. Functions of the number of its instant (`instants`, those at which it acts) and the account; it exists from `start` on (None: never)."""
    def __init__(self, name, when, legs, within, instants, start):
        self.name, self.when, self.within = name, when, within
        self.legs = legs                             # (symbol, ('shares' | 'usd', function of (i, a, None))) in the order written
        self.number_of = {at: k for k, at in enumerate(instants)}
        self.start, self.rejected, self.sent = start, False, None


class Limit:
    """`measure <= amount [* of] [else action until until]`; amount exact, in usd without `of`, a ratio else (4.4). `per`: of order_rate."""
    def __init__(self, measure, amount, of=None, action=None, until=None, per=None):
        self.measure, self.amount, self.of, self.action, self.until, self.per = measure, Fraction(amount), of, action, until, per


class Settings:
    """What stands in a file beside its rules."""
    calendar = 'nyse'
    events = None                    # or 'quotes', 'trades', 'book': what the rows are (12)
    limits = []                      # the risk lines in file order
    collar = Fraction(5, 100)
    adjusts = True                   # whether some feature may read adjusted prices (13.11)
    open_trades = 1                  # 11.8
    # session block: instants as ('open' | 'close', distance inwards)
    entries = None                   # (from, to)
    flatten_from = None
    # simulate
    start_after = 0
    market_close = False
    touch = False                    # whether a touch fills a limit
    volume_cap = None                # float64
    slippage = Fraction(0)
    fees = ('none',)
    borrow = Fraction(0)             # a year
    shorting = False


class Symbol:
    """A traded symbol: its rows, the ticks of its slower clocks by name, its rules in file order, and from which instant on they exist (11.5);
    its actions, and the same rules over the rows in the shares of after each split (13.2)."""
    def __init__(self, name, rows, d, rules, start, ticks=None, actions=(), rules_after=()):
        self.actions, self.rules_after = actions, rules_after
        self.name, self.rows, self.d, self.rules, self.start, self.ticks = name, rows, d, rules, start, ticks or {}


class Plan:
    """A strategy with all it trades. `slots` are the rules in file order: a number counts among each symbol's rules, an `Across` is itself."""
    def __init__(self, settings, symbols, slots=None, instants=(), named=True):
        self.settings, self.symbols = settings, symbols
        self.named = named                                           # whether records name the symbol
        self.slots = list(range(len(symbols[0].rules))) if slots is None else slots
        ends = {row.end for symbol in symbols for rows in (symbol.rows, *symbol.ticks.values()) for row in rows}
        self.instants = sorted(ends | set(instants))                 # 11.2; `instants` are those of context symbols


class Columns:
    """The bars of a clock as lists: rows, or ticks of a slower clock."""
    def __init__(self, rows, d, calendar):
        self.d, self.rows = d, rows
        self.t_close = [r.close for r in rows]
        self.open = ind.floats([r.open for r in rows], d)
        self.high = ind.floats([r.high for r in rows], d)
        self.low = ind.floats([r.low for r in rows], d)
        self.close = ind.floats(self.t_close, d)
        self.volume = [r.volume for r in rows]
        self.sessions = [r.session for r in rows]
        self.remaining = [calendar.close(r.session) - r.end for r in rows]       # 1.5
        self.bar_of_session = []
        for i, session in enumerate(self.sessions):
            self.bar_of_session.append(self.bar_of_session[-1] + 1 if i and self.sessions[i - 1] == session else 1)

    def ready(self, warm):
        """The instant at which a value with that warm-up has its first value; None where the rows end before."""
        return self.rows[warm - 1].end if warm <= len(self.rows) else None


class Strategy(Settings, Columns):
    """One symbol on one clock."""
    regular = False
    width = '1d'
    params = {}
    default_data = default_format = None
    warmup = 1                       # the largest warm-up over all that rules read (3.2)
    rules = []

    def __init__(self, rows, d, params):
        Columns.__init__(self, rows, d, nyse.Always() if self.calendar == 'always' else nyse.Nyse())
        self.p = params
        self.features()

    def actions(self, root):
        """13.1: the symbol's, below the data root."""
        return []


def single(strategy, rows, d, actions=(), rules_after=()):
    """The plan of a strategy for one symbol on one clock; 3.2: the row of the first decision."""
    start = strategy.ready(max(strategy.start_after + 1, strategy.warmup))
    return Plan(strategy, [Symbol('', rows, d, strategy.rules, start, actions=actions, rules_after=rules_after)], named=False)


def latest(instants):
    """The last of some instants, None where one never comes."""
    instants = list(instants)
    return None if None in instants else max(instants)
