"""Random rules: sizes, entries, exits and holds, each as text and as an object of rules.py."""
from fractions import Fraction

import random_expressions as X
import rules
from random_expressions import E, literal
from random_orders import OrderWriter


class RuleWriter(OrderWriter):
    both_sides, reverses = False, None               # whether the file enters long and short; the rule with `reverse`
    index = None                     # of a family (11.9)

    # ---- sizes ----

    def shares(self, most):
        """About `most` shares or less, in shares."""
        q = max(1, int(most * (self.pick(0.03, 0.1, 0.2) if self.lively else self.pick(0.1, 0.4, 1, 1, 2))))
        text = self.pick('%d' % q, '%d' % q, '%.1f' % (q + 0.7), '%.4f' % (q - 0.00005))
        if self.chance(0.15):
            top = max(2 * q, 10)
            return literal(self.parameter('q', '%dshares' % max(1, q // 2), 'in 1shares..%dshares step 1shares' % top, float(q)), float(q))
        e = literal(text + 'shares', float(text))
        if self.chance(0.25):
            m = self.m
            return X.multiply(e, self.pick(lambda: X.divide(m.close, m.back(m.close, 1), never_zero=True),
                                           lambda: X.divide(m.rsi(m.close, 3), literal('50', 50.0), never_zero=True),
                                           lambda: X.divide(X.account('equity'), self.whole_cash(), True))())
        return e

    def whole_cash(self):
        return literal('%dusd' % int(self.cash), float(int(self.cash)))

    def money(self, shorts=False):
        """(a size in usd, its least part of equity or None, a constant or None)"""
        kind = self.rng.randrange(6)
        parts = ['3%', '5%', '10%', '20%'] if self.lively else ['5%', '10%', '25%', '33.3%', '50%', '80%', '95%', '100%', '150%']
        if kind <= 2:
            part = self.part(parts)
            of = X.account('cash' if kind == 0 else 'equity')
            return (X.multiply(part, of) if self.chance(0.7) else X.multiply(of, part)), part, None
        if kind == 3:
            value = max(Fraction(1), Fraction(int(self.cash * self.rng.choice([4, 10, 20] if self.lively else [10, 30, 60, 100, 130])), 100))
            text = self.pick('%d' % value, '%.2f' % float(value))
            return literal(text + 'usd', float(text)), None, float(text)
        if kind == 4:
            return X.multiply(self.shares(self.cash / Fraction(self.price)), self.m.close), None, None
        m = self.m
        return X.multiply(self.part(parts[:6]), X.multiply(X.account('equity'), X.divide(m.back(m.close, 1), m.close, True))), None, None

    # ---- rules ----

    def headed(self, name):
        return name if self.clock is None else '%s on %s' % (name, self.clock)

    def size(self, has_stop, trim):
        """(kind, E, trim)"""
        kind = self.pick('shares', 'usd', 'usd', 'risk' if has_stop else 'usd')
        part = constant = None
        if kind == 'shares':
            size = self.shares(self.cash / Fraction(self.price))
            if self.chance(0.1):
                size = X.multiply(size, X.subtract(self.m.rsi(self.m.close, 2), literal('50', 50.0)))
                self.features.add('size below zero')
            elif self.chance(0.1):
                size = X.multiply(size, self.pick(lambda: X.divide(self.at_entry(self.m.close), self.m.close, True),
                                                  lambda: X.divide(self.at_entry(X.account('equity'), per_share=False), self.whole_cash(), True))())
        elif kind == 'risk':
            size = X.multiply(self.part(['0.1%', '0.5%', '1%', '2%']), X.account(self.pick('equity', 'equity', 'cash')))
        else:
            size, part, constant = self.money()
        trim = trim or not self.passable(part, constant)
        self.features.add('size:' + kind + (' trim' if trim else ''))
        return kind, size, trim

    def enter(self, name, direction):
        """(text, Enter)"""
        when = self.of_prices() if self.lively else self.condition(self.pick(1, 2), account=self.chance(0.1))
        stop = self.stop(direction) if self.chance(0.7) else None
        trail = self.trail(direction) if self.chance(0.3) else None
        kind, size, trim = self.size(stop is not None or trail is not None, self.chance(0.4))
        clauses = ['%s %s%s' % ('risk' if kind == 'risk' else 'size', size.text, ' trim' if trim else '')]
        order_text, terms = self.order(direction, True)
        clauses += [order_text] if order_text else []
        self.features.add('stop' if stop is not None else 'no stop')
        if trail is not None:
            self.features.add('trail')
        clauses += ['%s at %s' % (word, e.text) for word, e in (('stop', stop), ('trail', trail)) if e is not None]
        target_texts, targets = self.targets(direction) if self.chance(0.6) else ([], [])
        add_text, add = self.add(direction) if self.chance(0.6 if self.lively else 0.3) else (None, None)
        clauses += [add_text] if add else []
        prefer_texts, prefer = self.preference()
        clauses += prefer_texts
        if self.chance(0.3):                                         # in any order, but for the targets among themselves
            self.rng.shuffle(clauses)
        where = self.rng.randrange(len(clauses) + 1) if self.chance(0.3) else len(clauses)
        clauses[where:where] = target_texts
        brake_texts, brakes = self.brakes()
        self.read(when, size, *[e for e in (stop, trail) if e is not None])
        brake_texts += self.reversing(name, brakes)
        text = 'rule %s { when %s\n  enter %s { %s }%s }' % (self.headed(name), when.text, 'long' if direction > 0 else 'short', '\n    '.join(clauses),
                                                          ''.join('\n  ' + brake for brake in brake_texts))
        rule = rules.Enter(name, direction, lambda i, a: when.fn(i, a, None), (kind, size.fn), stop and stop.fn, trim, terms, targets,
                           trail and trail.fn, add, prefer=prefer, clock=self.clock, **brakes)
        return text, rule

    def reversing(self, name, brakes):
        """3.20, where a rule of the file enters the other side; of one rule of the file."""
        if not self.both_sides or self.index is not None or self.reverses not in (None, name) or self.chance(0.4):
            return []
        self.reverses = name
        brakes['reverse'] = True
        self.features.add('reverse')
        return ['reverse']

    def preference(self):
        """(texts, prefer): nothing to prefer among one symbol."""
        return [], None

    def passable(self, part, constant):
        """Whether the compiler cannot prove that every order of this size is rejected (a parameter's range begins low)."""
        for limit in self.limits:
            if limit.measure in ('order_value', 'position_value'):
                if limit.of is None and constant is not None and constant > limit.amount:
                    return False
                if limit.of is not None and part is not None and part.fn(0, None, None) > limit.amount:
                    return False
        return True

    def exit(self, name, trade, direction):
        """(text, Exit)"""
        when = self.condition(self.pick(0, 1, 1), account=True)
        if when.maybe:
            when = self.sure(when)
        self.read(when)
        order_text, terms = self.order(-direction, False) if self.chance(0.7) else ('', rules.MARKET)
        if order_text:
            self.features.add('exit ' + terms.type)
        text = 'rule %s { when %s  exit %s%s }' % (self.headed(name), when.text, trade, ' { %s }' % order_text if order_text else '')
        return text, rules.Exit(name, trade, lambda i, a: when.fn(i, a, None), terms, self.clock)

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
            size = E('-' + size.within(X.ATOM), lambda i, a, v, f=size.fn: -f(i, a, v), size.warm, X.PRODUCT, size.maybe, size.history)
        elif shorts and sign < 0.6:
            other = self.shares(most) if kind == 'shares' else self.money()[0]
            other = E('-' + other.within(X.ATOM), lambda i, a, v, f=other.fn: -f(i, a, v), other.warm, X.PRODUCT, other.maybe, other.history)
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
        self.features.add('hold:' + kind + (' trim' if trim else ''))
        self.read(size, *([when] if when is not None else []))
        text = 'rule %s { %shold %s%s }' % (self.headed(name), '' if when is None else 'when %s  ' % when.text, size.text, ' trim' if trim else '')
        return text, rules.Hold(name, (lambda i, a: True) if when is None else (lambda i, a: when.fn(i, a, None)),
                                (kind, size.fn), trim, self.clock)
