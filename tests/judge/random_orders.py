"""The clauses of a random `enter` or `exit`: orders, stops, targets, trails, adds and brakes, each as text and as an object of rules.py."""
import random_expressions as X
import rules
from nyse import MINUTE, SECOND
from random_expressions import E, literal, ratio
from random_values import Reader


def of_trade(name):
    """`fill`, `peak` or `last_fill` (3.18)."""
    return E(name, lambda i, a, v: None if v is None else getattr(v, name), maybe=name == 'last_fill', history=False)


class Shares:
    """13.2: how rules of one symbol are written in the shares of one time: after how many of its actions, the k of all of them, the values of
    the first decision that they read, and the same of every epoch."""

    def __init__(self, epoch=0, ks=()):
        self.epoch, self.ks, self.entry_values, self.of_epochs = epoch, ks, [], [self]


def shares_of_epochs(ks):
    every = [Shares(epoch, ks) for epoch in range(len(ks) + 1)]
    for shares in every:
        shares.of_epochs = every
    return every


class OrderWriter(Reader):
    def at_entry(self, x, per_share=True):
        """3.18, 13.5"""
        shares = self.shares_of_now
        number = len(shares.entry_values)
        shares.entry_values.append(x)

        def fn(i, a, v):
            if v is None or v.entry is None:
                return None
            first = v.entry
            value = shares.of_epochs[first.epoch].entry_values[number].fn(first.i, first.a, None)
            for k in shares.ks[first.epoch:shares.epoch] if per_share and value is not None else ():
                value = value / k
            return value
        return E('at_entry(%s)' % x.text, fn, x.warm, maybe=x.maybe, history=False)

    def read(self, *expressions):
        """What a rule reads counts for the run's warm-up (3.2)."""
        self.warm = max([self.warm] + [e.warm for e in expressions])

    def sure_price(self, e):
        return X.default(e, self.m.close) if e.maybe else e

    def odd_distance(self, part):
        """A constant distance in usd/share, often not a whole number of ticks."""
        tick = 10.0 ** -self.digits
        ticks = max(1, round(self.price / tick * part)) + self.pick(0, 0, 0.5, 0.25, 0.999999, 0.0000001)
        text = '%.*f' % (self.digits + 2, ticks * tick)
        return X.divide(literal(text + 'usd', float(text)), literal('1share', 1.0), True)

    def beyond(self, base, sign):
        """A price at some distance above (+1) or below (-1) `base`."""
        away = X.add if sign > 0 else X.subtract
        return self.rng.choice([
            lambda: away(base, X.multiply(self.factor(), self.offset())),
            lambda: X.multiply(base, away(literal('1', 1.0), self.part(['0.1%', '0.3%', '1%', '2%', '5%', '37bps']))),
            lambda: away(base, self.odd_distance(self.pick(0.001, 0.003, 0.01, 0.03)))])()

    def level(self, sign):
        """A price that the market has been at: the next row may touch it."""
        m, n = self.m, self.rng.randrange(2, 6)
        return self.pick(lambda: m.highest(m.high, n) if sign > 0 else m.lowest(m.low, n), lambda: m.close, lambda: m.open,
                         lambda: m.high if sign > 0 else m.low, lambda: m.back(self.column(), 1), lambda: self.average())()

    # ---- orders

    def order(self, side, of_entry):
        """(text, Terms) of an order clause, empty for a market order of the day."""
        usual = ['plain', 'plain', 'stop'] if of_entry else ['limit']
        type = self.pick('plain', 'market', 'limit', 'limit', 'stop', 'stop_limit', *usual)
        if type == 'plain':
            return '', rules.MARKET
        bars = self.rng.randrange(1, 6)
        seconds = [] if self.daily else ['%d%s' % (self.rng.randrange(1, 40), self.pick('s', 'm'))]
        tif = self.pick('day', 'gtc', bars, bars, *seconds, *([] if type.startswith('stop') else ['ioc', 'fok', 'opg', 'cls']))
        if self.chance(0.15):
            tif = None
        price = limit = None
        m = self.m
        if type != 'market':                                         # a limit waits on the order's own side, a stop beyond the market
            sign = -side if type == 'limit' else side
            made = self.sure_price(self.beyond(m.close, sign) if self.chance(0.6) else self.level(self.pick(sign, sign, -sign)))
            if of_entry and self.chance(0.1):
                made = self.at_entry(made)                                # another value for an add
            if type == 'limit':
                limit = made
            else:
                price = made
        if type == 'stop_limit':
            limit = self.pick(lambda: price, lambda: self.beyond(price, side), lambda: self.beyond(price, side), lambda: self.beyond(price, -side),
                              lambda: self.sure_price(self.level(side)))()
        self.read(*[e for e in (price, limit) if e is not None])
        at = '' if price is limit is None else ' at ' + (limit if price is None else price).text
        text = type + at + (' limit ' + limit.text if type == 'stop_limit' else '')
        words = '%dbars' % tif if isinstance(tif, int) else tif
        span = rules.Span(int(tif[:-1]) * (SECOND if tif.endswith('s') else MINUTE)) if tif in seconds else None
        self.features.add('%s %s' % (type, 'Nbars' if isinstance(tif, int) else 'duration' if span else tif or 'without tif'))
        terms = rules.Terms(type, price and price.fn, limit and limit.fn, span or tif or 'day')
        return 'order ' + text + (' tif ' + words if tif else ''), terms

    # ---- stops

    def stop(self, direction):
        m, fill = self.m, of_trade('fill')
        away = X.subtract if direction > 0 else X.add
        return self.sure_price(self.rng.choice([
            lambda: self.beyond(fill, -direction),
            lambda: away(fill, X.multiply(self.factor(), m.atr(self.rng.randrange(2, 6)))),
            lambda: m.lowest(m.low, self.rng.randrange(2, 6)) if direction > 0 else m.highest(m.high, self.rng.randrange(2, 6)),
            lambda: self.average() if self.chance(0.7) else m.back(self.column(), 2),
            lambda: away(X.multiply(fill, literal('2', 2.0)), m.high),
            lambda: away(fill, X.multiply(literal('9', 9.0), m.atr(2))),
            lambda: away(fill, X.divide(X.multiply(ratio('1%'), X.account('equity')), literal('100shares', 100.0), True)),
            lambda: away(fill, X.multiply(self.factor(), self.at_entry(m.atr(self.rng.randrange(2, 4))))),
        ])())

    def trail(self, direction):
        peak, away = of_trade('peak'), X.subtract if direction > 0 else X.add
        tighter = 'max' if direction > 0 else 'min'
        last = X.default(of_trade('last_fill'), of_trade('fill'))
        return self.sure_price(self.rng.choice([
            lambda: self.beyond(peak, -direction), lambda: self.beyond(peak, -direction),
            lambda: away(peak, X.multiply(self.factor(), self.m.atr(self.rng.randrange(2, 6)))),
            lambda: X.call(tighter, [self.beyond(peak, -direction), self.beyond(of_trade('fill'), -direction)], max if direction > 0 else min),
            lambda: away(X.divide(X.add(peak, last), literal('2', 2.0), True), self.odd_distance(0.01)),
            lambda: away(peak, X.multiply(literal('9', 9.0), self.m.atr(2))), lambda: self.beyond(last, -direction),
        ])())

    # ---- targets

    def parts(self):
        """The texts of the parts, None for what the others leave."""
        return self.rng.choice([[None], [None], ['1/2'], ['1/2', None], ['1/2', '1/2'], ['1/3', '1/3', '1/3'], [None, '1/4'], ['25%', '50%'],
                                ['1/3', None, '1/3'], ['0.7', '0.2', '0.1'], ['70%', '20%', '10%'], ['100%'], ['99%', None], ['1/7', '2/7']])

    def targets(self, direction):
        """(texts, Targets)"""
        texts, made = [], []
        for part in self.parts():
            fill = of_trade('fill')
            price = self.pick(lambda: self.beyond(fill, direction), lambda: self.beyond(fill, direction), lambda: self.beyond(fill, direction),
                              lambda: self.sure_price(self.level(direction)), lambda: self.sure_price(self.beyond(self.m.close, direction)))()
            text = 'target %sat %s' % ('' if part is None else part + ' ', price.text)
            self.read(price)
            then = None
            if self.chance(0.45):
                then = self.pick(lambda: fill, lambda: self.beyond(fill, direction), lambda: self.beyond(fill, -direction), lambda: self.stop(direction),
                                 lambda: self.sure_price(self.level(-direction)))()
                text += ' then stop at ' + then.text
                self.read(then)
                self.features.add('then')
            texts.append(text)
            made.append(rules.Target(price.fn, None if part is None else part_of(part), then and then.fn))
        self.features.add('targets %d' % len(made))
        return texts, made

    # ---- adds and brakes

    def add(self, direction):
        """(text, Add)"""
        last, close, m = of_trade('last_fill'), self.m.close, self.m
        ahead = '>' if direction > 0 else '<'
        c = self.rng.choice([
            lambda: X.compare(close, ahead, last), lambda: X.compare(close, ahead, self.beyond(last, direction)),
            lambda: X.compare(close, self.pick('<', '>'), self.beyond(last, -direction)),
            lambda: X.compare(close, self.pick('<', '>', '=='), self.at_entry(self.column())),
            lambda: X.compare(m.atr(3), '>', self.at_entry(m.atr(3))),
            lambda: X.both(self.pick('and', 'or'), [self.condition(1), X.compare(last, self.pick('<', '>'), self.at_entry(m.close))]),
            lambda: self.condition(1, account=True)])()
        most = self.rng.randrange(1, 4)
        self.read(c)
        self.features.add('with add')
        return 'add up to %d when %s' % (most, c.text), rules.Add(most, c.fn)

    def brakes(self):
        """(texts, {at_most, cooldown})"""
        texts, made = [], {}
        if self.chance(0.15):
            made['at_most'] = self.rng.randrange(1, 4)
            texts.append('at most %d per session' % made['at_most'])
        if self.chance(0.2):
            made['cooldown'] = self.rng.randrange(1, 6)
            texts.append('cooldown %dbars after exit' % made['cooldown'])
        self.features.update(made)
        return texts, made


def part_of(text):
    """The float64 of a part."""
    if '/' in text:
        over, under = text.split('/')
        return int(over) / int(under)
    return ratio(text).fn(0, None, None) if text.endswith('%') else float(text)
