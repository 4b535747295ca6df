"""Random strategies over random quotes and trades (12), each as .strat text and as an object of rules.py, with the judge's records.

python3 tests/judge/random_events.py FIRST COUNT     one JSON object a line for each seed from FIRST on
python3 tests/judge/random_events.py --show SEED     the strategy, the events and the records, to read
"""
import os
import random
import sys
from datetime import timedelta
from fractions import Fraction

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import judge
import nyse
import random_expressions as X
import rules
from datafiles import Row, decimals, ticks
from numbers_out import decimal
from nyse import MINUTE, SECOND
from random_bars import DATES, exact_text, inside, text_of
from random_case import Author
from random_expressions import E, literal
from random_orders import Shares
from random_plan import main, override


class Event(Row):
    """A row of one event: `buy` and `sell` are the prices that it fills orders at; `values` what else it has, by name."""
    __slots__ = ('buy', 'sell', 'values')


class Events:
    """`rows` those that the clock ticks on, `d` the dataset's decimals, `csv` the file."""

    def __init__(self, rng):
        self.kind = rng.choice(['quotes', 'quotes', 'trades'])
        self.calendar_name = rng.choice(['nyse', 'always'])
        calendar = nyse.Always() if self.calendar_name == 'always' else nyse.Nyse()
        self.d = rng.choice([0, 1, 2, 2, 3, 5])
        made = self.quotes(rng) if self.kind == 'quotes' else self.trades(rng)
        times = event_times(rng, calendar, len(made))
        self.d = max(decimals(exact_text(p, self.d0)) for _, prices in made for p in prices)
        lines = [line % nyse.iso(at) for at, (line, _) in zip(times, made)]
        self.csv = '\n'.join([HEADERS[self.kind], *lines]) + '\n'
        self.regular, self.rows = rng.random() < 0.3, []
        end = 0
        for at, (line, prices) in zip(times, made):
            values = dict(zip(HEADERS[self.kind].split(',')[1:], line.split(',')[1:]))
            values = {name: ticks(text, self.d) if 'size' not in name else float(text) for name, text in values.items()}
            if self.kind == 'quotes' and values['bid'] >= values['ask']:
                continue                                             # 12.2
            row = Event()
            end = max(at, end) + 1                                   # 12.1
            row.start, row.end, row.session, row.values, row.volume = end - 1, end, calendar.session_of(end), values, 0.0
            if self.regular and not inside(calendar, row.start, row.end):
                continue
            row.sell, row.buy = (values['bid'], values['ask']) if self.kind == 'quotes' else (values['price'],) * 2
            row.open = row.close = (row.sell + row.buy) // 2         # 12.5
            row.high, row.low = row.sell, row.buy                    # 12.6: what `peak` follows, of a long and of a short trade
            if self.kind == 'trades':
                row.volume = values['size']
            self.rows.append(row)

    def walk(self, rng, count):
        """Prices in ticks."""
        self.d0 = self.d
        price = rng.choice([rng.randrange(20, 200), rng.randrange(500, 5000), rng.randrange(5000, 50000)])
        step = rng.choice([1, 1, 2, max(1, price // 500)])
        for _ in range(count):
            price = max(3, price + rng.choice([0, 0, 0, -1, 1, -1, 1, -2, 2, -7, 7]) * step)
            yield price

    def quotes(self, rng):
        out, widest = [], rng.choice([1, 2, 5])
        for price in self.walk(rng, rng.randrange(60, 250)):
            bid, ask = price, price + rng.choice([1, 1, rng.randrange(1, widest + 1), 0, -1] if rng.random() < 0.1 else [rng.randrange(1, widest + 1)])
            line = '%%s,%s,%d,%s,%d' % (text_of(bid, self.d, rng), rng.randrange(1, 900), text_of(ask, self.d, rng), rng.randrange(1, 900))
            out.append((line, (bid, ask)))
        return out

    def trades(self, rng):
        return [('%%s,%s,%d' % (text_of(price, self.d, rng), rng.choice([1, 50, 100, rng.randrange(1, 2000)])), (price,))
                for price in self.walk(rng, rng.randrange(60, 250))]


HEADERS = {'quotes': 'time,bid,bid_size,ask,ask_size', 'trades': 'time,price,size'}


def event_times(rng, calendar, count):
    """Instants that do not fall: many alike, some days apart, about the open and the close."""
    day = rng.choice(DATES)
    while not calendar.is_session(day):
        day += timedelta(1)
    at, out = calendar.close(day) - rng.randrange(5, 90) * MINUTE, []
    gaps = rng.choice([[0, 1, 1000, SECOND], [0, SECOND, 10 * SECOND], [SECOND, MINUTE, 5 * MINUTE]])
    while len(out) < count:
        out.append(at)
        at += rng.choice(gaps) * rng.choice([1, 1, 1, rng.randrange(1, 10)])
        if rng.random() < 0.02:
            day += timedelta(1)
            while not calendar.is_session(day):
                day += timedelta(1)
            at = max(at, calendar.open(day) + rng.randrange(-3, 30) * MINUTE)
    return out


class EventMarket(X.Market):
    """What stands for the columns and functions of bars; the functions that read bars are put together from others."""

    def __init__(self, bars):
        self.rows, self.d, self.n = bars.rows, bars.d, len(bars.rows)
        self.sessions = [r.session for r in self.rows]
        self.tick_size = literal('tick_size', 1 / 10 ** self.d)
        if bars.kind == 'trades':
            text = '%.*f' % (self.d, 10.0 ** -self.d)
            self.tick_size = X.divide(literal(text + 'usd', float(text)), literal('1share', 1.0), True)
            self.close = self.price_column('price', [r.values['price'] for r in self.rows])
            self.volume = self.listed('size')
            self.open, self.high, self.low = self.back(self.close, 1), self.highest(self.close, 2), self.lowest(self.close, 2)
            self.ask = self.bid = self.close
        else:
            self.bid, self.ask = self.price('bid'), self.price('ask')
            self.close = X.listed('mid', [(r.values['bid'] + r.values['ask']) / (2 * 10 ** self.d) for r in self.rows], 1)
            self.open, self.high, self.low, self.volume = self.back(self.close, 1), self.ask, self.bid, self.listed('bid_size')
        self.column = {'open': self.open, 'high': self.high, 'low': self.low, 'close': self.close}

    def price(self, name):
        return X.listed(name, [r.values[name] / 10 ** self.d for r in self.rows], 1)

    def listed(self, name):
        return X.listed(name, [r.values[name] for r in self.rows], 1)

    def true_range(self):
        if self.bid is self.ask:
            made = X.subtract(self.high, self.low)
            return E('(%s)' % made.text, made.fn, made.warm)
        return X.listed('spread', [(r.values['ask'] - r.values['bid']) / 10 ** self.d for r in self.rows], 1)

    def atr(self, n):
        return self.mean(self.true_range(), n)

    def bollinger(self, n, k, field):
        middle, away = self.mean(self.close, n), X.multiply(literal(str(k), float(k)), self.stdev(self.close, n))
        made = {'middle': lambda: middle, 'upper': lambda: X.add(middle, away), 'lower': lambda: X.subtract(middle, away)}[field]()
        return E('(%s)' % made.text, made.fn, made.warm)

    def stochastic(self, n, smooth, length, field):
        return self.rsi(self.close, n)

    def macd(self, fast, slow, length, field):
        made = X.subtract(self.ema(self.close, fast), self.ema(self.close, slow))
        return E('(%s)' % made.text, made.fn, made.warm)

    def vwap(self):
        made = X.multiply(self.close, X.divide(self.volume, self.back(self.volume, 1)))
        return E('(%s)' % made.text, made.fn, made.warm, maybe=True)


class EventAuthor(Author):
    market = EventMarket
    has_dividends = False

    def quotes(self, st):
        """Rules with `quote` (12.7)."""
        texts, st.rules = [], []
        sides = self.pick([+1, -1], [+1, -1], [+1], [-1], [+1, -1, -1])
        for k, side in enumerate(sides):
            price = self.quoted(side)
            when = self.pick(lambda: None, lambda: self.condition(1, account=True), lambda: self.near_flat(side))()
            if when is not None and when.maybe and self.chance(0.5):
                when = self.sure(when)
            kind, size = self.pick(('shares', None), ('shares', None), ('usd', None))[0], None
            size = self.shares(self.cash / Fraction(self.price)) if kind == 'shares' else self.money()[0]
            after = self.pick(None, None, ('2s', 2 * SECOND), ('500ms', SECOND // 2), ('3m', 3 * MINUTE))
            post_only = self.chance(0.5)
            self.read(price, size, *([] if when is None else [when]))
            self.features.add('quote post_only' if post_only else 'quote')
            texts.append('rule q%d { %squote %s { at %s size %s%s%s } }' % (
                k, '' if when is None else 'when %s\n  ' % when.text, 'buy' if side > 0 else 'sell', price.text, size.text, ' post_only' if post_only else '',
                '' if after is None else ' replace after ' + after[0]))
            st.rules.append(rules.Quote('q%d' % k, side, (lambda i, a: True) if when is None else (lambda i, a, f=when.fn: f(i, a, None)), price.fn,
                                        (kind, size.fn), post_only, 0 if after is None else after[1]))
        st.shorting = -1 in sides
        return texts

    def near_flat(self, side):
        most = literal('%dshares' % max(1, self.cash / Fraction(self.price) / 2), float(max(1, int(self.cash / Fraction(self.price) / 2))))
        position = X.account('position')
        return X.compare(position, '<', most) if side > 0 else X.compare(X.multiply(literal('-1', -1.0), position), '<', most)

    def quoted(self, side):
        """A price at the market: behind it, at it, or beyond."""
        m = self.m
        best, other = (m.bid, m.ask) if side > 0 else (m.ask, m.bid)
        toward = X.add if side > 0 else X.subtract
        away = X.subtract if side > 0 else X.add
        return self.pick(lambda: best, lambda: toward(best, m.tick_size), lambda: away(best, m.tick_size), lambda: away(other, m.tick_size), lambda: other,
                         lambda: m.mean(m.close, self.rng.randrange(2, 5)), lambda: m.back(best, 1), lambda: away(m.close, m.atr(3)),
                         lambda: away(m.close, X.multiply(m.tick_size, literal('0.5', 0.5))))()


def write(rng, events):
    """(text, Strategy, Author)"""
    st = object.__new__(rules.Strategy)
    st.calendar, st.rows, st.events = events.calendar_name, events.rows, events.kind
    author = EventAuthor(rng, events)
    author.shares_of_now, author.calendar_name = Shares(), events.calendar_name
    author.calendar, author.daily = nyse.Always() if events.calendar_name == 'always' else nyse.Nyse(), False
    risk = author.risk()
    st.limits, st.collar = author.limits, author.collar
    what = rng.choice(['quote', 'quote', 'enter', 'hold'])
    texts = author.quotes(st) if what == 'quote' else author.entering(st) if what == 'enter' else author.holding(st)
    st.warmup = author.warm
    session, simulate = author.session_block(st), author.simulate(st)
    lines = ['strategy s', 'calendar ' + events.calendar_name, 'trade [T]', 'clock tick = ' + events.kind + (' in regular' if events.regular else '')] + \
        [p.text for p in author.parameters] + [risk] + session + author.names + texts + simulate
    return '\n'.join(lines) + '\n', st, author


def make_case(seed):
    rng = random.Random('events %d' % seed)
    events = Events(rng)
    while len(events.rows) < 20:
        events = Events(rng)
    text, strategy, author = write(rng, events)
    records, failure = [], None
    try:
        judge.Judge(rules.single(strategy, events.rows, events.d), author.cash, records.append).run()
    except SystemExit as stopped:
        failure = str(stopped)
    return {'seed': seed, 'strategy': text, 'csv': {'T': events.csv}, 'actions': '', 'open': {}, 'cash': decimal(int(author.cash * 100), 2),
            'parameters': [override(p) for p in author.parameters if p.value is not None], 'features': sorted(author.features), 'records': records,
            'failure': failure}


if __name__ == '__main__':
    main(make_case)
