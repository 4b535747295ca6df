"""Random strategies, each as .strat text and as an object of rules.py, with random bars and the judge's records.

python3 tests/judge/random_case.py FIRST COUNT     one JSON object a line for each seed from FIRST on
python3 tests/judge/random_case.py --show SEED     the strategy, the rows and the records, to read
"""
import json
import os
import random
import sys
from fractions import Fraction

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import judge
import nyse
import random_expressions as X
import rules
from nyse import MINUTE
from random_bars import random_bars
from random_expressions import E, literal, ratio
from random_values import Reader


class Author(Reader):
    """Writes one strategy: its rules and what stands around them."""

    # ---- sizes and stops ----

    def shares(self, most):
        """About `most` shares or less, in shares."""
        q = max(1, int(most * self.pick(0.1, 0.4, 1, 1, 2)))
        text = self.pick('%d' % q, '%d' % q, '%.1f' % (q + 0.7), '%.4f' % (q - 0.00005))
        if self.chance(0.15):
            top = max(2 * q, 10)
            return literal(self.parameter('q', '%dshares' % max(1, q // 2), 'in 1shares..%dshares step 1shares' % top, float(q)), float(q))
        e = literal(text + 'shares', float(text))
        if self.chance(0.25):
            m = self.m
            return X.multiply(e, self.pick(lambda: X.divide(m.close, m.back(m.close, 1), never_zero=True),
                                           lambda: X.divide(m.rsi(m.close, 3), literal('50', 50.0), never_zero=True),
                                           lambda: X.divide(X.account('equity'), literal('%dusd' % int(self.cash), float(int(self.cash))), True)
                                           )())
        return e

    def money(self, shorts=False):
        """(a size in usd, its least part of equity or None, a constant or None)"""
        kind = self.rng.randrange(6)
        parts = ['5%', '10%', '25%', '33.3%', '50%', '80%', '95%', '100%', '150%']
        if kind <= 2:
            part = self.part(parts)
            of = X.account('cash' if kind == 0 else 'equity')
            return (X.multiply(part, of) if self.chance(0.7) else X.multiply(of, part)), part, None
        if kind == 3:
            value = max(Fraction(1), Fraction(int(self.cash * self.rng.choice([10, 30, 60, 100, 130])), 100))
            text = self.pick('%d' % value, '%.2f' % float(value))
            return literal(text + 'usd', float(text)), None, float(text)
        if kind == 4:
            return X.multiply(self.shares(self.cash / Fraction(self.price)), self.m.close), None, None
        m = self.m
        return X.multiply(self.part(parts[:6]), X.multiply(X.account('equity'), X.divide(m.back(m.close, 1), m.close, True))), None, None

    def stop(self, direction):
        m, fill = self.m, E('fill', lambda i, a, fill: fill, history=False)
        away = X.subtract if direction > 0 else X.add
        tick = 10.0 ** -self.bars.d
        distance = max(1, round(self.price / tick * self.pick(0.003, 0.01, 0.03)))
        cents = '%.*f' % (self.bars.d + 2, (distance + self.pick(0, 0, 0.5, 0.25, 0.999999, 0.0000001)) * tick)
        return self.rng.choice([
            lambda: away(fill, X.multiply(self.factor(), self.offset())),
            lambda: away(fill, X.multiply(self.factor(), m.atr(self.rng.randrange(2, 6)))),
            lambda: X.multiply(fill, away(literal('1', 1.0), self.part(['0.3%', '1%', '2%', '5%', '37bps']))),
            lambda: m.lowest(m.low, self.rng.randrange(2, 6)) if direction > 0 else m.highest(m.high, self.rng.randrange(2, 6)),
            lambda: away(fill, X.divide(literal(cents + 'usd', float(cents)), literal('1share', 1.0), True)),
            lambda: self.average() if self.chance(0.7) else m.back(self.column(), 2),
            lambda: away(X.multiply(fill, literal('2', 2.0)), m.high),
            lambda: away(fill, X.multiply(literal('9', 9.0), m.atr(2))),
            lambda: away(fill, X.divide(X.multiply(ratio('1%'), X.account('equity')), literal('100shares', 100.0), True)),
        ])()

    # ---- rules ----

    def read(self, *expressions):
        self.warm = max(self.warm, *(e.warm for e in expressions))

    def enter(self, name, direction):
        """(text, Enter)"""
        when = self.condition(self.pick(1, 2), account=self.chance(0.1))
        stop = self.stop(direction) if self.chance(0.6) else None
        if stop is not None and stop.maybe:
            stop = X.default(stop, self.m.back(self.m.close, 1))
        most = self.cash / Fraction(self.price)
        kind = self.pick('shares', 'usd', 'usd', 'risk' if stop is not None else 'usd')
        trim = self.chance(0.4)
        part = constant = None
        if kind == 'shares':
            size = self.shares(most)
            if self.chance(0.1) and self.allowed('size below zero'):
                size = X.multiply(size, X.subtract(self.m.rsi(self.m.close, 2), literal('50', 50.0)))
        elif kind == 'risk':
            size = X.multiply(self.part(['0.1%', '0.5%', '1%', '2%']), X.account(self.pick('equity', 'equity', 'cash')))
        else:
            size, part, constant = self.money()
        trim = trim or not self.passable(part, constant)
        self.allowed('size:' + kind + (' trim' if trim else ''))
        self.allowed('stop' if stop is not None else 'no stop')
        self.read(when, size, *([stop] if stop is not None else []))
        text = 'rule %s { when %s  enter %s { %s %s%s%s } }' % (
            name, when.text, 'long' if direction > 0 else 'short', 'risk' if kind == 'risk' else 'size', size.text,
            ' trim' if trim else '', '' if stop is None else '  stop at %s' % stop.text)
        rule = rules.Enter(name, direction, lambda i, a: when.fn(i, a, None), (kind, lambda i, a: size.fn(i, a, None)),
                           stop=None if stop is None else stop.fn, trim=trim)
        return text, rule

    def passable(self, part, constant):
        """Whether the compiler cannot prove that every order of this size is rejected (a parameter's range begins low)."""
        for limit in self.limits:
            if limit.measure in ('order_value', 'position_value'):
                if limit.of is None and constant is not None and constant > limit.amount:
                    return False
                if limit.of is not None and part is not None and part.fn(0, None, None) > limit.amount:
                    return False
        return True

    def exit(self, name, trade):
        when = self.condition(self.pick(0, 1, 1), account=True)
        if when.maybe:
            when = self.sure(when)
        self.read(when)
        return 'rule %s { when %s  exit %s }' % (name, when.text, trade), rules.Exit(name, trade, lambda i, a: when.fn(i, a, None))

    def hold(self, name, shorts):
        """(text, Hold); `shorts`: whether the file may go short."""
        when = self.condition(self.pick(0, 1, 2), account=self.chance(0.2)) if self.chance(0.75) else None
        most = self.cash / Fraction(self.price)

        def one():
            if self.chance(0.5):
                return 'shares', self.shares(most)
            return 'usd', self.money()[0]
        kind, size = one()
        sign = self.rng.random()
        self.short = self.short or shorts and sign < 0.7
        if shorts and sign < 0.35:
            size = E('-' + size.within(X.ATOM), lambda i, a, fill, f=size.fn: -f(i, a, fill), size.warm, X.PRODUCT, size.maybe, size.history)
        elif shorts and sign < 0.6:
            other = self.shares(most) if kind == 'shares' else self.money()[0]
            other = E('-' + other.within(X.ATOM), lambda i, a, fill, f=other.fn: -f(i, a, fill), other.warm, X.PRODUCT, other.maybe, other.history)
            c = self.condition(1)
            size = X.choice(self.sure(c) if c.maybe else c, size, other)
        elif shorts and sign < 0.7:
            spread = X.divide(X.subtract(self.m.rsi(self.m.close, 3), literal('50', 50.0)), literal('25', 25.0), True)
            size = X.multiply(spread, size)
        elif sign < 0.8:
            size = literal('0', 0.0)
            kind = 'shares'
        trim = self.chance(0.5)
        if size.maybe:
            size = X.default(size, literal('0', 0.0))
        self.allowed('hold:' + kind + (' trim' if trim else ''))
        self.read(size, *([when] if when is not None else []))
        text = 'rule %s { %shold %s%s }' % (name, '' if when is None else 'when %s  ' % when.text, size.text, ' trim' if trim else '')
        return text, rules.Hold(name, (lambda i, a: True) if when is None else (lambda i, a: when.fn(i, a, None)),
                                (kind, lambda i, a: size.fn(i, a, None)), trim)

    # ---- the rest of the file ----

    def amount(self, measure, texts):
        """(text, amount, of): a constant or a ratio of the account."""
        part = Fraction(self.rng.choice(texts)) / 100
        of = self.pick(None, 'equity', 'equity', 'cash')
        if measure == 'drawdown':
            return percent(part), part, None
        if of is None:
            value = Fraction(max(1, int(part * self.cash * 100)), 100)
            return judge.decimal(int(value * 100), 2) + 'usd', value, None
        if part == 1 and self.chance(0.5):
            return of, part, of
        return ('%s * %s' % (percent(part), of) if self.chance(0.8) else '%s * %s' % (of, percent(part))), part, of

    def line(self, measure, texts, otherwise=False, name=None):
        text, amount, of = self.amount(measure, texts)
        action = until = None
        if otherwise:
            action, until = self.pick('no_entries', 'cancel', 'flatten', 'flatten'), self.pick('next_session', 'next_session', 'next_session', 'next_session', 'manual')
        self.limits.append(rules.Limit(measure, amount, of, action, until))
        return '%s <= %s%s' % (name or measure, text, ' else %s until %s' % (action, until) if otherwise else '')

    def risk(self):
        self.limits, lines = [], []
        sizes = ['20', '40', '60', '100', '100', '200', '400', '33.333']
        lines.append(self.line('order_value', sizes + ['400', '400']))
        if self.chance(0.4):
            lines.append(self.line('position_value', sizes, name=self.pick('position_value', 'position_value per symbol')))
        losses, falls = ['0.05', '0.3', '0.5', '1', '2', '4', '8'], ['1', '2', '4', '8', '15', '30', '60', '0.01']
        wanted = self.rng.choice([['day'], ['day'], ['day', 'down'], ['down', 'day'], ['down'], ['day', 'day'], ['day', 'down', 'day']])
        for which in wanted:
            measure = 'day_loss' if which == 'day' else 'drawdown'       # two lines that reject by one measure are a mistake
            otherwise = self.chance(0.7) or any(limit.measure == measure and limit.action is None for limit in self.limits)
            lines.append(self.line(measure, losses if which == 'day' else falls, otherwise))
        self.collar = Fraction(5, 100)
        if self.chance(0.4):
            collar = self.pick('0%', '1%', '2.5%', '10%', '33bps', '0.01%')
            self.collar = Fraction(collar[:-3]) / 10_000 if collar.endswith('bps') else Fraction(collar[:-1]) / 100
            lines.append('price_collar <= ' + collar)
        return 'risk { %s }' % '  '.join(lines)

    def session_block(self, strategy):
        if not self.chance(0.25):
            return []
        length = 390 if self.calendar_name == 'nyse' else 1440

        def time(places):
            anchor, k = self.rng.choice(places), self.rng.choice([0, 1, 5, 15, 30, 60, 95])
            word = 'after' if anchor == 'open' else 'before'
            return (anchor if k == 0 else '%dm %s %s' % (k, word, anchor)), (anchor, k * MINUTE), k if anchor == 'open' else length - k
        parts, (flatten_text, flatten_from, closed) = [], time(['close', 'close', 'close', 'open'])
        if self.chance(0.7):
            strategy.flatten_from = flatten_from
            parts.append('flatten ' + flatten_text)
        for _ in range(5 if self.chance(0.7) else 0):                # the compiler wants entries that begin, end and then close
            (from_text, begin, first), (to_text, end, last) = time(['open', 'open', 'close']), time(['close', 'close', 'open'])
            if first < last and (strategy.flatten_from is None or last <= closed):
                strategy.entries = begin, end
                parts.insert(0, 'entries from %s to %s' % (from_text, to_text))
                break
        if not parts:
            return []
        self.allowed('session')
        return ['session { %s }' % '  '.join(parts)]

    def simulate(self, strategy):
        settings = []
        if self.chance(0.3):
            strategy.market_close = True
            settings.append('market: close')
            self.allowed('market close')
        elif self.chance(0.2):
            settings.append('market: next_open')
        if self.chance(0.6):
            text = self.pick('1bps', '2bps', '0.5bps', '10bps', '0.25%', '1%', '0.37bps', '0%', '3bps', '33.3%' if self.chance(0.3) else '5bps')
            strategy.slippage = Fraction(text[:-3]) / 10_000 if text.endswith('bps') else Fraction(text[:-1]) / 100
            settings.append('slippage: ' + text)
        fees = self.rng.choice(['', 'none', 'share', 'value', 'alpaca', 'alpaca'])
        if fees == 'alpaca' and all(covered(r) for r in self.bars.rows):
            strategy.fees = ('alpaca_equities',)
            settings.append('fees: alpaca_equities')
        elif fees == 'none':
            settings.append('fees: none')
        elif fees == 'share':
            text = self.pick('0.005', '0.0035', '0.1', '0.00001') if self.price > 5 else '0.00001'
            strategy.fees = ('per_share', Fraction(text))
            settings.append('fees: %susd per share' % text)
        elif fees == 'value':
            text = self.pick('5', '1', '0.3', '30')
            strategy.fees = ('of_value', Fraction(text) / 10_000)
            settings.append('fees: %sbps' % text)
        self.allowed('fees:' + strategy.fees[0])
        if self.chance(0.15):
            strategy.start_after = self.rng.randrange(0, 20)
            settings.append('start after %dbars' % strategy.start_after)
        return ['simulate { %s }' % '  '.join(settings)] if settings else []


def percent(part):
    text = '%f' % float(part * 100)
    return text.rstrip('0').rstrip('.') + '%'


def covered(row):
    day = nyse.new_york_date(row.end - 1).isoformat()
    return any(r[0] <= day <= r[1] for r in judge.SEC_RATE) and any(r[0] <= day <= r[1] for r in judge.TAF_RATE)


def write(rng, bars, calendar_name, clock):
    """(text, Strategy, Author)"""
    author = Author(rng, bars)
    author.calendar_name = calendar_name
    author.calendar = nyse.Always() if calendar_name == 'always' else nyse.Nyse()
    st = object.__new__(rules.Strategy)
    st.calendar, st.close = calendar_name, author.m.close.series(author.m.n)
    risk = author.risk()
    st.limits, st.collar = author.limits, author.collar
    texts, st.rules = [], []

    def put(made):
        texts.append(made[0])
        st.rules.append(made[1])
    author.holds = rng.random() >= 0.65
    if not author.holds:
        directions = rng.choice([[1], [-1], [1, -1], [1, 1], [1, -1, 1], [-1, -1]])
        for k, direction in enumerate(directions):
            put(author.enter('e%d' % k, direction))
            for x in range(rng.choice([0, 1, 1, 1, 2])):
                put(author.exit('x%d%d' % (k, x), 'e%d' % k))
        st.shorting = -1 in directions
    else:
        shorts, author.short = rng.random() < 0.6, False
        for k in range(rng.choice([1, 2, 2, 3])):
            put(author.hold('h%d' % k, shorts))
        st.shorting = author.short                                   # 4.9: by a target that can be negative
    if rng.random() < 0.3:
        order = list(range(len(texts)))
        rng.shuffle(order)
        texts, st.rules = [texts[k] for k in order], [st.rules[k] for k in order]
    st.warmup = author.warm
    session, simulate = author.session_block(st), author.simulate(st)
    lines = ['strategy s'] + (['calendar ' + calendar_name] if calendar_name == 'always' or rng.random() < 0.1 else []) + \
        ['trade [T]', 'clock bar = ' + clock] + [p.text for p in author.parameters] + [risk] + session + author.names + texts + simulate
    return '\n'.join(lines) + '\n', st, author


def make_case(seed):
    rng = random.Random(seed)
    bars, calendar_name, clock = random_bars(rng)
    text, strategy, author = write(rng, bars, calendar_name, clock)
    records, failure = [], None
    try:
        judge.Judge(strategy, bars.rows, bars.d, author.cash, records.append).run()
    except SystemExit as stopped:
        failure = str(stopped)
    return {'seed': seed, 'strategy': text, 'csv': bars.csv, 'open': bars.open, 'cash': judge.decimal(int(author.cash * 100), 2),
            'parameters': [p.value for p in author.parameters], 'features': sorted(author.features), 'records': records, 'failure': failure}


def main():
    if sys.argv[1] == '--show':
        case = make_case(int(sys.argv[2]))
        print(case['strategy'])
        print(case['csv'])
        print({k: case[k] for k in ('open', 'cash', 'parameters', 'failure')})
        for record in case['records']:
            print(json.dumps(record))
        return
    first, count = map(int, sys.argv[1:])
    for seed in range(first, first + count):
        print(json.dumps(make_case(seed), separators=(',', ':')))


if __name__ == '__main__':
    main()
