"""Hand-computed cases of several symbols and clocks (10, 11). Prices in cents; every session is a row of 2024's first days."""
from datetime import date
from fractions import Fraction

import judge
import nyse
from clocks import Clock, grid, ticks_of
from datafiles import Row
from rules import Across, Enter, Exit, Hold, Limit
from world import Portfolio, percent_rank, rank

NYSE = nyse.Nyse()
DAYS = [day for day in (date(2024, 1, 1 + k) for k in range(30)) if nyse.is_session(day)]       # 2, 3, 4, 5 | 8 .. 12 | 16 .. 19 | 22


def daily(prices):
    """Rows of (open, high, low, close) by the number of the session; one price stands for all four."""
    rows = []
    for k, prices_of_day in prices.items():
        row = Row()
        row.session = DAYS[k]
        row.start, row.end = NYSE.open(DAYS[k]), NYSE.close(DAYS[k])
        row.open, row.high, row.low, row.close = prices_of_day if isinstance(prices_of_day, tuple) else (prices_of_day,) * 4
        row.volume = 100.0
        rows.append(row)
    return rows, 2


def flat(price, *numbers):
    return {k: price for k in (numbers or range(9))}


def play(cls, prices, cash=1000, **options):
    portfolio = type('Case', (cls,), options)({name: daily(own) for name, own in prices.items()})
    events = []
    judge.Judge(portfolio.plan(), cash, events.append).run()
    return brief(events, {nyse.iso(NYSE.close(day)): k for k, day in enumerate(DAYS)})


def brief(events, numbers):
    """The essence of each event but the last; a session's number stands for its close."""
    out = []
    for e in events:
        at = numbers[e['time']] if 'time' in e else None
        if e['event'] == 'order':
            out.append((at, e['symbol'], e['row'], e['kind'], e['side'], e['quantity'], *e['reasons']))
        elif e['event'] == 'fill':
            out.append((at, e['symbol'], e['row'], 'fill', e['order'], e['price'], e['cash'], e['position']))
        elif e['event'] == 'borrow':
            out.append((at, e['symbol'], 'borrow', e['amount'], e['cash']))
        elif e['event'] == 'halt':
            out.append((at, 'halt', e['limit']))
        elif e['event'] != 'end':
            out.append((at, e['symbol'], e['row'], e['event'], e['order']))
    return out


def shares(n):
    return 'shares', lambda i, a, v: float(n)


class Pair(Portfolio):
    """One rule for each of two symbols, from a function of the symbol's columns."""
    trade = ['A', 'B']
    limits = [Limit('order_value', 10_000)]
    make = None

    def rules_of(self, x):
        return self.make(x), [x.ready(1)]


def buys(when, size, **options):
    return lambda self, x: [Enter('e', +1, lambda i, a: when(x, i), size, **options)]


def on_day(x, i, *numbers):
    return x.sessions[i] in [DAYS[k] for k in numbers]


def cases_of_symbols():
    # 11.2, 11.6: B has no row on day 1: its order waits for day 2. 95 x 10 x 1.05 = 997.50 is A's room, nothing is left for B (11.11)
    yield play(Pair, {'A': flat(1000, 0, 1, 2), 'B': flat(500, 0, 2)}, make=buys(lambda x, i: on_day(x, i, 0), shares(95))), [
        (0, 'A', 0, 'entry', 'buy', '95'), (0, 'B', 0, 'entry', 'buy', '95', 'buying_power'), (1, 'A', 1, 'fill', 1, '10.00', '50.00', '95')]
    yield play(Pair, {'A': flat(1000, 0, 1, 2), 'B': flat(500, 0, 2)}, make=buys(lambda x, i: on_day(x, i, 0), shares(40))), [
        (0, 'A', 0, 'entry', 'buy', '40'), (0, 'B', 0, 'entry', 'buy', '40'),
        (1, 'A', 1, 'fill', 1, '10.00', '600.00', '40'), (2, 'B', 1, 'fill', 2, '5.00', '400.00', '40')]
    # 11.5: B starts with its own first row; 11.6: rule by rule, in it symbol by symbol
    two = lambda self, x: [Enter('e', +1, lambda i, a: i == 0, shares(1)), Enter('f', +1, lambda i, a: i == 0, shares(2))]
    yield play(Pair, {'A': flat(1000, 0, 1), 'B': flat(500, 1, 2)}, make=two), [
        (0, 'A', 0, 'entry', 'buy', '1'), (1, 'A', 1, 'fill', 1, '10.00', '990.00', '1'), (1, 'B', 0, 'entry', 'buy', '1'),
        (2, 'B', 1, 'fill', 2, '5.00', '985.00', '1')]
    # 11.6: prefer: B (9.00) before A (10.00); 60 x 9 x 1.05 = 567; A's 630 is more than 1000 - 567
    lowest = buys(lambda x, i: on_day(x, i, 0), shares(60), prefer=(-1, lambda i, a: 0.0))
    preferring = lambda self, x: [Enter('e', +1, lambda i, a: i == 0, shares(60), prefer=(-1, lambda i, a: x.close[i]))]
    yield play(Pair, {'A': flat(1000, 0), 'B': flat(900, 0)}, make=preferring), [
        (0, 'B', 0, 'entry', 'buy', '60'), (0, 'A', 0, 'entry', 'buy', '60', 'buying_power'), (0, 'B', 0, 'expire', 1)]
    yield play(Pair, {'A': flat(1000, 0), 'B': flat(900, 0)}, make=lowest)[:1], [(0, 'A', 0, 'entry', 'buy', '60')]


def cases_of_limits():
    first = buys(lambda x, i: i == 0, shares(40))
    prices = {'A': flat(1000, 0), 'B': flat(500, 0)}
    # 11.11: gross: 420 for A; 420 + 210 = 630
    for limit, passes in (('630', True), ('629.99', False)):
        yield play(Pair, prices, make=first, limits=[Limit('gross_exposure', limit)])[1], \
            (0, 'B', 0, 'entry', 'buy', '40') + (() if passes else ('gross_exposure',))
        yield play(Pair, prices, make=first, limits=[Limit('net_exposure', limit)])[1], \
            (0, 'B', 0, 'entry', 'buy', '40') + (() if passes else ('net_exposure',))
    # trim knows gross_exposure: (630 - 420) / 5.25 = 40 of 50; 209 / 5.25 = 39
    trims = lambda self, x: [Enter('e', +1, lambda i, a: i == 0, shares(40 if x.name == 'A' else 50), trim=True)]
    yield play(Pair, prices, make=trims, limits=[Limit('gross_exposure', 629)])[1], (0, 'B', 0, 'entry', 'buy', '39')
    yield play(Pair, prices, make=first, limits=[Limit('open_positions', 1), Limit('order_rate', 1, per=nyse.MINUTE)])[1], \
        (0, 'B', 0, 'entry', 'buy', '40', 'open_positions', 'order_rate')
    # one a day: (t - 1 day, t] holds nothing of the day before
    daily_rate = lambda self, x: [Enter('e', +1, lambda i, a: i == (0 if x.name == 'A' else 1), shares(1))]
    yield play(Pair, {'A': flat(1000, 0, 1), 'B': flat(500, 0, 1)}, make=daily_rate, limits=[Limit('order_rate', 1, per=nyse.DAY)])[2], \
        (1, 'B', 1, 'entry', 'buy', '1')
    yield play(Pair, {'A': flat(1000, 0, 1), 'B': flat(500, 0, 1)}, make=daily_rate, limits=[Limit('order_rate', 1, per=nyse.DAY + 1)])[2], \
        (1, 'B', 1, 'entry', 'buy', '1', 'order_rate')
    # 4.7, 11.6: 1000 - 40 x (10 - 5) = 800 is below 90 %; B's working order is cancelled, A closed; then refused
    falls = lambda self, x: [Enter('e', +1, lambda i, a: i in (0, 3) if x.name == 'A' else i == 1, shares(40))]
    yield play(Pair, {'A': {0: 1000, 1: 1000, 2: 500, 3: 500}, 'B': flat(500, 0, 1, 3)}, make=falls,
               limits=[Limit('drawdown', '0.1', None, 'flatten', 'manual')]), [
        (0, 'A', 0, 'entry', 'buy', '40'), (1, 'A', 1, 'fill', 1, '10.00', '600.00', '40'), (1, 'B', 1, 'entry', 'buy', '40'),
        (2, 'halt', 'drawdown'), (2, 'A', 2, 'flatten', 'sell', '40'), (2, 'B', 1, 'cancel', 2),
        (3, 'A', 3, 'fill', 3, '5.00', '800.00', '0'), (3, 'A', 3, 'entry', 'buy', '40', 'halted')]


def cases_of_trades():
    # 11.8: two trades of one side at once; each exit sells its own; the stop of g is at 9.00 for 3
    both = lambda self, x: [Enter('f', +1, lambda i, a: i == 0 and x.name == 'A', shares(5)), Enter('g', +1, lambda i, a: i == 1, shares(3), stop=lambda i, a, v: v.fill - 1),
                            Enter('h', +1, lambda i, a: i in (2, 3), shares(1)), Exit('x', 'f', lambda i, a: i == 2)]
    yield play(Pair, {'A': {0: 1000, 1: 1000, 2: 1000, 3: (1000, 1000, 900, 900), 4: 1000}, 'B': flat(500, 9)}, make=both, open_trades=2), [
        (0, 'A', 0, 'entry', 'buy', '5'), (1, 'A', 1, 'fill', 1, '10.00', '950.00', '5'), (1, 'A', 1, 'entry', 'buy', '3'),
        (2, 'A', 2, 'fill', 2, '10.00', '920.00', '8'), (2, 'A', 2, 'stop', 'sell', '3'), (2, 'A', 2, 'exit', 'sell', '5'),
        (3, 'A', 3, 'fill', 4, '10.00', '970.00', '3'), (3, 'A', 3, 'fill', 3, '9.00', '997.00', '0'), (3, 'A', 3, 'entry', 'buy', '1'),
        (4, 'A', 4, 'fill', 5, '10.00', '987.00', '1')]
    # 11.9: members of a family in the order of k, each with its trade; one exit ends both, as one rule for each.
    family = lambda self, x: [*[Enter('f[%d]' % k, +1, lambda i, a: i == 0, shares(k)) for k in (1, 2)], *[Exit('x', 'f[%d]' % k, lambda i, a: i == 1) for k in (1, 2)]]
    yield play(Pair, {'A': flat(1000, 0, 1, 2), 'B': flat(500, 0, 1, 2)}, make=family, open_trades=2), [
        (0, 'A', 0, 'entry', 'buy', '1'), (0, 'B', 0, 'entry', 'buy', '1'), (0, 'A', 0, 'entry', 'buy', '2'), (0, 'B', 0, 'entry', 'buy', '2'),
        (1, 'A', 1, 'fill', 1, '10.00', '990.00', '1'), (1, 'A', 1, 'fill', 3, '10.00', '970.00', '3'),
        (1, 'B', 1, 'fill', 2, '5.00', '965.00', '1'), (1, 'B', 1, 'fill', 4, '5.00', '955.00', '3'),
        (1, 'A', 1, 'exit', 'sell', '1'), (1, 'B', 1, 'exit', 'sell', '1'), (1, 'A', 1, 'exit', 'sell', '2'), (1, 'B', 1, 'exit', 'sell', '2'),
        (2, 'A', 2, 'fill', 5, '10.00', '965.00', '2'), (2, 'A', 2, 'fill', 7, '10.00', '985.00', '0'),
        (2, 'B', 2, 'fill', 6, '5.00', '990.00', '2'), (2, 'B', 2, 'fill', 8, '5.00', '1000.00', '0')]
    # 11.8: a trade of the other side is ignored while an entry works
    sides = lambda self, x: [Enter('l', +1, lambda i, a: i == 0, shares(1)), Enter('s', -1, lambda i, a: i == 0, shares(1))]
    yield play(Pair, {'A': flat(1000, 0), 'B': flat(500, 1)}, make=sides, open_trades=2, shorting=True)[:2], [
        (0, 'A', 0, 'entry', 'buy', '1'), (1, 'B', 0, 'entry', 'buy', '1')]
    # 11.12: 20 short at 10.00; from Friday (3) to Monday (4) three days: 36 % x 200 x 3 / 360 = 0.60; the next day 0.20
    short = lambda self, x: [Enter('s', -1, lambda i, a: i == 2 and x.name == 'A', shares(20))]
    yield play(Pair, {'A': flat(1000, 0, 1, 2, 3, 4, 5), 'B': flat(500, 0)}, make=short, shorting=True, borrow=Fraction(36, 100)), [
        (2, 'A', 2, 'entry', 'sell', '20'), (3, 'A', 3, 'fill', 1, '10.00', '1200.00', '-20'),
        (4, 'A', 'borrow', '0.60', '1199.40'), (5, 'A', 'borrow', '0.20', '1199.20')]


class Spread(Pair):
    """Legs of A and B on a given instant."""
    shorting = True
    legs, acts, within = (10, -20), (0,), 0

    def rules_of(self, x):
        return [], [x.ready(1)]

    def plan(self):
        instants = self.universe_rows
        sizes = [(name, shares(n)) for name, n in zip('AB', self.legs)]
        self.slots = [Across('legs', lambda i, a: i in self.acts, sizes, self.within, instants, instants[0])]
        return super().plan()


def cases_of_legs():
    flat_two = {'A': flat(1000, 0, 1), 'B': flat(500, 0, 1)}
    yield play(Spread, flat_two), [
        (0, 'A', 0, 'hold', 'buy', '10'), (0, 'B', 0, 'hold', 'sell', '20'),
        (1, 'A', 1, 'fill', 1, '10.00', '900.00', '10'), (1, 'B', 1, 'fill', 2, '5.00', '1000.00', '-20')]
    # one fails, all are rejected; the rule waits while its `when` holds (on 1), asks again on 3
    yield play(Spread, {'A': flat(1000, 0, 1, 2, 3), 'B': flat(500, 0, 1, 2, 3)}, legs=(10, -200), acts=(0, 1, 3)), [
        (0, 'A', 0, 'hold', 'buy', '10', 'legs'), (0, 'B', 0, 'hold', 'sell', '200', 'buying_power'),
        (3, 'A', 3, 'hold', 'buy', '10', 'legs'), (3, 'B', 3, 'hold', 'sell', '200', 'buying_power')]
    # 105 + 105 of 200: the second has only what the first leaves
    yield play(Spread, flat_two, cash=200)[:2], [(0, 'A', 0, 'hold', 'buy', '10', 'legs'), (0, 'B', 0, 'hold', 'sell', '20', 'buying_power')]
    # 11.11: alone A's 10 x 10.00 is beyond 50 of net exposure, with B's -20 x 5.00 nothing is
    yield play(Spread, flat_two, limits=[Limit('net_exposure', 50)])[:2], [(0, 'A', 0, 'hold', 'buy', '10'), (0, 'B', 0, 'hold', 'sell', '20')]
    # B has no row on 1 and 2: at 2, later than 0 after A's fill on 1, both are flattened
    yield play(Spread, {'A': flat(1000, 0, 1, 2, 3), 'B': flat(500, 0, 3)}), [
        (0, 'A', 0, 'hold', 'buy', '10'), (0, 'B', 0, 'hold', 'sell', '20'), (1, 'A', 1, 'fill', 1, '10.00', '900.00', '10'),
        (2, 'A', 2, 'flatten', 'sell', '10'), (2, 'B', 0, 'cancel', 2), (3, 'A', 3, 'fill', 3, '10.00', '1000.00', '0')]


class Weekly(Pair):
    """10.7: buys on the week's tick if the week's mean close is above the week before's close; sells by the day, reading the week strictly before."""
    clocks = [('week', '1w')]

    def rules_of(self, x):
        week = x.on['week']
        mean = x.gather('week', x.close, lambda own: sum(own) / len(own))
        seen = x.read('week', week.close)
        buy = Enter('b', +1, lambda k, a: k > 0 and mean[k] > week.close[k - 1], shares(10), clock='week')
        sell = Exit('s', 'b', lambda i, a: seen[i] is not None and x.close[i] < seen[i])
        return [buy, sell], [week.ready(2), x.after('week', 1)]


def cases_of_clocks():
    # Weeks: sessions 0..3, 4..8, 9..12. A: 10, then 11: buys at the close of 8, sells when it closes below 11, the close of the week before
    a = {k: 1000 for k in range(4)} | {k: 1100 for k in range(4, 11)} | {11: 1099, 12: 1099}
    # B has no row on Friday the 12th (8): its week's tick comes at that close all the same, and bears the number of its last row, 7
    b = {k: 500 for k in range(4)} | {4: 600, 5: 600, 6: 600, 7: 600, 9: 650, 10: 700}
    yield play(Weekly, {'A': a, 'B': b}), [
        (8, 'A', 8, 'entry', 'buy', '10'), (8, 'B', 7, 'entry', 'buy', '10'),
        (9, 'A', 9, 'fill', 1, '11.00', '890.00', '10'), (9, 'B', 8, 'fill', 2, '6.50', '825.00', '10'),
        (11, 'A', 11, 'exit', 'sell', '10'), (12, 'A', 12, 'fill', 3, '10.99', '934.90', '0')]


def main():
    for cases in (cases_of_symbols, cases_of_limits, cases_of_trades, cases_of_legs, cases_of_clocks):
        for number, (got, want) in enumerate(cases()):
            assert got == want, '%s %d\n got  %s\n want %s' % (cases.__name__, number, '\n      '.join(map(str, got)), '\n      '.join(map(str, want)))
    # 10.2: 13:00 on 29 November 2019, Good Friday's week ends on Thursday, May on the 31st
    hours = grid(Clock('hour', '1h', NYSE, True, True), date(2019, 11, 29), date(2019, 11, 29))
    assert [nyse.iso(at)[11:16] for at in hours if nyse.new_york_date(at) == date(2019, 11, 29)] == ['15:30', '16:30', '17:30', '18:00']
    weeks = grid(Clock('week', '1w', NYSE, True), date(2019, 4, 15), date(2019, 4, 26))
    assert NYSE.close(date(2019, 4, 18)) in weeks and NYSE.close(date(2019, 4, 26)) in weeks
    assert NYSE.close(date(2019, 5, 31)) in grid(Clock('month', '1mo', NYSE, True), date(2019, 5, 1), date(2019, 5, 31))
    # 10.3: the tick of the last, unfinished week does not come
    rows, _ = daily({0: (5, 9, 4, 6), 2: (6, 8, 3, 7), 4: 7})
    (week,) = ticks_of(Clock('week', '1w', NYSE, True), rows, rows[-1].end)
    assert (week.open, week.high, week.low, week.close, week.volume, week.first, week.last) == (5, 9, 3, 7, 200.0, 0, 1)
    # 11.4: of 3, 5, 3 (in universe order)
    pairs = [('A', 3.0), ('B', 5.0), ('C', 3.0)]
    assert [rank(pairs, name) for name in 'ABCD'] == [2, 1, 3, None]
    assert [percent_rank(pairs, name) for name in 'ABC'] == [0.25, 1.0, 0.25] and percent_rank(pairs[:1], 'A') is None


if __name__ == '__main__':
    main()
