"""Hand-computed cases: `python3 tests/judge/judge.py --self-test`."""
from datetime import date
from fractions import Fraction

import fees
import indicators as ind
import judge
import numbers_out as out
import nyse
import rules
import selftest_orders
import selftest_parts
import selftest_splits
import selftest_symbols
from datafiles import Row, decimals, ticks
from numbers_out import BUY, SELL
from nyse import HOUR, MINUTE
from splits import epochs


def make_rows(bars, first_end):
    out = []
    for i, (o, h, l, c) in enumerate(bars):
        r = Row()
        r.end = first_end + i * MINUTE
        r.start = r.end - MINUTE
        r.session = nyse.Nyse().session_of(r.end)
        r.open, r.high, r.low, r.close, r.volume = o, h, l, c, 100.0
        out.append(r)
    return out


def play(cls, bars, cash=1000, first_end=nyse.from_new_york(date(2019, 2, 11), 9 * HOUR + 31 * MINUTE), actions=()):
    rows, events = make_rows(bars, first_end), []
    after = [cls(seen, 2, {}).rules for seen in epochs(rows, actions, 2)[1:]]
    judge.Judge(rules.single(cls(rows, 2, {}), rows, 2, actions, after), cash, events.append).run()
    return events


def brief(events):
    """The essence of each event as a tuple."""
    out = []
    for e in events:
        if e['event'] == 'order':
            out.append((e['row'], e['kind'], e['side'], e['quantity'], e['price'], *e['reasons']))
        elif e['event'] == 'fill':
            out.append((e['row'], 'fill', e['order'], e['price'], e['fee'], e['cash'], e['position']))
        elif e['event'] == 'halt':
            out.append((e['row'], 'halt', e['limit']))
        elif e['event'] in ('split', 'cash_in_lieu', 'dividend', 'rescale'):
            names = ('order', 'quantity', 'price', 'shares', 'per', 'per_share', 'amount', 'cash')
            out.append((e['row'], e['event'], *[e[name] for name in names if name in e]))
        elif e['event'] != 'end':
            out.append((e['row'], e['event'], e['order'], *([e['quantity']] if e['event'] == 'resize' else [])))
    return out


def expect(got, want):
    assert len(got) == len(want) and all(g == w for g, w in zip(got, want)), \
        '\n got  %s\n want %s' % ('\n      '.join(map(str, got)), '\n      '.join(map(str, want)))


class LongWithStop(rules.Strategy):
    slippage, fees, limits = Fraction(1, 1000), ('per_share', Fraction(5, 1000)), [rules.Limit('order_value', 900)]

    def features(self):
        self.rules = [rules.Enter('a', +1, lambda i, a: i < 2, ('shares', lambda i, a, v: 5.0),
                                  stop=lambda i, a, v: v.fill - 1.0),
                      rules.Exit('x', 'a', lambda i, a: a.bars_held is not None and i >= 2)]


class Holds(rules.Strategy):
    shorting = True

    def features(self):
        self.rules = [rules.Hold('up', lambda i, a: i == 0, ('usd', lambda i, a, v: 1.0 * a.equity), trim=True),
                      rules.Hold('down', lambda i, a: i == 1, ('usd', lambda i, a, v: -1.0 * a.equity), trim=True)]


class Rejections(rules.Strategy):
    limits = [rules.Limit('order_value', 500)]

    def features(self):
        self.rules = [
            rules.Enter('zero', +1, lambda i, a: i == 0, ('risk', lambda i, a, v: 10.0), stop=lambda i, a, v: v.fill),
            rules.Enter('big', +1, lambda i, a: i != 2, ('shares', lambda i, a, v: 200.0)),
            rules.Enter('short', -1, lambda i, a: i == 0, ('shares', lambda i, a, v: 1.0)),
            rules.Enter('risk', +1, lambda i, a: i == 4, ('risk', lambda i, a, v: 10.0), stop=lambda i, a, v: v.fill - 0.3)]


class CloseAndHalt(rules.Strategy):
    market_close, shorting = True, True
    limits = [rules.Limit('day_loss', '0.01', 'equity', 'flatten', 'next_session')]

    def features(self):
        self.rules = [rules.Enter('s', -1, lambda i, a: True, ('usd', lambda i, a, v: 0.5 * a.cash))]


class Windowed(rules.Strategy):
    entries, flatten_from = (('open', 0), ('close', 30 * MINUTE)), ('close', 5 * MINUTE)

    def features(self):
        self.rules = [rules.Enter('w', +1, lambda i, a: i == 0, ('shares', lambda i, a, v: 1.0),
                                  stop=lambda i, a, v: v.fill - 5.0)]


def main():
    # 1: the clock
    assert nyse.iso(nyse.from_new_york(date(2011, 1, 3), 16 * HOUR)) == '2011-01-03T21:00:00Z'
    assert nyse.iso(nyse.from_new_york(date(2007, 3, 12), 16 * HOUR)) == '2007-03-12T20:00:00Z'
    assert nyse.iso(nyse.from_new_york(date(2006, 3, 13), 16 * HOUR)) == '2006-03-13T21:00:00Z'
    assert nyse.iso(nyse.from_new_york(date(2005, 10, 31), 16 * HOUR)) == '2005-10-31T21:00:00Z'
    assert nyse.new_york_date(nyse.from_new_york(date(2011, 1, 3), 20 * HOUR)) == date(2011, 1, 3)
    assert nyse.Nyse().session_of(nyse.from_new_york(date(2011, 1, 4), 0)) == date(2011, 1, 3)       # 1.2: end - 1 us
    assert nyse.easter(2008) == date(2008, 3, 23) and not nyse.is_session(date(2008, 3, 21))
    for day, early in (('2004-11-26', 1), ('2004-12-24', 0), ('2007-12-24', 1), ('2002-07-03', 0), ('2002-07-05', 1),
                       ('2009-07-03', 0), ('2012-07-03', 1), ('2013-07-03', 1), ('2019-02-11', 0)):
        assert nyse.closes_early(date.fromisoformat(day)) == bool(early), day
    # 6.1
    assert decimals('126.350') == 2 and decimals('100') == 0 and ticks('1.07', 5) == 107000 and ticks('5.', 2) == 500
    # 6.2 to 6.4
    assert out.closing_stop(10.001, 2, SELL) == 1001 and out.closing_stop(10.009, 2, BUY) == 1000
    assert out.closing_stop(0.1 + 0.2, 2, SELL) == 30                                            # 30.000000000000004
    assert out.quantity_to_lots(2.9999999) == 3 and out.quantity_to_lots(2.9) == 2
    assert out.value_to_money(1.005, 2) == 100 and out.value_to_money(-1.5, 2) == -150
    assert out.toward_zero(-7, 2) == -3
    assert out.decimal(-5, 2) == '-0.05' and out.decimal(12345, 4) == '1.2345'
    # 6.6
    assert ind.fixed(1.5) == 3 << 71 and ind.fixed(2.0 ** -73) == 0 and ind.fixed(3 * 2.0 ** -73) == 2
    assert ind.fixed(-3 * 2.0 ** -73) == -2
    assert ind.price_variance([1, 2, 3], 3, 0)[2] == 6 / 9
    assert ind.session_sum([1.0, 2.0, 4.0], ['a', 'a', 'b']) == [1.0, 3.0, 4.0]
    # indicators
    assert ind.rsi([1.0, 2.0, 3.0, 2.0], 2) == [None, None, 100.0, 50.0]
    assert ind.true_range([3.0, 9.0], [1.0, 8.0], [2.0, 8.5]) == [None, 7.0]
    assert ind.price_ema([1, 2, 6], 2, 0) == [None, 1.5, 1.5 + (2 / 3) * 4.5]
    assert ind.cross_up([1, 3], [1, 2]) == [None, True] and ind.cross_down([2, 1], [1, 1]) == [None, False]
    # 8: 1000 shares at 170: 170000 x 13e-6 = 2.21 exactly; 0.119 -> 0.12
    assert fees.alpaca_cents(date(2019, 2, 11), SELL, 1000, Fraction(170_000)) == 233
    assert fees.alpaca_cents(date(2019, 2, 11), SELL, 100_000, Fraction(100)) == 1 + 595
    assert fees.alpaca_cents(date(2019, 2, 11), BUY, 1000, Fraction(170_000)) == 0

    # 3.9, 5.1, 3.6: stopped on the row of the entry; that row's close enters again; the exit cancels the stop first
    expect(brief(play(LongWithStop, [(10000, 10000, 10000, 10000), (10005, 10010, 9900, 9950),
                                     (9800, 9850, 9750, 9800), (9900, 9900, 9900, 9900)])), [
        (0, 'entry', 'buy', '5', None),
        (1, 'fill', 1, '100.16', '0.03', '499.17', '5'),             # 10005 x 1.001 = 10015.005, up
        (1, 'stop', 'sell', '5', '99.16'),
        (1, 'fill', 2, '99.06', '0.03', '994.44', '0'),              # 9916 x 0.999 = 9906.084, down
        (1, 'entry', 'buy', '5', None),
        (2, 'fill', 3, '98.10', '0.03', '503.91', '5'),
        (2, 'stop', 'sell', '5', '97.10'),
        (2, 'cancel', 4),
        (2, 'exit', 'sell', '5', None),
        (3, 'fill', 5, '98.90', '0.03', '998.38', '0')])
    # 5.1: a gap beyond the stop fills at the open
    gap = brief(play(LongWithStop, [(10000, 10000, 10000, 10000), (10000, 10000, 9990, 9990), (9000, 9100, 9000, 9000)]))
    assert gap[-1] == (2, 'fill', 2, '89.91', '0.03', '948.99', '0'), gap
    # 3.7, 4.3, 4.8: trimmed to 1000 / 10.50 = 95; across zero: 95 reducing + 1190 / 12.60 = 94 opening
    expect(brief(play(Holds, [(1000, 1000, 1000, 1000), (1000, 1200, 1000, 1200), (1200, 1200, 1200, 1200)])), [
        (0, 'hold', 'buy', '95', None),
        (1, 'fill', 1, '10.00', '0.00', '50.00', '95'),
        (1, 'hold', 'sell', '189', None),
        (2, 'fill', 2, '12.00', '0.00', '2318.00', '-94')])
    # 4.1, 3.4, 3.8: 10 / 0.30 = 33
    expect(brief(play(Rejections, [(1000, 1000, 1000, 1000)] * 5)), [
        (0, 'entry', 'buy', '0', None, 'quantity', 'stop_side'),
        (0, 'entry', 'buy', '200', None, 'order_value', 'buying_power'),
        (0, 'entry', 'sell', '1', None, 'short_permission'),
        (3, 'entry', 'buy', '200', None, 'order_value', 'buying_power'),       # false on row 2, so proposed again
        (4, 'entry', 'buy', '33', None),
        (4, 'expire', 5)])
    # 4.7, 5.6: short 50 at 10.00; 10.21 loses 10.50 > 1 % of 989.50; flat at the close; refused until the next session
    expect(brief(play(CloseAndHalt, [(1000, 1000, 1000, 1000), (1000, 1019, 1000, 1019), (1021, 1021, 1021, 1021)])), [
        (0, 'entry', 'sell', '50', None),
        (0, 'fill', 1, '10.00', '0.00', '1500.00', '-50'),
        (2, 'halt', 'day_loss'),
        (2, 'flatten', 'buy', '50', None),
        (2, 'fill', 2, '10.21', '0.00', '989.50', '0'),
        (2, 'entry', 'sell', '73', None, 'halted')])                           # 0.5 x 1500 (as marked) / 10.21
    # 3.12: no entry at 15:30 or later; flat from 15:55
    at = nyse.from_new_york(date(2019, 2, 11), 15 * HOUR + 30 * MINUTE)
    bars = [(1000, 1000, 1000, 1000)] * 30
    expect(brief(play(Windowed, bars, first_end=at)), [])
    expect(brief(play(Windowed, bars, first_end=at - MINUTE)), [
        (0, 'entry', 'buy', '1', None),
        (1, 'fill', 1, '10.00', '0.00', '990.00', '1'),
        (1, 'stop', 'sell', '1', '5.00'),
        (26, 'cancel', 2),
        (26, 'flatten', 'sell', '1', None),
        (27, 'fill', 3, '10.00', '0.00', '1000.00', '0')])
    for cls, bars, want in [*selftest_orders.cases(), *selftest_parts.cases()]:
        expect(brief(play(cls, bars)), want)
    midnight = nyse.from_new_york(date(2019, 2, 12), 0)
    for cls, bars, actions, want in selftest_splits.cases():
        expect(brief(play(cls, bars, first_end=midnight - MINUTE, actions=actions)), want)
    selftest_splits.main()
    selftest_symbols.main()
    print('self-test passed')
