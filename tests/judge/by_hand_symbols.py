"""The strategies of strategies/*.strat for several symbols and clocks on daily bars, rewritten by hand from their text."""
import math
from fractions import Fraction
from types import SimpleNamespace

import indicators as ind
from by_hand_orders import highest, lowest
from clocks import last_until
from rules import Across, Add, Enter, Exit, Hold, Limit
from world import Portfolio, rank


class RotationMonthly(Portfolio):
    trade = ['SPY', 'AAPL', 'IBM', 'QQQ', 'IWM', 'EEM', 'GOOG']
    clocks = [('month', '1mo')]
    limits = [Limit('order_value', 60_000), Limit('position_value', '0.6', 'equity'), Limit('gross_exposure', '1.1', 'equity'),
              Limit('day_loss', '0.05', 'equity', 'no_entries', 'next_session')]
    slippage, fees = Fraction(2, 10_000), ('of_value', Fraction(5, 10_000))

    def rules_of(self, x):
        if x is self.traded[0]:
            momentum = {}
            for other in self.traded:
                close = other.on['month'].close
                momentum[other.name] = [None if k < 6 else close[k - 1] / close[k - 6] - 1 for k in range(len(close))]
            self.ranked = self.across('month', momentum)
        best = [rank(pairs, x.name) is not None and rank(pairs, x.name) <= 3 for pairs in self.ranked[x.name]]
        size = 'usd', lambda k, a, v: 0.3 * a.equity if best[k] else 0.0
        return [Hold('rebalance', lambda k, a: True, size, trim=True, clock='month')], [x.on['month'].ready(7)]


class RotationWeekly(Portfolio):
    trade = ['IWM', 'EEM', 'QQQ', 'SPY']
    risky = ['IWM', 'EEM', 'QQQ']
    clocks = [('week', '1w')]
    limits = [Limit('order_value', 200_000), Limit('drawdown', '0.4'), Limit('day_loss', '0.05', 'equity', 'no_entries', 'next_session')]
    slippage = Fraction(1, 10_000)

    def parts(self):
        """For each symbol what of equity it would have on each row, None before it is ready."""
        momentum, vol, out = {}, {}, {}
        for x in self.traded:
            change = ind.roc(x.close, 1)
            momentum[x.name] = [None if i < 126 else x.close[i] / x.close[i - 126] - 1 for i in range(len(x.close))]
            vol[x.name] = [None if v is None else v * math.sqrt(252) for v in self.stdev(change, 20)]
        ranked = self.across(None, momentum)
        for x in self.traded:
            out[x.name] = []
            for i, of_all in enumerate(ranked[x.name]):
                place = rank([pair for pair in of_all if pair[0] in self.risky], x.name)
                chosen = place == 1 and momentum[x.name][i] > 0
                v = vol[x.name][i]
                part = 0.0 if not chosen else min(1.0, 0.1 / v if v != 0 else 0.0)
                out[x.name].append(None if i < 126 else part)
        return out

    def stdev(self, xs, n):
        """6.6: two passes."""
        out = []
        for i in range(len(xs)):
            own = xs[i - n + 1:i + 1] if i >= n else [None]
            if None in own:
                out.append(None)
                continue
            m = ind.unfixed(sum(ind.fixed(v) for v in own)) / n
            total = 0.0
            for v in own:
                total += (v - m) * (v - m)
            out.append(math.sqrt(total / n))
        return out

    def rules_of(self, x):
        if x is self.traded[0]:
            self.part = self.parts()
            self.all_parts = self.across(None, self.part)
        # 11.4: the sum is ready on SPY, which is no member, once it is for every member
        all_ready = max(next(row.end for row, part in zip(self.data[name].rows, self.part[name]) if part is not None) for name in self.risky)
        weight = []
        for i, pairs in enumerate(self.all_parts[x.name]):
            if self.part[x.name][i] is None:
                weight.append(None)
            elif x.name in self.risky:
                weight.append(self.part[x.name][i])
            elif x.rows[i].end < all_ready:
                weight.append(None)
            else:
                total = None                                         # in universe order from the first on
                for name, value in pairs:
                    if name in self.risky:
                        total = value if total is None else total + value
                weight.append(1 - (0.0 if total is None else total))
        last = x.gather('week', weight, lambda own: own[-1])
        ready = next((tick.end for tick, value in zip(x.on['week'].rows, last) if value is not None), None)
        size = 'usd', lambda k, a, v: last[k] * a.equity
        return [Hold('rotate', lambda k, a: True, size, trim=True, clock='week')], [ready]


class Turtles(Portfolio):
    trade = ['SPY', 'AAPL', 'GOOG', 'EEM']
    limits = [Limit('order_value', 50_000), Limit('position_value', '0.6', 'equity'), Limit('gross_exposure', '1.2', 'equity'), Limit('open_positions', 3),
              Limit('day_loss', '0.05', 'equity', 'no_entries', 'next_session')]
    slippage, fees = Fraction(2, 10_000), ('per_share', Fraction(5, 1000))

    def rules_of(self, x):
        close, rng = x.close, ind.atr(x.high, x.low, x.close, 20)
        top, low10 = ind.back(highest(x.high, 20), 1), ind.back(lowest(x.low, 10), 1)
        add = Add(3, lambda i, a, v: None if v.last_fill is None else close[i] >= v.last_fill + 0.5 * rng[v.entry[0]])
        unit = Enter('unit', +1, lambda i, a: close[i] > top[i], ('risk', lambda i, a, v: 0.01 * a.equity), trim=True,
                     stop=lambda i, a, v: v.fill - 2 * rng[i], add=add, prefer=(+1, lambda i, a: close[i] / top[i]))
        return [unit, Exit('leave', 'unit', lambda i, a: close[i] < low10[i])], [x.ready(21)]


class PairLegs(Portfolio):
    trade = ['SPY', 'IWM']
    shorting, borrow, slippage = True, Fraction(2, 100), Fraction(1, 10_000)
    limits = [Limit('order_value', 60_000), Limit('gross_exposure', '1.1', 'equity'), Limit('net_exposure', '0.1', 'equity'),
              Limit('day_loss', '0.05', 'equity', 'flatten', 'next_session')]

    def rules_of(self, x):
        return [], [x.ready(1)]

    def plan(self):
        at = self.universe_rows
        instants = [SimpleNamespace(end=end) for end in at]
        spy, iwm = ([x.close[k] if k >= 0 else None for k in last_until(x.rows, instants)] for x in self.traded)     # 11.3
        spread = [None if None in pair else pair[0] / pair[1] for pair in zip(spy, iwm)]
        first = next(k for k, s in enumerate(spread) if s is not None)
        z = []
        for k in range(len(at)):
            if k < first + 39:
                z.append(None)
                continue
            own = spread[k - 39:k + 1]
            m = ind.unfixed(sum(ind.fixed(s) for s in own)) / 40
            total = 0.0
            for s in own:
                total += (s - m) * (s - m)
            deviation = math.sqrt(total / 40)
            z.append(None if deviation == 0 else (spread[k] - m) / deviation)

        def legs(name, when, spy, iwm):
            sizes = [('SPY', ('usd', lambda k, a, v: spy * (0.45 * a.equity))), ('IWM', ('usd', lambda k, a, v: iwm * (0.45 * a.equity)))]
            return Across(name, lambda k, a: z[k] is not None and when(z[k]), sizes, 5_000_000, at, at[first + 39])
        nothing = [(name, ('shares', lambda k, a, v: 0.0)) for name in self.trade]
        done = Across('done', lambda k, a: z[k] is not None and abs(z[k]) < 0.5, nothing, 5_000_000, at, at[first + 39])
        self.slots = [legs('short_spread', lambda v: v > 2, -1, 1), legs('long_spread', lambda v: v < -2, 1, -1), done]
        return super().plan()


class WeeklySaving(Portfolio):
    trade = ['SPY', 'EEM']
    clocks = [('week', '1w')]
    limits = [Limit('order_value', 1_000), Limit('drawdown', '0.6', None, 'no_entries', 'manual')]
    slippage, start_after = Fraction(2, 10_000), 30

    def rules_of(self, x):
        close = x.on['week'].close
        size = 'shares', lambda k, a, v: a.position + 250.0 / close[k]
        return [Hold('save', lambda k, a: True, size, clock='week')], [x.on['week'].ready(1)]


STRATEGIES = {'rotation_monthly': RotationMonthly, 'rotation_weekly': RotationWeekly, 'turtles': Turtles, 'pair_legs': PairLegs, 'weekly_saving': WeeklySaving}
