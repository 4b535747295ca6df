"""Three strategies over a stock that split and paid dividends, rewritten by hand; the table of these from LEAN's factor file (docs/data.md)."""
import csv
import os
from datetime import date, timedelta
from fractions import Fraction

import indicators as ind
import nyse
from rules import Add, Enter, Exit, Hold, Limit, Strategy, Target, Terms
from splits import Dividend, Split

ROUNDED = Fraction(1, 2 * 10 ** 7)                   # of a factor with seven decimals


def quotient(over, under):
    """(the least, the value, the most) of the quotient of two factors as rounded."""
    return (over - ROUNDED) / (under + ROUNDED), over / under, (over + ROUNDED) / (under - ROUNDED)


def simplest(low, high):
    """The fraction with the smallest denominator in [low, high]."""
    for under in range(1, 10 ** 4):
        over = -(-low * under // 1)
        if over <= high * under:
            return Fraction(over, under)
    raise SystemExit('no split factor')


def shortest(low, value, high):
    """The decimal with the fewest places in [low, high], of several the nearest."""
    for places in range(10):
        rounded = Fraction(round(value * 10 ** places), 10 ** places)
        if low <= rounded <= high:
            return rounded
    raise SystemExit('no dividend')


def next_session(day):
    day += timedelta(1)
    return day if nyse.is_session(day) else next_session(day)


def factor_file(path):
    """Splits and dividends: each row's factors hold up to its date, so what lies between two rows happened on the session after the first."""
    with open(path) as file:
        rows = [(date(int(day[:4]), int(day[4:6]), int(day[6:])), *map(Fraction, more)) for day, *more in csv.reader(file)]
    actions = []
    for (day, price, split, close), (_, next_price, next_split, _) in zip(rows, rows[1:]):
        at = next_session(day)
        if split != next_split:
            low, _, high = quotient(next_split, split)
            k = simplest(low, high)
            actions.append(Split(at, k.numerator, k.denominator))
        if price != next_price:
            low, value, high = (close * (1 - q) for q in reversed(quotient(price, next_price)))
            actions.append(Dividend(at, shortest(low, value, high)))
    return actions


class Apple(Strategy):
    default_format, default_data = 'lean-day', ['lean/equity/usa/daily/aapl.zip']
    factors = 'lean/equity/usa/factor_files/aapl.csv'
    adjusts = False                                  # what reads none needs no look at 58 dividends
    slippage = Fraction(3, 10_000)
    shorting = True

    def actions(self, root):
        return factor_file(os.path.join(root, self.factors))


class AppleShares(Apple):
    limits = [Limit('order_value', '0.8', 'equity'), Limit('position_value', '1.5', 'equity'),
              Limit('day_loss', '0.06', 'equity', 'no_entries', 'next_session')]
    fees = ('per_share', Fraction(5, 1000))

    def features(self):
        close = self.close
        fast, slow = ind.price_ema(self.t_close, 15, self.d), ind.price_mean(self.t_close, 50, self.d)
        rng = ind.atr(self.high, self.low, close, 20)
        hot = ind.rsi(close, 14)
        up, down = ind.cross_up(fast, slow), ind.cross_down(fast, slow)
        self.warmup = 51

        def old(bars_held):      # (bars_held > 60bars) ?? false
            return bars_held is not None and bars_held > 60
        self.rules = [
            Enter('up', +1, lambda i, a: up[i], ('usd', lambda i, a, v: 0.4 * a.equity), trim=True, reverse=True,
                  stop=lambda i, a, v: v.fill - 6 * rng[i],
                  targets=[Target(lambda i, a, v: v.fill + 8 * rng[i], 1 / 3, lambda i, a, v: v.fill - 2.0 / 1.0),
                           Target(lambda i, a, v: self.entry_value(v, 'close') * 1.5, 1 / 4)],
                  trail=lambda i, a, v: v.peak - 9 * rng[i],
                  add=Add(2, lambda i, a, v: None if v.last_fill is None or v.entry is None else close[i] > v.last_fill + self.entry_value(v, 'range'))),
            Enter('down', -1, lambda i, a: down[i], ('risk', lambda i, a, v: 0.01 * a.equity), trim=True, reverse=True,
                  order=Terms('limit', limit=lambda i, a, v: close[i] + 0.2 * rng[i], tif=15),
                  stop=lambda i, a, v: v.fill + 4 * rng[i], targets=[Target(lambda i, a, v: v.fill - 7 * rng[i])]),
            Exit('hot', 'up', lambda i, a: hot[i] > 85, Terms('limit', limit=lambda i, a, v: close[i] + 0.5 * rng[i], tif=15)),
            Exit('cold', 'down', lambda i, a: old(a.bars_held), Terms('stop', price=lambda i, a, v: close[i] + rng[i], tif=10)),
        ]
        self.entered = {'close': close, 'range': rng}

    def entry_value(self, v, name):
        """13.5: `at_entry` of a price or distance, in the shares of now."""
        value = self.of_epochs[v.entry.epoch].entered[name][v.entry.i]
        for k in self.ks[v.entry.epoch:self.epoch]:
            value = value / k
        return value


class AppleTarget(Apple):
    limits = [Limit('order_value', 2, 'equity'), Limit('day_loss', '0.1', 'equity', 'flatten', 'next_session')]
    fees = ('of_value', Fraction(1, 10_000))
    volume_cap = 0.00001
    borrow = Fraction(1, 100)

    def features(self):
        rising = [None if m is None else c > m for c, m in zip(self.close, ind.price_mean(self.t_close, 100, self.d))]
        self.warmup = 100
        self.rules = [
            Hold('more', lambda i, a: rising[i] and self.sessions[i].day > 20, ('shares', lambda i, a, v: 777.0), trim=True),
            Hold('less', lambda i, a: not rising[i] and self.sessions[i].day < 10, ('usd', lambda i, a, v: -0.55 * a.equity), trim=True),
        ]


class AppleTotal(Apple):
    adjusts = True
    limits = [Limit('order_value', 2, 'equity'), Limit('day_loss', '0.1', 'equity', 'flatten', 'next_session')]

    def features(self):
        close = [close * row.factor for close, row in zip(self.close, self.rows)]
        total = ind.roc(close, 120)
        fast, slow = (ind.rec(ind.mean(close, n), close, lambda prev, x, k=2 / (n + 1): prev + k * (x - prev)) for n in (10, 60))
        up, down = ind.cross_up(fast, slow), ind.cross_down(fast, slow)
        self.warmup = 121
        self.rules = [
            Enter('up', +1, lambda i, a: up[i] and total[i] > -0.05, ('usd', lambda i, a, v: 0.9 * a.equity), trim=True,
                  stop=lambda i, a, v: v.fill * (1 - 0.2)),
            Exit('over', 'up', lambda i, a: down[i]),
        ]


STRATEGIES = {'apple_total': AppleTotal, 'apple_shares': AppleShares, 'apple_target': AppleTarget}
