"""backtesting.py: one `next` for each bar, over indicators that are whole columns; orders fill at the next open."""
import pandas
from backtesting import Backtest, Strategy
from common import answer, arguments

SHARES = 100
CASH = 100_000
#: Wilder's average of 14.
WILDER = 1 / 14

bars, workload = arguments()
frame = bars.rename(columns=str.capitalize)


def mean(values, length):
    return pandas.Series(values).rolling(length).mean()


def exponential(values, length):
    return pandas.Series(values).ewm(span=length, adjust=False).mean()


def strength(values):
    change = pandas.Series(values).diff()
    gain = change.clip(lower=0).ewm(alpha=WILDER, adjust=False).mean()
    loss = (-change.clip(upper=0)).ewm(alpha=WILDER, adjust=False).mean()
    return 100 - 100 / (1 + gain / loss)


def average_range(high, low, close):
    high, low, before = pandas.Series(high), pandas.Series(low), pandas.Series(close).shift()
    span = pandas.concat([high - low, (high - before).abs(), (low - before).abs()], axis=1).max(axis=1)
    return span.ewm(alpha=WILDER, adjust=False).mean()


def lower_band(values):
    window = pandas.Series(values).rolling(20)
    return window.mean() - 2 * window.std(ddof=0)


class S1(Strategy):
    def init(self):
        self.fast = self.I(mean, self.data.Close, 10, plot=False)
        self.slow = self.I(mean, self.data.Close, 30, plot=False)

    def next(self):
        if not self.position:
            if self.fast[-1] > self.slow[-1]:
                self.buy(size=SHARES)
        elif self.fast[-1] < self.slow[-1]:
            self.position.close()


class S2(Strategy):
    def init(self):
        close = self.data.Close
        self.trend = self.I(exponential, close, 200, plot=False)
        self.average = self.I(exponential, close, 50, plot=False)
        self.cross = self.I(lambda v: exponential(v, 12) - exponential(v, 26), close, plot=False)
        self.signal = self.I(exponential, self.cross, 9, plot=False)
        self.strength = self.I(strength, close, plot=False)
        self.range = self.I(average_range, self.data.High, self.data.Low, close, plot=False)
        self.lower = self.I(lower_band, close, plot=False)

    def next(self):
        close = self.data.Close[-1]
        if not self.position:
            if len(self.data) > 2_000 and close > self.trend[-1] and self.strength[-1] < 35 and close < self.lower[-1]:
                self.buy(size=SHARES)
        elif self.strength[-1] > 60 or close < self.trades[0].entry_price - 2 * self.range[-1]:
            self.position.close()


def run():
    strategy = {"s1": S1, "s2": S2}[workload]
    result = Backtest(frame, strategy, cash=CASH, commission=0, finalize_trades=False).run()
    return len(result["_trades"]), result["Equity Final [$]"] - CASH


answer(run, len(bars))
