"""The strategies of strategies/*.strat for several clocks on minute bars, rewritten by hand from their text."""
from fractions import Fraction

import indicators as ind
from nyse import MINUTE
from rules import Add, Enter, Exit, Limit, Target, Terms
from world import Portfolio, percent_rank, rank


class ThreeClocks(Portfolio):
    trade, width, regular = ['SPY'], '1m', True
    clocks = [('hour', '1h', 'short_last'), ('day', '1d')]
    limits = [Limit('order_value', 50_000), Limit('day_loss', '0.02', 'equity', 'no_entries', 'next_session')]
    slippage = Fraction(1, 20_000)

    def rules_of(self, x):
        hour, day = x.on['hour'], x.on['day']
        calm = ind.price_mean(day.t_close, 5, x.d)
        up = x.read('day', [None if m is None else c > m for c, m in zip(day.close, calm)])
        dip = [None if r is None else r < 60 for r in ind.rsi(hour.close, 5)]
        seen = x.read('hour', dip)
        crossed = ind.cross_up(x.close, ind.price_ema(x.t_close, 20, x.d))
        rng = ind.atr(x.high, x.low, x.close, 14)
        buy = Enter('buy', +1, lambda i, a: up[i] and seen[i] and crossed[i], ('risk', lambda i, a, v: 0.002 * a.equity), trim=True,
                    stop=lambda i, a, v: v.fill - 2 * rng[i], trail=lambda i, a, v: v.peak - 3 * rng[i],
                    targets=[Target(lambda i, a, v: v.fill + 2 * rng[i], 1 / 3, lambda i, a, v: v.fill),
                             Target(lambda i, a, v: v.fill + 4 * rng[i], 1 / 3)])
        lost = Exit('lost', 'buy', lambda k, a: hour.close[k] < hour.open[k] and dip[k], clock='hour')
        return [buy, lost], [x.ready(21), hour.ready(6), x.after('hour', 6), x.after('day', 5)]


class GapFade(Portfolio):
    trade, width, regular = ['SPY'], '1m', True
    clocks = [('day', '1d')]
    limits = [Limit('order_value', 50_000), Limit('day_loss', '0.02', 'equity', 'flatten', 'next_session')]
    entries, flatten_from = (('open', 0), ('open', 5 * MINUTE)), ('close', 5 * MINUTE)
    shorting = True

    def rules_of(self, x):
        before = x.read('day', x.on['day'].close)
        fade = Enter('fade', -1, lambda i, a: x.bar_of_session[i] == 1 and before[i] is not None and x.open[i] / before[i] - 1 > 0.0005,
                     ('usd', lambda i, a, v: 0.2 * a.equity), stop=lambda i, a, v: v.fill * (1 + 0.003),
                     targets=[Target(lambda i, a, v: before[i])], at_most=1)
        return [fade], [x.after('day', 1)]


class ManyBrackets(Portfolio):
    trade, context = ['AAPL', 'MSFT', 'SBUX', 'MU', 'JPM', 'QQQ'], ['GLD']
    width, regular = '1m', True
    clocks = [('quarter', '15m'), ('hour', '1h', 'short_last')]
    open_trades = 2
    limits = [Limit('order_value', 30_000), Limit('position_value', '0.4', 'equity'), Limit('gross_exposure', '0.9', 'equity'),
              Limit('net_exposure', '0.8', 'equity'), Limit('open_positions', 4), Limit('order_rate', 4, per=30 * MINUTE),
              Limit('day_loss', '0.003', 'equity', 'cancel', 'next_session')]
    entries, flatten_from = (('open', 5 * MINUTE), ('close', 30 * MINUTE)), ('close', 3 * MINUTE)
    slippage, fees = Fraction(1, 10_000), ('alpaca_equities',)

    def rules_of(self, x):
        quarter, hour = x.on['quarter'], x.on['hour']
        if x is self.traded[0]:
            self.pace = {other.name: ind.roc(other.close, 10) for other in self.traded}
            self.paces = self.across(None, self.pace)
            self.gains = self.across('quarter', {other.name: [c / o for c, o in zip(other.on['quarter'].close, other.on['quarter'].open)]
                                                 for other in self.traded})
        close, pace, rng = x.close, self.pace[x.name], ind.atr(x.high, x.low, x.close, 15)
        rising = x.gather('quarter', [c > o for c, o in zip(x.close, x.open)], sum)
        up = [None if k == 0 else quarter.close[k] > quarter.close[k - 1] and rising[k] >= 7 for k in range(len(rising))]
        rest = x.gather('hour', rng, lambda own: own[-1])
        rest_ready = next(k for k, v in enumerate(rest) if v is not None) + 1
        seen_up, gold = x.read('quarter', up), self.see(x, self.data['GLD'], self.data['GLD'].close)
        places = [rank(pairs, x.name) for pairs in self.paces[x.name]]
        gains = [percent_rank(pairs, x.name) for pairs in self.gains[x.name]]
        at_quarter = [sum(tick.end < q.end for tick in hour.rows) - 1 for q in quarter.rows]         # 10.4
        rested = [rest[n] if n >= 0 else None for n in at_quarter]

        def dips(i, a):
            return places[i] is not None and seen_up[i] and places[i] <= 3 and gold[i] <= gold[i - 5]
        dip = Enter('dip', +1, dips, ('usd', lambda i, a, v: 0.15 * a.equity), trim=True,
                    order=Terms('limit', limit=lambda i, a, v: close[i] * (1 - 0.0002), tif=5), stop=lambda i, a, v: v.fill - 3 * rng[i],
                    targets=[Target(lambda i, a, v: v.fill + 3 * rng[i], 1 / 2, lambda i, a, v: v.fill), Target(lambda i, a, v: v.fill + 6 * rng[i])],
                    trail=lambda i, a, v: v.peak - 5 * rng[i], prefer=(+1, lambda i, a: pace[i]), at_most=6, cooldown=5)

        def surges(k, a):
            return k > 0 and gains[k] is not None and quarter.close[k] > quarter.high[k - 1] and gains[k] >= 0.5
        add = Add(2, lambda k, a, v: None if v.last_fill is None else quarter.close[k] > v.last_fill and up[k])
        surge = Enter('surge', +1, surges, ('usd', lambda k, a, v: 0.1 * a.equity), trim=True, stop=lambda k, a, v: v.fill - 4 * rested[k], add=add,
                      prefer=(-1, lambda k, a: rested[k] / quarter.close[k]), clock='quarter')
        slow = Exit('slow', 'dip', lambda i, a: a.bars_held is not None and a.bars_held >= 60, Terms('limit', limit=lambda i, a, v: close[i], tif=3))
        falling = Exit('falling', 'surge', lambda k, a: quarter.close[k] < quarter.low[k - 1], clock='quarter')
        gold_ready = next((row.end for i, row in enumerate(x.rows) if i >= 5 and gold[i - 5] is not None), None)
        rest_seen = next((q.end for q, value in zip(quarter.rows, rested) if value is not None), None)
        return [dip, surge, slow, falling], [x.ready(16), x.after('quarter', 2), quarter.ready(2), gold_ready, x.after('hour', rest_ready), rest_seen]


STRATEGIES = {'three_clocks': ThreeClocks, 'gap_fade': GapFade, 'many_brackets': ManyBrackets}
