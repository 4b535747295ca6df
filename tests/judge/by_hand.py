"""The first six strategies of strategies/*.strat, rewritten by hand.

A strategy's constructor gets the rows and d, computes its features as lists, and states its rules in file order.
Literals in expressions are the float64 nearest to the literal's value (0.2% is 0.002); in limits, slippage and fees
they are exact (4.4, 5.2, 5.3).
"""
from fractions import Fraction

import indicators as ind
from nyse import MINUTE
from rules import Enter, Exit, Hold, Limit, Strategy


class SpyMinutes(Strategy):
    width = '1m'
    params = {'fast': 10, 'slow': 30}
    default_format, default_data = 'spy2011', ['pyalgotrade/nt-spy-minute-2011.csv.gz']
    limits = [Limit('order_value', 70_000), Limit('position_value', '0.7', 'equity'),
              Limit('day_loss', '0.002', 'equity', 'flatten', 'next_session'),
              Limit('drawdown', '0.015', None, 'flatten', 'manual')]
    slippage = Fraction(5, 100_000)
    fees = ('per_share', Fraction(5, 1000))

    def features(self):
        quick = ind.price_mean(self.t_close, self.p['fast'], self.d)
        calm = ind.price_mean(self.t_close, self.p['slow'], self.d)
        up, down = ind.cross_up(quick, calm), ind.cross_down(quick, calm)
        self.warmup = max(self.p['fast'], self.p['slow']) + 1
        self.rules = [
            Enter('buy', +1, lambda i, a: up[i], ('usd', lambda i, a, v: 0.5 * a.equity)),
            Exit('sell', 'buy', lambda i, a: down[i]),
        ]


class GoogDaily(Strategy):
    default_format, default_data = 'goog', ['backtesting.py/GOOG.csv']
    limits = [Limit('order_value', 1_000_000), Limit('day_loss', '0.04', 'equity', 'no_entries', 'next_session')]
    slippage = Fraction(2, 10_000)
    fees = ('of_value', Fraction(5, 10_000))
    shorting = True

    def features(self):
        fast, slow = ind.price_mean(self.t_close, 10, self.d), ind.price_mean(self.t_close, 20, self.d)
        up, down = ind.cross_up(fast, slow), ind.cross_down(fast, slow)
        self.warmup = 21
        self.rules = [
            Hold('up', lambda i, a: up[i], ('usd', lambda i, a, v: 1.0 * a.equity), trim=True),
            Hold('down', lambda i, a: down[i], ('usd', lambda i, a, v: -1.0 * a.equity), trim=True),
        ]


class EurusdHourly(Strategy):
    calendar, width = 'always', '1h'
    default_format, default_data = 'eurusd', ['backtesting.py/EURUSD.csv']
    limits = [Limit('order_value', 95_000), Limit('day_loss', '0.003', 'equity', 'cancel', 'next_session')]
    slippage = Fraction(2, 100_000)
    shorting = True

    def features(self):
        r = ind.rsi(self.close, 14)
        rng = ind.atr(self.high, self.low, self.close, 14)
        self.warmup = 15
        fifty_thousand = ('shares', lambda i, a, v: 50_000.0)
        self.rules = [
            Enter('dip', +1, lambda i, a: r[i] < 30, fifty_thousand, stop=lambda i, a, v: v.fill - 2 * rng[i]),
            Enter('rally', -1, lambda i, a: r[i] > 70, fifty_thousand, stop=lambda i, a, v: v.fill + 2 * rng[i]),
            Exit('dip_over', 'dip', lambda i, a: r[i] > 50),
            Exit('rally_over', 'rally', lambda i, a: r[i] < 50),
        ]


class IbmHourly(Strategy):
    width = '1h'
    default_format, default_data = 'lean-hour', ['lean/equity/usa/hour/ibm.zip']
    limits = [Limit('order_value', 120_000), Limit('day_loss', '0.04', 'equity', 'flatten', 'next_session'),
              Limit('drawdown', '0.3')]
    start_after = 100
    slippage = Fraction(1, 10_000)
    fees = ('per_share', Fraction(35, 10_000))

    def features(self):
        middle, _upper, lower = ind.bollinger(self.t_close, 20, 2, self.d)
        rng = ind.atr(self.high, self.low, self.close, 14)
        change, close = ind.roc(self.close, 5), self.close
        self.warmup = 20

        def loss(i, a):          # (close < entry_price - 3 * range) ?? false
            return False if a.entry_price is None else close[i] < a.entry_price - 3 * rng[i]

        def buy(i, a):           # none where any part has none (3.1)
            return None if change[i] is None else close[i] < lower[i] and change[i] > -0.08
        self.rules = [
            Enter('buy', +1, buy, ('usd', lambda i, a, v: 0.8 * a.cash)),
            Exit('mean_again', 'buy', lambda i, a: close[i] > middle[i]),
            Exit('loss', 'buy', loss),
        ]


class Sp500Daily(Strategy):
    default_format, default_data = 'sp500', ['@repo/node_modules/vega-datasets/data/sp500-2000.csv']
    limits = [Limit('order_value', 250_000), Limit('day_loss', '0.02', 'equity', 'flatten', 'next_session'),
              Limit('drawdown', '0.08', None, 'flatten', 'manual')]
    market_close = True
    slippage = Fraction(1, 10_000)
    fees = ('of_value', Fraction(1, 10_000))
    shorting = True

    def features(self):
        close = self.close
        r = ind.rsi(close, 2)
        trend = ind.price_mean(self.t_close, 200, self.d)
        mean5 = ind.price_mean(self.t_close, 5, self.d)
        self.warmup = 200

        def dip_over(i, a):      # close > mean5 or (bars_held >= 10bars) ?? false
            return close[i] > mean5[i] or (a.bars_held is not None and a.bars_held >= 10)
        self.rules = [
            Enter('dip', +1, lambda i, a: close[i] > trend[i] and r[i] < 10, ('usd', lambda i, a, v: 0.9 * a.cash)),
            Enter('spike', -1, lambda i, a: not close[i] > trend[i] and r[i] > 90, ('usd', lambda i, a, v: 0.4 * a.cash)),
            Exit('dip_over', 'dip', dip_over),
            Exit('spike_over', 'spike', lambda i, a: close[i] < mean5[i]),
        ]


class UsMinutes(Strategy):
    width, regular = '1m', True
    default_format, default_data = 'eqker', ['eqker/AAPL_1min.csv.gz']
    limits = [Limit('order_value', 60_000), Limit('position_value', '0.55', 'equity'),
              Limit('day_loss', '0.004', 'equity', 'flatten', 'next_session')]
    entries, flatten_from = (('open', 15 * MINUTE), ('close', 30 * MINUTE)), ('close', 5 * MINUTE)
    slippage = Fraction(1, 10_000)
    fees = ('alpaca_equities',)
    shorting = True

    def features(self):
        fast, slow = ind.price_ema(self.t_close, 9, self.d), ind.price_ema(self.t_close, 34, self.d)
        rng = ind.atr(self.high, self.low, self.close, 14)
        up, down = ind.cross_up(fast, slow), ind.cross_down(fast, slow)
        vwap = ind.vwap_session(self.high, self.low, self.close, self.volume, self.sessions)
        close = self.close
        self.warmup = 35
        heat = ('risk', lambda i, a, v: 0.001 * a.equity)
        self.rules = [
            Enter('go_long', +1, lambda i, a: None if vwap[i] is None else up[i] and close[i] > vwap[i], heat,
                  stop=lambda i, a, v: v.fill - 3 * rng[i], trim=True),
            Enter('go_short', -1, lambda i, a: None if vwap[i] is None else down[i] and close[i] < vwap[i], heat,
                  stop=lambda i, a, v: v.fill + 3 * rng[i], trim=True),
            Exit('long_over', 'go_long', lambda i, a: down[i]),
            Exit('short_over', 'go_short', lambda i, a: up[i]),
        ]


STRATEGIES = {'spy_minutes': SpyMinutes, 'goog_daily': GoogDaily, 'eurusd_hourly': EurusdHourly,
              'ibm_hourly': IbmHourly, 'sp500_daily': Sp500Daily, 'us_minutes': UsMinutes}
