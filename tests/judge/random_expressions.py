"""Random expressions: each is text of the language and, from the same tree, a function of (row, account, values of the trade) in Python.

A value is None where the language has none (3.1). `warm` is the warm-up (3.2); `history` tells whether windows and offsets may read it
(the account has no past); `ticks` are the exact ticks of a price column (6.6); `maybe` whether the language takes it for optional.
"""
import math
from fractions import Fraction

import indicators as ind

ATOM, PRODUCT, SUM, DEFAULT, COMPARISON, LOGIC = range(6)            # how loosely the text binds


class E:
    def __init__(self, text, fn, warm=1, bind=ATOM, maybe=False, history=True, ticks=None):
        self.text, self.fn, self.warm, self.bind = text, fn, warm, bind
        self.maybe, self.history, self.ticks = maybe, history, ticks

    def within(self, bind):
        """The text as an operand that may bind no looser than `bind`."""
        return self.text if self.bind <= bind else '(%s)' % self.text

    def series(self, n):
        return [self.fn(i, None, None) for i in range(n)]


def combine(text, operation, parts, bind=ATOM, maybe=False):
    """None where any part has none."""
    def fn(i, a, v):
        values = [p.fn(i, a, v) for p in parts]
        return None if None in values else operation(*values)
    return E(text, fn, max(p.warm for p in parts), bind, maybe or any(p.maybe for p in parts), all(p.history for p in parts))


def listed(text, values, warm, maybe=False, ticks=None, bind=ATOM):
    return E(text, lambda i, a, v: values[i], warm, bind, maybe, ticks=ticks)


def literal(text, value):
    return E(text, lambda i, a, v: value)


def ratio(text):
    """'2.5%' or '30bps': the float64 nearest to the exact value (6.7)."""
    number, scale = (text[:-1], 100) if text.endswith('%') else (text[:-3], 10_000)
    return literal(text, float(Fraction(number) / scale))


def add(x, y):
    return combine('%s + %s' % (x.within(SUM), y.within(PRODUCT)), lambda p, q: p + q, [x, y], SUM)


def subtract(x, y):
    return combine('%s - %s' % (x.within(SUM), y.within(PRODUCT)), lambda p, q: p - q, [x, y], SUM)


def multiply(x, y):
    return combine('%s * %s' % (x.within(PRODUCT), y.within(ATOM)), lambda p, q: p * q, [x, y], PRODUCT)


def divide(x, y, never_zero=False):
    return combine('%s / %s' % (x.within(PRODUCT), y.within(ATOM)), lambda p, q: None if q == 0 else p / q, [x, y], PRODUCT,
                   maybe=not never_zero)


def default(x, y):
    def fn(i, a, v):
        value = x.fn(i, a, v)
        return y.fn(i, a, v) if value is None else value
    return E('%s ?? %s' % (x.within(DEFAULT if x.bind == DEFAULT else SUM), y.within(SUM)), fn, max(x.warm, y.warm), DEFAULT, y.maybe,
             x.history and y.history)


COMPARE = {'<': lambda p, q: p < q, '<=': lambda p, q: p <= q, '>': lambda p, q: p > q, '>=': lambda p, q: p >= q,
           '==': lambda p, q: p == q, '!=': lambda p, q: p != q}


def compare(x, sign, y):
    return combine('%s %s %s' % (x.within(DEFAULT), sign, y.within(DEFAULT)), COMPARE[sign], [x, y], COMPARISON)


def negate(x):
    return combine('not %s' % x.within(COMPARISON), lambda p: not p, [x], COMPARISON)


def both(word, parts):
    """and, or; a mixture needs parentheses."""
    operation = (lambda *v: all(v)) if word == 'and' else (lambda *v: any(v))
    return combine((' %s ' % word).join(p.within(COMPARISON) for p in parts), operation, parts, LOGIC)


def choice(c, x, y):
    """Only the arm that is taken is read."""
    def fn(i, a, v):
        condition = c.fn(i, a, v)
        return None if condition is None else x.fn(i, a, v) if condition else y.fn(i, a, v)
    return E('if %s then %s else %s' % (c.text, x.text, y.text), fn, max(c.warm, x.warm, y.warm), LOGIC, c.maybe or x.maybe or y.maybe,
             c.history and x.history and y.history)


def call(name, parts, operation, maybe=False):
    return combine('%s(%s)' % (name, ', '.join(p.text for p in parts)), operation, parts, ATOM, maybe)


class Market:
    """The series of a dataset, and the functions of the standard library over them."""

    def __init__(self, bars):
        self.rows, self.d, self.n = bars.rows, bars.d, len(bars.rows)
        self.sessions = [r.session for r in self.rows]
        self.column = {name: self.price_column(name, [getattr(r, name) for r in self.rows]) for name in ('open', 'high', 'low', 'close')}
        self.volume = listed('volume', [r.volume for r in self.rows], 1)
        self.open, self.high, self.low, self.close = self.column.values()

    def price_column(self, name, ticks, warm=1):
        return listed(name, [None if t is None else t / 10 ** self.d for t in ticks], warm, ticks=ticks)

    def adjusted(self, name):
        """13.11: a tick's is put together of its rows'."""
        how = {'open': lambda xs: xs[0], 'high': max, 'low': min, 'close': lambda xs: xs[-1]}[name]
        prices = [[getattr(r, name) / 10 ** self.d * r.factor for r in getattr(row, 'rows', [row])] for row in self.rows]
        return listed('adjusted(%s)' % name, [how(own) for own in prices], 1)

    def back(self, x, k):
        text = '%s[%d]' % (x.within(ATOM), k)
        if x.ticks is not None:                                      # 6.6: also shifted
            return self.price_column(text, ind.back(x.ticks, k), x.warm + k)
        return E(text, lambda i, a, v: x.fn(i - k, a, v) if i >= k else None, x.warm + k, ATOM, x.maybe)

    def window(self, name, x, n, operation, text_n=None, maybe=False):
        """operation(the last n values, oldest first)"""
        values = x.series(self.n)
        out = [None if i < n - 1 or None in values[i - n + 1:i + 1] else operation(values[i - n + 1:i + 1]) for i in range(self.n)]
        return listed('%s(%s, %s)' % (name, x.text, text_n or n), out, x.warm + n - 1, maybe)

    def mean(self, x, n, name='sma', text_n=None):
        if x.ticks is None:
            return self.window(name, x, n, lambda w: ind.unfixed(sum(map(ind.fixed, w))) / n, text_n)
        out = [sum(w) / (n * 10 ** self.d) if None not in w else None for w in self.windows(x.ticks, n)]
        return listed('%s(%s, %s)' % (name, x.text, text_n or n), out, x.warm + n - 1)

    def windows(self, xs, n):
        return [xs[i - n + 1:i + 1] if i >= n - 1 else [None] for i in range(len(xs))]

    def sum(self, x, n):
        if x.ticks is None:
            return self.window('sum', x, n, lambda w: ind.unfixed(sum(map(ind.fixed, w))))
        out = [sum(w) / 10 ** self.d if None not in w else None for w in self.windows(x.ticks, n)]
        return listed('sum(%s, %d)' % (x.text, n), out, x.warm + n - 1)

    def variance(self, x, n):
        if x.ticks is not None:
            return [None if None in w else (n * sum(t * t for t in w) - sum(w) ** 2) / (n * n * 10 ** (2 * self.d))
                    for w in self.windows(x.ticks, n)]

        def two_pass(w):
            m = ind.unfixed(sum(map(ind.fixed, w))) / n
            total = 0.0
            for v in w:
                total += (v - m) * (v - m)
            return total / n
        return [None if None in w else two_pass(w) for w in self.windows(x.series(self.n), n)]

    def stdev(self, x, n):
        return listed('stdev(%s, %d)' % (x.text, n), [None if v is None else math.sqrt(v) for v in self.variance(x, n)], x.warm + n - 1)

    def smoothed(self, name, x, n, step, text_n=None):
        values = x.series(self.n)
        return listed('%s(%s, %s)' % (name, x.text, text_n or n), ind.rec(self.mean(x, n).series(self.n), values, step), x.warm + n - 1)

    def ema(self, x, n, text_n=None):
        k = 2 / (n + 1)
        return self.smoothed('ema', x, n, lambda prev, v: prev + k * (v - prev), text_n)

    def rma(self, x, n):
        return self.smoothed('rma', x, n, lambda prev, v: prev + (v - prev) / n)

    def wma(self, x, n):
        values = x.series(self.n)

        def weighted(i):
            total = None                                             # 6.12: in the order of the index, from the first term
            for k in range(n):
                if i < k or values[i - k] is None:
                    return None
                term = (n - k) * values[i - k]
                total = term if total is None else total + term
            return total / (n * (n + 1) / 2)
        return listed('wma(%s, %d)' % (x.text, n), [weighted(i) for i in range(self.n)], x.warm + n - 1)

    def rsi(self, x, n, text_n=None):
        return listed('rsi(%s, %s)' % (x.text, text_n or n), rsi(x.series(self.n), n), x.warm + n)

    def true_range(self):
        h, l, c = (x.series(self.n) for x in (self.high, self.low, self.close))
        return listed('true_range()', ind.true_range(h, l, c), 2)

    def atr(self, n):
        return listed('atr(%d)' % n, ind.rma(self.true_range().series(self.n), n), n + 1)

    def bollinger(self, n, k, field):
        middle, upper, lower = ind.bollinger(self.close.ticks, n, k, self.d)
        return listed('bollinger(close, %d, %s).%s' % (n, k, field), {'middle': middle, 'upper': upper, 'lower': lower}[field], n)

    def stochastic(self, n, smooth, length, field):
        low_n, high_n = self.lowest(self.low, n), self.highest(self.high, n)
        place = divide(subtract(self.close, low_n), subtract(high_n, low_n))
        place = default(multiply(literal('100', 100.0), place), literal('0', 0.0))
        place = call('clamp', [place, literal('0', 0.0), literal('100', 100.0)], clamp)
        k = self.mean(place, smooth)
        value = k if field == 'k' else self.mean(k, length)
        return listed('stoch(%d, %d, %d).%s' % (n, smooth, length, field), value.series(self.n), value.warm)

    def macd(self, fast, slow, length, field):
        line = subtract(self.ema(self.close, fast), self.ema(self.close, slow))
        signal = self.ema(line, length)
        value = {'line': line, 'signal': signal, 'histogram': subtract(line, signal)}[field]
        return listed('macd(close, %d, %d, %d).%s' % (fast, slow, length, field), value.series(self.n), value.warm)

    def highest(self, x, n, text_n=None):
        return self.window('highest', x, n, max, text_n)

    def lowest(self, x, n, text_n=None):
        return self.window('lowest', x, n, min, text_n)

    def roc(self, x, n):
        value = subtract(divide(x, self.back(x, n)), literal('1', 1.0))
        return E('roc(%s, %d)' % (x.text, n), value.fn, value.warm, maybe=x.maybe)

    def count(self, c, n):
        return self.window('count', c, n, lambda w: float(sum(w)))

    def any(self, c, n):
        return self.window('any', c, n, any)

    def cross(self, name, x, y):
        x1, y1 = self.back(x, 1), self.back(y, 1)
        up = name == 'cross_up'
        return combine('%s(%s, %s)' % (name, x.text, y.text),
                       lambda p, q, p1, q1: p > q and p1 <= q1 if up else p < q and p1 >= q1, [x, y, x1, y1])

    def since_session(self, name, x):
        """6.9: the session's ticks so far, this one included."""
        values, out = x.series(self.n), []
        for i in range(self.n):
            if i == 0 or self.sessions[i] != self.sessions[i - 1]:
                held = []
            if values[i] is not None:
                held.append(x.ticks[i] if x.ticks is not None and name in ('sum', 'mean') else values[i])
            out.append(self.of_session(name, held, x.ticks is not None) if held else None)
        return listed('%s(%s, since: session)' % (name, x.text), out, x.warm)

    def of_session(self, name, held, exact):
        if name in ('highest', 'lowest'):
            return (max if name == 'highest' else min)(held)
        if exact:
            return sum(held) / ((len(held) if name == 'mean' else 1) * 10 ** self.d)
        total = ind.unfixed(sum(map(ind.fixed, held)))
        return total / len(held) if name == 'mean' else total

    def vwap(self):
        columns = [x.series(self.n) for x in (self.high, self.low, self.close, self.volume)]
        return listed('vwap(since: session)', ind.vwap_session(*columns, self.sessions), 1, maybe=True)


def rsi(xs, n):
    change = [None if i == 0 or xs[i - 1] is None else xs[i] - xs[i - 1] for i in range(len(xs))]
    gain = ind.rma([None if c is None else max(c, 0.0) for c in change], n)
    loss = ind.rma([None if c is None else max(-c, 0.0) for c in change], n)
    return [None if g is None else 100.0 if l == 0 else 100 - 100 / (1 + g / l) for g, l in zip(gain, loss)]


def clamp(x, lo, hi):
    return min(max(x, lo), hi)


def mod(a, b):
    return None if b == 0 else a - b * math.floor(a / b)


def account(name):
    return E(name, lambda i, a, v: None if a is None else as_float(getattr(a, name)), 1,
             maybe=name in ('entry_price', 'bars_held'), history=False)


def as_float(value):
    return None if value is None else float(value)
