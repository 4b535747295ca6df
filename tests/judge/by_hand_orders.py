"""The strategies of strategies/*.strat whose orders wait, trail, scale out and add, rewritten by hand like those of by_hand.py."""
from fractions import Fraction

import indicators as ind
from nyse import MINUTE
from rules import Add, Enter, Exit, Limit, Strategy, Target, Terms


def highest(xs, n):
    return [max(xs[i - n + 1:i + 1]) if i >= n - 1 else None for i in range(len(xs))]


def lowest(xs, n):
    return [min(xs[i - n + 1:i + 1]) if i >= n - 1 else None for i in range(len(xs))]


class SpyBreakout(Strategy):
    width, regular = '1m', True
    default_format, default_data = 'spy2011', ['pyalgotrade/nt-spy-minute-2011.csv.gz']
    limits = [Limit('order_value', 60_000), Limit('position_value', '1.3', 'equity'),
              Limit('day_loss', '0.001', 'equity', 'cancel', 'next_session')]
    collar = Fraction(3, 1000)
    entries, flatten_from = (('open', 10 * MINUTE), ('close', 20 * MINUTE)), ('close', 5 * MINUTE)
    slippage = Fraction(5, 100_000)
    fees = ('per_share', Fraction(5, 1000))

    def features(self):
        upper, rng, close = highest(self.high, 30), ind.atr(self.high, self.low, self.close, 20), self.close
        calm = ind.price_mean(self.t_close, 60, self.d)
        self.warmup = 60

        def add(i, a, v):
            if v.last_fill is None or v.entry is None:
                return None
            return close[i] > v.last_fill + 1.5 * rng[i] and rng[i] > 0.8 * rng[v.entry[0]]
        self.rules = [
            Enter('breakout', +1, lambda i, a: close[i] > calm[i], ('risk', lambda i, a, v: 0.001 * a.equity), trim=True,
                  order=Terms('stop', price=lambda i, a, v: upper[i], tif=10),
                  stop=lambda i, a, v: v.fill - 3 * rng[i],
                  targets=[Target(lambda i, a, v: v.fill + 4 * rng[i], 1 / 2, lambda i, a, v: v.fill + 0.005)],
                  trail=lambda i, a, v: v.peak - 4.5 * rng[i], add=Add(2, add), at_most=3, cooldown=15),
            Exit('tired', 'breakout', lambda i, a: a.bars_held is not None and a.bars_held >= 45,
                 Terms('limit', limit=lambda i, a, v: close[i] + 0.5 * rng[i], tif=5)),
            Exit('old', 'breakout', lambda i, a: a.bars_held is not None and a.bars_held >= 90)]


class UsScaleOut(Strategy):
    width, regular = '1m', True
    default_format, default_data = 'eqker', ['eqker/AAPL_1min.csv.gz']
    limits = [Limit('order_value', 80_000), Limit('position_value', '0.75', 'equity'),
              Limit('day_loss', '0.005', 'equity', 'flatten', 'next_session'), Limit('drawdown', '0.06')]
    entries = ('open', 5 * MINUTE), ('close', 40 * MINUTE)
    slippage = Fraction(1, 10_000)
    fees = ('alpaca_equities',)
    shorting = True

    def features(self):
        fast, slow = ind.price_ema(self.t_close, 12, self.d), ind.price_ema(self.t_close, 40, self.d)
        rng = ind.atr(self.high, self.low, self.close, 15)
        up, down = ind.cross_up(fast, slow), ind.cross_down(fast, slow)
        close, opens, low, remaining = self.close, self.open, self.low, self.remaining
        self.warmup = 41
        self.rules = [
            Enter('dip', +1, lambda i, a: fast[i] > slow[i] and close[i] > opens[i], ('usd', lambda i, a, v: 0.4 * a.equity), trim=True,
                  order=Terms('limit', limit=lambda i, a, v: min(low[i], close[i] - 0.7 * rng[i]), tif=6),
                  stop=lambda i, a, v: v.fill - 2.5 * rng[i],
                  targets=[Target(lambda i, a, v: v.fill + 1 * rng[i], 1 / 3, lambda i, a, v: v.fill - 1 * rng[i]),
                           Target(lambda i, a, v: v.fill + 2 * rng[i], 1 / 3, lambda i, a, v: v.fill),
                           Target(lambda i, a, v: v.fill + 4 * rng[i], 1 / 3)], cooldown=3),
            Enter('peak_up', -1, lambda i, a: fast[i] < slow[i] and close[i] < opens[i], ('risk', lambda i, a, v: 0.0015 * a.equity), trim=True,
                  order=Terms('stop_limit', lambda i, a, v: low[i] - 0.01, lambda i, a, v: low[i] - 0.3 * rng[i], 'day'),
                  stop=lambda i, a, v: v.fill + 2.5 * rng[i], trail=lambda i, a, v: v.peak + 3 * rng[i],
                  targets=[Target(lambda i, a, v: v.fill - 2 * rng[i], 0.4, lambda i, a, v: v.fill)], at_most=5),
            Exit('turn_down', 'dip', lambda i, a: down[i], Terms('stop', price=lambda i, a, v: low[i], tif=4)),
            Exit('turn_up', 'peak_up', lambda i, a: up[i], Terms('limit', limit=lambda i, a, v: close[i] - 0.2 * rng[i], tif='ioc')),
            Exit('day_ends', 'dip', lambda i, a: remaining[i] <= 20 * MINUTE, Terms('market', tif='cls')),
            Exit('day_over', 'peak_up', lambda i, a: remaining[i] <= 3 * MINUTE)]


class GoogPyramid(Strategy):
    default_format, default_data = 'goog', ['backtesting.py/GOOG.csv']
    limits = [Limit('order_value', '0.6', 'equity'), Limit('position_value', 1, 'equity'),
              Limit('day_loss', '0.03', 'equity', 'no_entries', 'next_session')]
    slippage = Fraction(2, 10_000)
    fees = ('of_value', Fraction(5, 10_000))

    def features(self):
        rng, close, high = ind.atr(self.high, self.low, self.close, 20), self.close, self.high
        upper, lower = ind.back(highest(high, 20), 1), ind.back(lowest(self.low, 10), 1)
        calm = ind.price_mean(self.t_close, 15, self.d)
        self.warmup = 21

        def add(i, a, v):
            return None if v.last_fill is None or v.entry is None else close[i] > v.last_fill + 0.5 * rng[v.entry[0]]
        self.rules = [
            Enter('breakout', +1, lambda i, a: close[i] >= upper[i], ('risk', lambda i, a, v: 0.01 * a.equity), trim=True,
                  order=Terms('stop_limit', lambda i, a, v: high[i], lambda i, a, v: high[i] + 0.25 * rng[i], 3),
                  stop=lambda i, a, v: v.fill - 2 * rng[i],
                  trail=lambda i, a, v: max(v.peak - 4 * rng[i], v.last_fill - 2.5 * rng[v.entry[0]]), add=Add(3, add), cooldown=5),
            Exit('fade', 'breakout', lambda i, a: close[i] < calm[i], Terms('limit', limit=lambda i, a, v: close[i] + 0.5 * rng[i], tif=2)),
            Exit('broken', 'breakout', lambda i, a: close[i] < lower[i], Terms('market', tif='opg'))]


class EurusdBracket(Strategy):
    calendar, width = 'always', '1h'
    default_format, default_data = 'eurusd', ['backtesting.py/EURUSD.csv']
    limits = [Limit('order_value', 250_000), Limit('day_loss', '0.005', 'equity', 'flatten', 'next_session')]
    collar = Fraction(25, 10_000)
    slippage = Fraction(2, 100_000)
    shorting = True

    def features(self):
        rng, close = ind.atr(self.high, self.low, self.close, 24), self.close
        mid = ind.price_mean(self.t_close, 24, self.d)
        self.warmup = 25

        def add(i, a, v):
            return None if v.last_fill is None else close[i] > v.last_fill + 0.5 * rng[i]

        def high_lost(i, a):
            return a.entry_price is not None and close[i] > a.entry_price + rng[i]
        self.rules = [
            Enter('low_side', +1, lambda i, a: close[i] > mid[i] - 2 * rng[i] and close[i] < mid[i], ('usd', lambda i, a, v: 0.6 * a.equity),
                  order=Terms('limit', limit=lambda i, a, v: mid[i] - 2 * rng[i], tif='day'),
                  stop=lambda i, a, v: v.fill - 1.5 * rng[i], targets=[Target(lambda i, a, v: mid[i])], cooldown=2),
            Enter('high_side', -1, lambda i, a: close[i] < mid[i] + 2 * rng[i] and close[i] > mid[i], ('shares', lambda i, a, v: 40_000.0),
                  order=Terms('limit', limit=lambda i, a, v: mid[i] + 2 * rng[i], tif='gtc'),
                  stop=lambda i, a, v: v.fill + 1.5 * rng[i],
                  targets=[Target(lambda i, a, v: mid[i], 1 / 2, lambda i, a, v: v.fill), Target(lambda i, a, v: mid[i] - rng[i], 1 / 2)],
                  add=Add(1, add)),
            Exit('low_lost', 'low_side', lambda i, a: close[i] < mid[i] - 3 * rng[i]),
            Exit('high_lost', 'high_side', high_lost,
                 Terms('stop_limit', lambda i, a, v: close[i] + 0.1 * rng[i], lambda i, a, v: close[i], 5)),
            Exit('take_back', 'high_side', lambda i, a: self.bar_of_session[i] == 20,
                 Terms('limit', limit=lambda i, a, v: close[i] - 0.2 * rng[i], tif='fok'))]


STRATEGIES = {'spy_breakout': SpyBreakout, 'us_scale_out': UsScaleOut, 'goog_pyramid': GoogPyramid, 'eurusd_bracket': EurusdBracket}
