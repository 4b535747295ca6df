"""The strategies that ship (strategies/*.strat), rewritten by hand from their text; portfolios.py says which data each runs on."""
import math
import struct
from fractions import Fraction
from types import SimpleNamespace

import indicators as ind
import nyse
from by_hand_orders import highest, lowest
from clocks import last_until
from nyse import HOUR, MINUTE
from rules import Across, Add, Enter, Exit, Hold, Limit, Target, Terms
from world import Portfolio, rank


def of_equity(part):
    return 'usd', lambda i, a, v: part * a.equity


def risk(part):
    return 'risk', lambda i, a, v: part * a.equity


def deviation(xs, n):
    """6.6: the deviation of values that are no prices, in two passes."""
    out = []
    for i in range(len(xs)):
        own = xs[i - n + 1:i + 1] if i >= n - 1 else [None]
        if None in own:
            out.append(None)
            continue
        m = ind.unfixed(sum(map(ind.fixed, own))) / n
        total = 0.0
        for v in own:
            total += (v - m) * (v - m)
        out.append(math.sqrt(total / n))
    return out


def fdlibm_log(x):
    """6.7: fdlibm's e_log.c, for positive normal x."""
    high = struct.unpack('>I', struct.pack('>d', x)[:4])[0]
    k = (high >> 20) - 1023
    high &= 0xfffff
    i = (high + 0x95f64) & 0x100000
    x = struct.unpack('>d', struct.pack('>I', high | (i ^ 0x3ff00000)) + struct.pack('>d', x)[4:])[0]
    k += i >> 20
    f = x - 1.0
    ln2_hi, ln2_lo = 6.93147180369123816490e-01, 1.90821492927058770002e-10
    if (0xfffff & (2 + high)) < 3:
        if f == 0:
            return 0.0 if k == 0 else k * ln2_hi + k * ln2_lo
        r = f * f * (0.5 - 0.33333333333333333 * f)
        return f - r if k == 0 else k * ln2_hi - ((r - k * ln2_lo) - f)
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)))
    r = t2 + t1
    if ((high - 0x6147a) | (0x6b851 - high)) > 0:
        half = 0.5 * f * f
        return f - (half - s * (half + r)) if k == 0 else k * ln2_hi - ((half - (s * (half + r) + k * ln2_lo)) - f)
    return f - s * (f - r) if k == 0 else k * ln2_hi - ((s * (f - r) - k * ln2_lo) - f)


class Index(Portfolio):
    trade, slippage = ['SPX'], Fraction(2, 10_000)


class Minutes(Portfolio):
    trade, width, regular = ['DEMO'], '1m', True
    slippage, fees = Fraction(1, 10_000), ('per_share', Fraction(5, 1000))


def flatten_by(part):
    return Limit('day_loss', part, 'equity', 'flatten', 'next_session')


class AlwaysIn(Index):
    limits = [Limit('order_value', 2, 'equity'), Limit('position_value', '1.2', 'equity'), flatten_by('0.12')]
    borrow, shorting = Fraction(1, 100), True

    def rules_of(self, x):
        trend = [None if s is None else f - s for f, s in zip(ind.price_ema(x.t_close, 30, x.d), ind.price_ema(x.t_close, 120, x.d))]
        nought = [0.0] * len(trend)
        up, down = ind.cross_up(trend, nought), ind.cross_down(trend, nought)
        size = 'usd', lambda i, a, v: 0.8 * a.equity if trend[i] > 0 else -0.8 * a.equity
        return [Hold('side', lambda i, a: up[i] or down[i], size, trim=True)], [x.ready(121)]


class DonchianBracket(Index):
    limits = [Limit('order_value', 300_000), Limit('position_value', '1.5', 'equity'), flatten_by('0.1')]

    def rules_of(self, x):
        upper, rng, calm = highest(x.high, 55), ind.atr(x.high, x.low, x.close, 20), ind.price_mean(x.t_close, 100, x.d)
        return [Enter('breakout', +1, lambda i, a: x.close[i] > calm[i], risk(0.01), trim=True, order=Terms('stop', price=lambda i, a, v: upper[i], tif=5),
                      stop=lambda i, a, v: v.fill - 2 * rng[i], targets=[Target(lambda i, a, v: v.fill + 6 * rng[i])], cooldown=5)], [x.ready(100)]


class MeanReversion(Index):
    limits = [Limit('order_value', 120_000), Limit('drawdown', '0.3', None, 'no_entries', 'manual'), flatten_by('0.08')]

    def rules_of(self, x):
        quick, rng, calm = ind.rsi(x.close, 2), ind.atr(x.high, x.low, x.close, 20), ind.price_mean(x.t_close, 200, x.d)
        return [Enter('dip', +1, lambda i, a: x.close[i] > calm[i] and quick[i] < 10, of_equity(0.9), trim=True,
                      stop=lambda i, a, v: v.fill - 4 * rng[i], cooldown=2),
                Exit('strong', 'dip', lambda i, a: quick[i] > 65),
                Exit('old', 'dip', lambda i, a: a.bars_held is not None and a.bars_held >= 6)], [x.ready(200)]


class SmaCross(Index):
    limits = [Limit('order_value', 500_000), flatten_by('0.1')]

    def rules_of(self, x):
        fast, slow = ind.price_mean(x.t_close, 50, x.d), ind.price_mean(x.t_close, 200, x.d)
        return [Enter('buy', +1, lambda i, a: fast[i] > slow[i], ('usd', lambda i, a, v: 0.95 * a.cash)),
                Exit('sell', 'buy', lambda i, a: fast[i] < slow[i])], [x.ready(200)]


class TurnOfMonth(Index):
    limits, slippage = [Limit('order_value', 300_000), flatten_by('0.08')], Fraction(1, 10_000)

    def rules_of(self, x):
        left = [sessions_left_in_month(day) for day in x.sessions]
        since = []
        for i, days in enumerate(left):
            since.append(0 if i == 0 or days == 0 else min(since[-1] + 1, 99))
        return [Enter('turn', +1, lambda i, a: left[i] == 1, of_equity(0.95), trim=True), Exit('over', 'turn', lambda i, a: since[i] == 3)], [x.ready(1)]


def sessions_left_in_month(day):
    """1.5"""
    later = (day.replace(day=d) for d in range(day.day + 1, 32) if is_date(day, d))
    return sum(map(nyse.is_session, later))


def is_date(day, d):
    try:
        return bool(day.replace(day=d))
    except ValueError:
        return False


class Turtle(Index):
    limits = [Limit('order_value', 100_000), Limit('position_value', 3, 'equity'), flatten_by('0.1')]

    def rules_of(self, x):
        n = ind.atr(x.high, x.low, x.close, 20)
        top, bottom = ind.back(highest(x.high, 55), 1), ind.back(lowest(x.low, 20), 1)
        add = Add(3, lambda i, a, v: None if v.last_fill is None else x.close[i] > v.last_fill + n[i] / 2)
        return [Enter('long', +1, lambda i, a: x.close[i] > top[i], risk(0.005), trim=True, stop=lambda i, a, v: v.fill - 2 * n[i], add=add),
                Exit('out', 'long', lambda i, a: x.close[i] < bottom[i])], [x.ready(56)]


class VolatilityTarget(Index):
    limits = [Limit('order_value', '1.2', 'equity'), Limit('drawdown', '0.4', None, 'flatten', 'manual'),
              Limit('day_loss', '0.08', 'equity', 'no_entries', 'next_session')]

    def rules_of(self, x):
        change = [None] + [fdlibm_log(now / before) for before, now in zip(x.close, x.close[1:])]
        yearly = [None if v is None else v * math.sqrt(252.0) for v in deviation(change, 20)]
        share = [None if v is None else min(max(0.1 / v if v != 0 else 0.0, 0.0), 1.0) for v in yearly]

        def off(i, a):
            held = a.position * x.close[i] / a.equity if a.equity != 0 else 0.0
            return abs(share[i] * 0.95 - held) > 0.1
        return [Hold('adjust', off, ('usd', lambda i, a, v: share[i] * 0.95 * a.equity), trim=True)], [x.ready(21)]


class Grid(Minutes):
    limits = [Limit('order_value', 15_000), Limit('position_value', '0.5', 'equity'), flatten_by('0.01')]
    open_trades = 3
    entries, flatten_from = (('open', 10 * MINUTE), ('close', HOUR)), ('close', 10 * MINUTE)

    def rules_of(self, x):
        middle, rng = ind.price_mean(x.t_close, 120, x.d), ind.atr(x.high, x.low, x.close, 60)

        def rung(k):
            def level(i, a, v=None):
                return middle[i] - k * 3 * rng[i]
            return Enter('rung[%d]' % k, +1, lambda i, a: x.close[i] > level(i, a), ('usd', lambda i, a, v: 10_000.0), order=Terms('limit', limit=level, tif=10),
                         targets=[Target(lambda i, a, v: v.fill + 3 * rng[i])], stop=lambda i, a, v: v.fill - 9 * rng[i], cooldown=5)
        broken = [Exit('broken[%d]' % k, 'rung[%d]' % k, lambda i, a: x.close[i] < middle[i] - 12 * rng[i]) for k in (1, 2, 3)]
        return [*map(rung, (1, 2, 3)), *broken], [x.ready(120)]


class OpeningRange(Minutes):
    limits = [Limit('order_value', 60_000), flatten_by('0.01')]
    entries, flatten_from = (('open', 30 * MINUTE), ('close', 2 * HOUR)), ('close', 5 * MINUTE)

    def rules_of(self, x):
        calendar, early, top, bottom = nyse.Nyse(), [], [], []
        for i, row in enumerate(x.rows):
            early.append(row.end - calendar.open(row.session) <= 30 * MINUTE)
            own = [j for j in range(i - x.bar_of_session[i] + 1, i + 1) if early[j]]
            top.append(max((x.high[j] for j in own), default=x.high[i]))
            bottom.append(min((x.low[j] for j in own), default=x.low[i]))
        width = [t - b for t, b in zip(top, bottom)]
        return [Enter('breakout', +1, lambda i, a: not early[i] and x.close[i] < top[i] and width[i] > 0, risk(0.005), trim=True,
                      order=Terms('stop', price=lambda i, a, v: top[i], tif=30), stop=lambda i, a, v: v.fill - width[i],
                      targets=[Target(lambda i, a, v: v.fill + width[i])], at_most=1)], [x.ready(1)]


class PullbackScaleOut(Minutes):
    limits = [Limit('order_value', 60_000), Limit('position_value', '0.6', 'equity'), flatten_by('0.01'), Limit('drawdown', '0.15', None, 'flatten', 'manual')]
    entries, flatten_from = (('open', 15 * MINUTE), ('close', 45 * MINUTE)), ('close', 5 * MINUTE)

    def rules_of(self, x):
        rng, fast, slow = ind.atr(x.high, x.low, x.close, 30), ind.price_ema(x.t_close, 20, x.d), ind.price_ema(x.t_close, 60, x.d)
        return [Enter('pull_back', +1, lambda i, a: fast[i] > slow[i], risk(0.0025), trim=True,
                      order=Terms('limit', limit=lambda i, a, v: x.close[i] - 1.5 * rng[i], tif=5), stop=lambda i, a, v: v.fill - 3 * rng[i],
                      targets=[Target(lambda i, a, v: v.fill + 3 * rng[i], 1 / 2, lambda i, a, v: v.fill)], trail=lambda i, a, v: v.peak - 4 * rng[i],
                      at_most=4, cooldown=10)], [x.ready(60)]


class VwapPullback(Minutes):
    limits = PullbackScaleOut.limits
    entries, flatten_from = (('open', 30 * MINUTE), ('close', HOUR)), ('close', 5 * MINUTE)

    def rules_of(self, x):
        rng, fast, slow = ind.atr(x.high, x.low, x.close, 14), ind.price_ema(x.t_close, 20, x.d), ind.price_ema(x.t_close, 60, x.d)
        fair = ind.vwap_session(x.high, x.low, x.close, x.volume, x.sessions)
        return [Enter('pull_back', +1, lambda i, a: None if fair[i] is None else fast[i] > slow[i] and x.close[i] < fair[i], risk(0.0025), trim=True,
                      stop=lambda i, a, v: v.fill - 3 * rng[i]),
                Exit('back_above', 'pull_back', lambda i, a: fair[i] is not None and x.close[i] > fair[i] + rng[i])], [x.ready(60)]


class ThreeClocks(Minutes):
    clocks = [('quarter', '15m'), ('day', '1d')]
    limits = [Limit('order_value', 50_000), Limit('day_loss', '0.01', 'equity', 'no_entries', 'next_session')]
    entries, flatten_from = (('open', 30 * MINUTE), ('close', 30 * MINUTE)), ('close', 5 * MINUTE)

    def rules_of(self, x):
        quarter, day = x.on['quarter'], x.on['day']
        up = x.read('day', [None if m is None else c > m for c, m in zip(day.close, ind.price_mean(day.t_close, 3, x.d))])
        quick = ind.rsi(quarter.close, 8)
        dip = x.read('quarter', [None if r is None else r < 45 for r in quick])
        crossed, rng = ind.cross_up(x.close, ind.price_ema(x.t_close, 20, x.d)), ind.atr(x.high, x.low, x.close, 30)
        buy = Enter('buy', +1, lambda i, a: up[i] and dip[i] and crossed[i], risk(0.0025), trim=True, stop=lambda i, a, v: v.fill - 4 * rng[i],
                    targets=[Target(lambda i, a, v: v.fill + 4 * rng[i], 1 / 2, lambda i, a, v: v.fill)], trail=lambda i, a, v: v.peak - 6 * rng[i])
        return [buy, Exit('turned', 'buy', lambda k, a: quick[k] > 70, clock='quarter')], \
            [x.ready(31), quarter.ready(9), x.after('quarter', 9), x.after('day', 3)]


class PairSpread(Portfolio):
    trade = ['ALFA', 'BRAVO']
    limits = [Limit('order_value', '0.6', 'equity'), Limit('gross_exposure', '1.1', 'equity'), Limit('day_loss', '0.05', 'equity', 'flatten', 'manual')]
    shorting, borrow, slippage, fees = True, Fraction(1, 100), Fraction(2, 10_000), ('of_value', Fraction(5, 100_000))

    def rules_of(self, x):
        return [], [x.ready(1)]

    def plan(self):
        at = self.universe_rows
        instants = [SimpleNamespace(end=end) for end in at]
        alfa, bravo = ([x.close[k] if k >= 0 else None for k in last_until(x.rows, instants)] for x in self.traded)
        price = [None if None in pair else pair[0] / pair[1] for pair in zip(alfa, bravo)]
        first = next(k for k, p in enumerate(price) if p is not None)
        centre = [None] * first + ind.mean(price[first:], 60)
        score = [None if not v else (p - m) / v for p, m, v in zip(price, centre, [None] * first + deviation(price[first:], 60))]

        def legs(name, when, alfa, bravo):
            sizes = [(symbol, ('usd', lambda k, a, v, sign=sign: sign * (0.45 * a.equity))) for symbol, sign in (('ALFA', alfa), ('BRAVO', bravo))]
            return Across(name, lambda k, a: score[k] is not None and when(score[k]), sizes, 5_000_000, at, at[first + 59])
        self.slots = [legs('sell_pair', lambda s: s > 2, -1, 1), legs('buy_pair', lambda s: s < -2, 1, -1), legs('done', lambda s: abs(s) < 0.5, 0, 0)]
        return super().plan()


class RankRotation(Portfolio):
    trade = ['ALFA', 'BRAVO', 'CHARLIE', 'DELTA', 'ECHO', 'FOXTROT']
    clocks = [('month', '1mo')]
    limits = [Limit('order_value', '0.4', 'equity'), Limit('gross_exposure', 1, 'equity'), Limit('day_loss', '0.05', 'equity', 'no_entries', 'next_session')]
    slippage, fees = PairSpread.slippage, PairSpread.fees

    def rules_of(self, x):
        momentum = {other.name: ind.roc(other.on['month'].close, 6) for other in self.traded}
        places = [rank(pairs, x.name) for pairs in self.across('month', momentum)[x.name]]
        chosen = [place is not None and place <= 2 and m > 0 for place, m in zip(places, momentum[x.name])]
        size = 'usd', lambda k, a, v: 0.33 * a.equity if chosen[k] else 0.0
        return [Hold('rotate', lambda k, a: True, size, trim=True, clock='month')], [x.on['month'].ready(7)]


STRATEGIES = {'shipped/' + name: cls for name, cls in (
    ('always_in', AlwaysIn), ('donchian_bracket', DonchianBracket), ('grid', Grid), ('mean_reversion', MeanReversion), ('opening_range', OpeningRange),
    ('pair_spread', PairSpread), ('pullback_scale_out', PullbackScaleOut), ('rank_rotation', RankRotation), ('sma_cross', SmaCross), ('three_clocks', ThreeClocks),
    ('turn_of_month', TurnOfMonth), ('turtle', Turtle), ('volatility_target', VolatilityTarget), ('vwap_pullback', VwapPullback))}
