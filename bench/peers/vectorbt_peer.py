"""vectorbt: whole columns at once. Signals are shifted by one bar and filled at its open; S2's exit needs the price of the fill, so it is a compiled callback."""
import numpy
import vectorbt
from common import answer, arguments
from numba import njit
from vectorbt.portfolio import nb
from vectorbt.portfolio.enums import NoOrder

SHARES = 100.0
CASH = 100_000.0
#: vectorbt's exponential averages take a span: 2n - 1 gives Wilder's 1/n.
WILDER_14 = 27

bars, workload = arguments()


def outcome(portfolio):
    return portfolio.trades.closed.count(), portfolio.total_profit()


def s1():
    close = bars["close"]
    fast, slow = vectorbt.MA.run(close, 10).ma, vectorbt.MA.run(close, 30).ma
    entries, exits = (fast > slow).vbt.signals.fshift(1), (fast < slow).vbt.signals.fshift(1)
    return outcome(
        vectorbt.Portfolio.from_signals(close, entries, exits, size=SHARES, price=bars["open"], init_cash=CASH, freq="1min")
    )


@njit
def dip(context, enters, recovers, ranges, opens, closes, paid):
    row = context.i - 1
    if row < 0:
        return NoOrder
    if context.position_now == 0:
        if not enters[row]:
            return NoOrder
        paid[0] = opens[context.i]
        return nb.order_nb(size=SHARES, price=opens[context.i])
    if recovers[row] or closes[row] < paid[0] - 2 * ranges[row]:
        return nb.order_nb(size=-SHARES, price=opens[context.i])
    return NoOrder


def s2():
    high, low, close = bars["high"], bars["low"], bars["close"]
    strength = vectorbt.RSI.run(close, WILDER_14, ewm=True).rsi.to_numpy()
    ranges = vectorbt.ATR.run(high, low, close, WILDER_14, ewm=True).atr.to_numpy()
    lower = vectorbt.BBANDS.run(close, 20, alpha=2, ewm=False).lower.to_numpy()
    trend = vectorbt.MA.run(close, 200, ewm=True).ma.to_numpy()
    vectorbt.MA.run(close, 50, ewm=True)
    vectorbt.MACD.run(close, 12, 26, 9, macd_ewm=True, signal_ewm=True)
    values = close.to_numpy()
    enters = (numpy.arange(len(bars)) >= 2_000) & (values > trend) & (strength < 35) & (values < lower)
    columns = (enters, strength > 60, ranges, bars["open"].to_numpy(), values, numpy.zeros(1))
    return outcome(vectorbt.Portfolio.from_order_func(close, dip, *columns, init_cash=CASH, freq="1min"))


answer({"s1": s1, "s2": s2}[workload], len(bars))
