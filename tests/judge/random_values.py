"""What a random strategy reads: prices, distances and conditions, and how the choice of them is made."""
from datetime import timedelta
from fractions import Fraction

import random_expressions as X
from nyse import HOUR, MINUTE
from random_expressions import E, literal, ratio

class Parameter:
    def __init__(self, name, text, default, value):
        self.name, self.text, self.default, self.value = name, text, default, value


class Reader:
    """Makes values and conditions over one dataset; collects the names and parameters that they need."""

    market = X.Market                # what the rows are read through
    has_dividends = True             # events have none (13.1)

    def __init__(self, rng, bars):
        self.rng, self.bars, self.m = rng, bars, self.market(bars)
        self.parameters, self.names, self.features = [], [], set()
        self.warm = 1
        self.clock = None                                            # the slower clock that is written for
        self.digits = bars.d
        self.lively = rng.random() < 0.5                             # small orders, wide limits, many entries: trades that live for a while
        closes = [r.close for r in bars.rows]
        self.price = sorted(closes)[len(closes) // 2] / 10 ** bars.d
        # Enough for a few shares or for very many.
        self.cash = max(Fraction(1), Fraction(round(self.price * 10 ** rng.uniform(3 if self.lively else 1, 5) * 100), 100))
        if not self.lively and rng.random() < 0.4:
            self.cash = Fraction(100_000)
        # The ledger holds amounts up to 2^53 of its scale: a thousandth leaves room for what a run can make of it.
        self.cash = min(self.cash, Fraction(10 ** (13 - max(2, bars.d))))

    def pick(self, *options):
        return self.rng.choice(options)

    def chance(self, p):
        return self.rng.random() < p

    # ---- numbers ----

    def length(self, low=2, high=7):
        """(n, text): a literal or a parameter."""
        if self.chance(0.12):
            top = self.rng.randrange(high, high + 5)
            value = self.rng.randrange(low, top + 1)
            return value, self.parameter('n', '%d' % self.rng.randrange(low, top + 1), 'in %d..%d step 1' % (low, top), value)
        n = self.rng.randrange(low, high)
        return n, str(n)

    def parameter(self, stem, default_text, domain, value):
        name = '%s%d' % (stem, len(self.parameters) + 1)
        self.parameters.append(Parameter(name, 'param %s = %s %s' % (name, default_text, domain), default_text, value))
        self.features.add('param')
        return name

    def free_parameter(self, default, text):
        return literal(self.parameter('k', default, 'in 0.5..3 step 0.1', float(text)), float(text))

    def factor(self):
        """A plain number about 1, as a literal or a parameter."""
        text = self.pick('0.5', '1', '1.5', '2', '3', '0.7')
        if self.chance(0.15):
            return self.free_parameter(self.pick('1', '1.5'), text)
        return literal(text, float(text))

    def part(self, texts):
        """A ratio, as a literal or a parameter."""
        text = self.rng.choice(texts)
        e = ratio(text)
        if self.chance(0.15) and text.endswith('%'):
            name = self.parameter('p', self.rng.choice(texts), 'in 0%..1000%', e.fn(0, None, None))
            return literal(name, e.fn(0, None, None))
        return e

    # ---- prices, usd/share ----

    def column(self):
        x = self.m.column[self.pick('close', 'close', 'close', 'open', 'high', 'low')]
        return self.m.back(x, self.rng.randrange(1, 4)) if self.chance(0.35) else x

    def average(self):
        m, x, (n, text) = self.m, self.column(), self.length()
        return self.pick(lambda: m.mean(x, n, text_n=text), lambda: m.mean(x, n, 'mean', text), lambda: m.ema(x, n, text),
                         lambda: m.wma(x, self.rng.randrange(2, 5)), lambda: m.rma(x, n))()

    def offset(self):
        """A distance between prices."""
        m = self.m
        return self.pick(lambda: m.atr(self.rng.randrange(2, 6)), lambda: m.stdev(m.close, self.rng.randrange(2, 6)),
                         lambda: m.mean(X.subtract(m.high, m.low), self.rng.randrange(2, 5)),
                         lambda: X.multiply(m.close, self.part(['0.3%', '1%', '2%', '5%', '17bps'])),
                         lambda: m.stdev(X.subtract(m.high, m.low), self.rng.randrange(2, 4)),
                         lambda: m.true_range())()

    def value(self, depth=2):
        """A price."""
        m = self.m
        if depth == 0 or self.chance(0.35):
            return self.column() if self.chance(0.5) else self.average()
        n = self.rng.randrange(2, 7)
        sub = lambda: self.value(depth - 1)
        made = self.rng.choice([
            lambda: m.highest(m.high, n), lambda: m.lowest(m.low, n), lambda: m.back(m.highest(m.high, n), 1),
            lambda: m.lowest(m.back(m.close, 1), n), lambda: m.bollinger(n, self.pick(1, 2), self.pick('lower', 'middle', 'upper')),
            lambda: X.add(sub(), X.multiply(self.factor(), self.offset())),
            lambda: X.subtract(sub(), X.multiply(self.factor(), self.offset())),
            lambda: X.multiply(sub(), X.add(literal('1', 1.0), self.part(['0.5%', '1%', '3%', '20bps']))),
            lambda: X.call('max', [sub(), sub()], max), lambda: X.call('min', [sub(), sub()], min),
            lambda: X.call('abs', [X.subtract(sub(), sub())], abs),
            lambda: X.divide(X.add(m.high, m.low), literal('2', 2.0), never_zero=True),
            lambda: X.divide(m.sum(m.close, n), literal(str(n), float(n)), never_zero=True),
            lambda: X.default(m.vwap(), m.close), lambda: m.since_session(self.pick('mean', 'highest', 'lowest'), m.close),
            lambda: m.since_session('lowest', m.low),
            lambda: self.named(X.choice(self.condition(1), sub(), sub())),
            lambda: X.default(X.multiply(m.close, X.divide(self.column(), m.stdev(m.close, n))), sub()),
            lambda: X.default(X.call('sqrt', [X.subtract(X.multiply(m.close, m.close), X.multiply(self.average(), m.back(m.close, 1)))],
                                     lambda v: None if v < 0 else v ** 0.5, maybe=True), m.close),
            lambda: X.call('clamp', [sub(), m.low, m.high], X.clamp),
        ])()
        return self.named(made) if self.chance(0.2) else made

    def named(self, e):
        """The value under a name of the top level, read instead of being written out."""
        if not e.history or e.bind == X.ATOM and '(' not in e.text:
            return e
        name = 'v%d' % (len(self.names) + 1)
        self.names.append('%s = %s' % (name, e.text))
        return E(name, e.fn, e.warm, X.ATOM, e.maybe, e.history)

    # ---- conditions ----

    def condition(self, depth=2, account=False):
        if depth > 0 and self.chance(0.4):
            return self.joined(depth, account)
        if account and self.chance(0.5):
            return self.of_account()
        adjusted = [self.of_adjusted] if self.has_dividends else []
        simple = self.rng.choice([self.of_prices, self.of_prices, self.of_oscillators, self.of_calendar, self.of_ratios, self.crossing, *adjusted])
        made = simple()
        return self.named(made) if self.chance(0.15) and made.history else made

    def joined(self, depth, account):
        sub = lambda: self.condition(depth - 1, account)
        kind = self.rng.randrange(8)
        if kind <= 4:
            return X.both('or' if kind > 1 else 'and', [sub() for _ in range(self.pick(2, 2, 3))])
        if kind == 5:
            return X.negate(sub())
        c = self.condition(depth - 1)
        if kind == 6 and c.history and not c.maybe:
            n = self.rng.randrange(2, 5)
            return self.m.any(c, n) if self.chance(0.5) else \
                X.compare(self.m.count(c, n), self.pick('>=', '>', '<'), literal('1', 1.0))
        if c.history:
            return self.m.back(self.named_always(c), 1)
        return c

    def named_always(self, e):
        name = 'v%d' % (len(self.names) + 1)
        self.names.append('%s = %s' % (name, e.text))
        return E(name, e.fn, e.warm, X.ATOM, e.maybe, e.history)

    def of_prices(self):
        m = self.m
        if self.chance(0.4):
            left, right = m.close, self.pick(m.open, m.back(m.close, 1), m.back(m.close, 2), m.back(m.high, 1), m.back(m.low, 1))
            return X.compare(left, self.pick('>', '<', '>=', '<=', '==', '!='), right)
        x, y = self.value(), self.value()
        if x.text == y.text:
            y = m.back(m.close, 4)
        return X.compare(x, self.pick('>', '<', '>', '<', '>=', '<=', '==', '!='), y)

    def of_adjusted(self):
        """13.11: adjusted prices fit one another alone; their ratios are ratios."""
        m, n = self.m, self.rng.randrange(2, 6)
        x = m.adjusted(self.pick('close', 'close', 'open', 'high', 'low'))
        sign = self.pick('>', '<', '>=', '<=')
        if self.chance(0.3):
            other = self.pick(lambda: m.mean(x, n), lambda: m.back(m.adjusted('close'), n), lambda: m.lowest(m.back(x, 1), n))()
            return X.compare(X.divide(x, other, never_zero=True), sign, self.part(['99%', '99.9%', '100%', '100.2%', '101%']))
        other = self.pick(lambda: m.mean(x, n), lambda: m.mean(m.adjusted('close'), n, 'mean'), lambda: m.ema(x, n), lambda: m.rma(x, n),
                          lambda: m.back(m.adjusted('close'), n), lambda: m.highest(m.back(x, 1), n))()
        return X.compare(x, sign, other)

    def crossing(self):
        x, y = self.average(), self.average()
        return self.m.cross(self.pick('cross_up', 'cross_down'), x, y) if x.text != y.text else self.of_prices()

    def of_oscillators(self):
        m, (n, text) = self.m, self.length(2, 5)
        number = self.pick(lambda: m.rsi(self.column(), n, text), lambda: m.rsi(self.average(), n, text),
                           lambda: m.stochastic(n + 1, self.pick(1, 2), 2, self.pick('k', 'd')))()
        level = self.pick('30', '40', '50', '60', '70', '55.5')
        return X.compare(number, self.pick('>', '<', '>=', '<='), literal(level, float(level)))

    def of_calendar(self):
        rows, calendar = self.bars.rows, self.calendar
        counts = []
        for i, r in enumerate(rows):
            counts.append(counts[-1] + 1.0 if i and rows[i - 1].session == r.session else 1.0)
        bar = X.listed('session.bar', counts, 1)
        k = self.rng.randrange(1, 9)
        sign = self.pick('>', '<=', '!=')
        days_left = [float(sum(calendar.is_session(d) for d in after_in_month(r.session))) for r in rows]
        return self.pick(
            lambda: X.compare(bar, self.pick('>', '<=', '=='), literal(str(k), float(k))),
            lambda: X.compare(X.call('mod', [bar, literal(str(k + 1), k + 1.0)], X.mod), self.pick('==', '!='), literal('1', 1.0)),
            lambda: X.compare(X.listed('session.weekday', [float(r.session.isoweekday()) for r in rows], 1), sign, literal('3', 3.0)),
            lambda: X.compare(X.listed('session.day_of_month', [float(r.session.day) for r in rows], 1), sign, literal('14', 14.0)),
            lambda: X.compare(X.listed('session.days_left_in_month', days_left, 1), sign, literal('5', 5.0)),
            lambda: X.compare(X.listed('session.elapsed', [float(r.end - calendar.open(r.session)) for r in rows], 1), self.pick('>', '<='),
                              literal('%dm' % (15 * k), 15.0 * k * MINUTE)),
            lambda: X.compare(X.listed('session.remaining', [float(calendar.close(r.session) - r.end) for r in rows], 1),
                              self.pick('>=', '<'), literal('%dh' % k, float(k * HOUR))))()

    def of_ratios(self):
        """Quotients, which may have no value."""
        m, n = self.m, self.rng.randrange(1, 5)
        up = self.pick('>', '<', '>=')
        place = X.divide(X.subtract(m.close, m.low), X.subtract(m.high, m.low))
        e = self.pick(lambda: X.compare(m.roc(m.close, n), up, self.part(['0%', '0.2%', '1%', '50bps'])),
                      lambda: X.compare(place, up, literal('0.5', 0.5)),
                      lambda: X.compare(X.default(place, literal('0.5', 0.5)), up, literal('0.5', 0.5)),
                      lambda: X.compare(X.divide(X.subtract(m.close, m.back(m.close, 1)), self.offset()), up, literal('0.2', 0.2)),
                      lambda: X.compare(m.close, up, m.vwap()),
                      lambda: X.compare(m.back(X.divide(m.volume, m.back(m.volume, 1)), 1), up, literal('1', 1.0)),
                      lambda: X.compare(m.macd(2, 4, 2, self.pick('line', 'signal', 'histogram')), up, literal('0', 0.0)))()
        return self.sure(e) if self.chance(0.3) else e

    def sure(self, e, value=None):
        """`(…) ?? true`"""
        value = self.pick(True, False, False) if value is None else value
        return X.default(E('(%s)' % e.text, e.fn, e.warm, X.ATOM, e.maybe, e.history), literal('true' if value else 'false', value))

    def of_account(self):
        m, account = self.m, X.account
        held, entry = account('bars_held'), account('entry_price')
        k = self.rng.randrange(0, 6)
        part = self.part(['0%', '0.5%', '1%', '3%'])
        cash = '%d' % (self.cash * self.pick(8, 9, 10, 10, 11) // 10)
        usd = literal(cash + 'usd', float(cash))
        return self.rng.choice([
            lambda: X.compare(m.close, self.pick('>', '<', '>='), X.multiply(entry, X.add(literal('1', 1.0), part))),
            lambda: X.compare(m.close, self.pick('>', '<='), entry),
            lambda: X.compare(m.close, self.pick('<', '>'), X.subtract(entry, X.multiply(self.factor(), self.offset()))),
            lambda: X.compare(held, self.pick('==', '>'), literal('%dbars' % k, float(k))),
            lambda: X.compare(held, '>=', literal('%dbars' % (k + 1), k + 1.0)),
            lambda: X.compare(X.default(held, literal('99bars', 99.0)), '>', literal('%dbars' % k, float(k))),
            lambda: X.compare(account('position'), self.pick('>', '<', '<=', '==', '!='), literal('0', 0.0)),
            lambda: X.compare(account('equity'), self.pick('>', '<'), usd),
            lambda: X.compare(account('cash'), self.pick('>', '<', '>='), usd),
            lambda: X.compare(X.multiply(account('position'), m.close), self.pick('>', '<'), account('cash')),
            lambda: X.compare(account('drawdown'), '>', self.part(['0.5%', '2%'])),
            lambda: X.compare(account('day_loss'), self.pick('>', '<='), X.multiply(ratio('0.1%'), account('equity'))),
        ])()


def after_in_month(day):
    out, next_day = [], day + timedelta(1)
    while next_day.month == day.month:
        out.append(next_day)
        next_day += timedelta(1)
    return out
