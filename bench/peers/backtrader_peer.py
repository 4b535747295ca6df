"""backtrader: one `next` for each bar, indicators of its own; orders fill at the next open."""
import backtrader
from common import answer, arguments

SHARES = 100
CASH = 100_000

bars, workload = arguments()


class Counted(backtrader.Strategy):
    """One order at a time; counts the trades that have ended."""

    def __init__(self):
        self.pending = None
        self.paid = None
        self.round_trips = 0

    def notify_order(self, order):
        if order.status == order.Completed and order.isbuy():
            self.paid = order.executed.price
        if not order.alive():
            self.pending = None

    def notify_trade(self, trade):
        self.round_trips += int(trade.isclosed)

    def next(self):
        if self.pending is not None:
            return
        if not self.position:
            if self.enters():
                self.pending = self.buy(size=SHARES)
        elif self.leaves():
            self.pending = self.close()


class S1(Counted):
    def __init__(self):
        super().__init__()
        self.fast = backtrader.indicators.SMA(self.data.close, period=10)
        self.slow = backtrader.indicators.SMA(self.data.close, period=30)

    def enters(self):
        return self.fast[0] > self.slow[0]

    def leaves(self):
        return self.fast[0] < self.slow[0]


class S2(Counted):
    def __init__(self):
        super().__init__()
        close = self.data.close
        self.trend = backtrader.indicators.EMA(close, period=200)
        self.average = backtrader.indicators.EMA(close, period=50)
        self.cross = backtrader.indicators.MACD(close, period_me1=12, period_me2=26, period_signal=9)
        self.strength = backtrader.indicators.RSI(close, period=14)
        self.range = backtrader.indicators.ATR(self.data, period=14)
        self.bands = backtrader.indicators.BollingerBands(close, period=20, devfactor=2)

    def enters(self):
        close = self.data.close[0]
        return len(self) > 2_000 and close > self.trend[0] and self.strength[0] < 35 and close < self.bands.bot[0]

    def leaves(self):
        return self.strength[0] > 60 or self.data.close[0] < self.paid - 2 * self.range[0]


def run():
    cerebro = backtrader.Cerebro(stdstats=False)
    cerebro.broker.setcash(CASH)
    cerebro.adddata(backtrader.feeds.PandasData(dataname=bars))
    cerebro.addstrategy({"s1": S1, "s2": S2}[workload])
    (strategy,) = cerebro.run()
    return strategy.round_trips, cerebro.broker.getvalue() - CASH


answer(run, len(bars))
