"""What a random strategy reads beyond its own rows: slower clocks, other symbols, groups, gathers and anchored windows (10, 11.3, 11.4).

The same choices are made once for every symbol ("replayed"): the texts must come out the same, the functions are those of the symbol.
"""
import indicators as ind
import random_expressions as X
from clocks import last_before, last_until
from random_expressions import ATOM, E, literal
from random_rules import RuleWriter
from random_values import Parameter
from world import percent_rank, rank

COLUMNS = ['open', 'high', 'low', 'close', 'close']
PLACES = {'rank': [('==', '1'), ('<=', '1'), ('>', '1'), ('<=', '2'), ('>', '2')], 'percent_rank': [('>=', '0.5'), ('>', '0.5'), ('==', '1'), ('<', '1')],
          'count': [('>=', '1'), ('==', '1'), ('<', '1')]}
SLOWNESS = ['1m', '5m', '10m', '15m', '30m', '1h', '2h', '4h', '1d', '1w', '1mo']


class WorldReader(RuleWriter):
    def __init__(self, rng, world):
        self.world = world
        super().__init__(rng, world.markets[world.traded[0], None, 0])
        self.blocks = {clock.name: [] for clock in world.clocks}     # the definitions of `on CLOCK { … }`
        self.index, self.index_due, self.in_block = None, False, False           # (name, value) of a family (11.9)
        self.needs = {}                                              # symbol -> (clock, warm-up) of all that its rules read
        self.here(world.traded[0])

    # ---- places

    def here(self, symbol, clock=None, epoch=0):
        self.symbol, self.clock, self.epoch = symbol, clock, epoch
        self.m = self.bars = self.world.markets[symbol, clock, epoch]
        self.shares_of_now = self.world.shares[symbol][epoch]

    def in_all_shares(self, symbols):
        return [(symbol, epoch) for symbol in symbols for epoch in self.world.epochs_of(symbol)]

    def replay(self, places, make, clock=None):
        """{(symbol, epoch): make() as written for it}, with the same choices for each."""
        before = self.symbol, self.clock, self.epoch, self.m, self.bars, self.shares_of_now
        state, names, parameters, blocks = self.rng.getstate(), len(self.names), len(self.parameters), {c: len(b) for c, b in self.blocks.items()}
        out = {}
        for place in places:
            self.rng.setstate(state)
            del self.names[names:], self.parameters[parameters:]
            for c, length in blocks.items():
                del self.blocks[c][length:]
            self.here(place[0], clock, place[1])
            out[place] = make()
        self.symbol, self.clock, self.epoch, self.m, self.bars, self.shares_of_now = before
        return out

    def read(self, *expressions):
        if self.epoch == 0:                                          # 13.2: the run's start does not move
            self.needs.setdefault(self.symbol, []).extend((self.clock, e.warm) for e in expressions)

    def slower_than_here(self):
        width_of = {clock.name: clock.width for clock in self.world.clocks}
        here = self.world.width if self.clock is None else width_of[self.clock]
        return [name for name, width in width_of.items() if SLOWNESS.index(width) > SLOWNESS.index(here)]

    # ---- reads of other places

    def through(self, prefix, make, symbol, clock, select):
        """What each tick of here reads of a value of another place; of another symbol in the shares of then (13.2)."""
        own = symbol == self.symbol
        xs = self.replay([(symbol, self.epoch)] if own else self.in_all_shares([symbol]), make, clock)
        there = self.world.markets[symbol, clock, 0]
        values = {epoch: x.series(there.n) for (_, epoch), x in xs.items()}
        numbers, epochs = select(there.rows, self.m.rows), [self.epoch if own else self.world.epoch_at(symbol, row.end) for row in self.m.rows]
        out = [values[epoch][k] if k >= 0 else None for k, epoch in zip(numbers, epochs)]
        x = next(iter(xs.values()))
        first = next((i for i, k in enumerate(numbers) if k >= x.warm - 1), len(numbers))
        return listed_from(prefix + x.text, out, first, x.maybe)

    def of_slower(self, make):
        """`day.close`: a value of a slower clock, strictly before (10.4)."""
        clock = self.rng.choice(self.slower_than_here())
        self.features.add('read of a slower clock')
        return self.through(clock + '.', make, self.symbol, clock, last_before)

    def of_symbol(self, make):
        """`B.close`: at this instant, else the last (11.3)."""
        other = self.rng.choice(self.world.names)
        self.features.add('read of a symbol')
        return self.through(other + '.', make, other, None, last_until)

    def of_symbols_clock(self):
        """`B.day.close`."""
        other, clock = self.rng.choice(self.world.names), self.rng.choice(self.slower_than_here() + ([] if self.clock is None else [self.clock]))
        self.features.add('read of a clock of a symbol')
        return self.through('%s.%s.' % (other, clock), self.library, other, clock, last_until if clock == self.clock else last_before)

    def simple(self):
        """A value that a clock may stand before: a column, perhaps of the tick before, or a function of the library."""
        return self.m.back(self.plain(), self.rng.randrange(1, 3)) if self.chance(0.3) else self.library()

    def plain(self):
        return self.m.column[self.rng.choice(COLUMNS)]

    def library(self):
        n = self.rng.randrange(2, 4)
        return self.plain() if self.chance(0.7) else self.m.atr(n)

    def top_level(self):
        """A name of the top level, which every symbol has its own of."""
        return self.named_always(self.value(1))

    def of_symbol_later(self):
        """Offsets and windows over what another symbol's value was to this one, in this one's rows."""
        m, n, x = self.m, self.rng.randrange(1, 4), self.of_symbol(self.top_level if self.chance(0.3) and self.at_top_level() else self.library)
        if x.maybe or '.v' in x.text:                                # a name of the top level may change with a slower clock only
            return x
        return self.pick(lambda: x, lambda: m.back(x, n), lambda: m.mean(x, n + 1), lambda: m.highest(x, n + 1), lambda: m.ema(x, n + 1))()

    def of_group(self, function, make=None):
        """(`universe.rank(x)`, x): 11.4."""
        group = self.rng.choice(list(self.world.groups))
        members = [name for name in self.world.names if name in self.world.groups[group]]            # in universe order
        make = make or (self.rising if function == 'count' else self.group_member)
        xs = self.replay(self.in_all_shares(dict.fromkeys([*members, *([self.symbol] if self.symbol else [])])), make, self.clock)
        at = {name: {row.end: k for k, row in enumerate(self.world.markets[name, self.clock, 0].rows)} for name in members}
        out = []
        for row in self.m.rows:
            pairs = []
            for name in members:
                k, x = at[name].get(row.end), xs[name, self.world.epoch_at(name, row.end)]
                if k is not None and k >= x.warm - 1 and (value := x.fn(k, None, None)) is not None:
                    pairs.append((name, value))
            out.append(group_value(function, pairs, self.symbol))
        self.features.add('%s of a group' % function)
        x = xs[self.symbol, self.epoch] if self.symbol else xs[members[0], 0]
        warm = x.warm if self.symbol in members else self.ready_for_all(members, xs)
        return X.listed('%s.%s(%s)' % (group, function, x.text), out, warm, maybe=function not in ('sum', 'count')), x

    def ready_for_all(self, members, xs):
        """11.4: on a symbol outside the group, and across the universe."""
        rows = {name: self.world.markets[name, self.clock, 0].rows for name in members}
        if any(xs[name, 0].warm > len(rows[name]) for name in members):
            return self.m.n + 1
        at = max(rows[name][xs[name, 0].warm - 1].end for name in members)
        return 1 + sum(row.end < at for row in self.m.rows)

    def rising(self):
        return X.compare(self.m.close, self.pick('>', '<'), self.m.back(self.m.close, 1))

    def group_member(self):
        m, n = self.m, self.rng.randrange(2, 4)
        if self.slower_than_here() and self.chance(0.2):
            return self.of_slower(self.simple)
        return self.pick(lambda: m.close, lambda: X.divide(m.close, m.open, True), lambda: m.roc(m.close, 1), lambda: m.mean(m.close, n), lambda: m.high)()

    def on_first(self, make):
        """What `make` writes for this symbol on the first clock."""
        place = self.symbol, self.epoch
        return self.replay([place], make)[place]

    def gathered(self):
        """10.5: a value of the first clock, read on this slower one."""
        function, first = self.pick('first', 'last', 'sum', 'mean', 'max', 'min'), self.world.markets[self.symbol, None, self.epoch]
        x = self.on_first(lambda: self.pick(lambda: self.column(), lambda: self.average())())
        values, out = x.series(first.n), []
        for tick in self.m.rows:
            own = values[tick.first:tick.last + 1]
            out.append(None if tick.first < x.warm - 1 or None in own else gather(function, own))
        ready = next((k for k, tick in enumerate(self.m.rows) if tick.first >= x.warm - 1), len(out))
        self.features.add('gather ' + function)
        e = listed_from('%s(%s)' % (function, x.text), out, ready)
        return X.divide(e, literal('2', 2.0), True) if function == 'sum' else e

    def gathered_count(self):
        c = self.on_first(lambda: X.compare(self.m.close, self.pick('>', '<'), self.m.open))
        counts = [float(sum(c.fn(i, None, None) for i in range(tick.first, tick.last + 1))) for tick in self.m.rows]
        self.features.add('gather count')
        return X.compare(listed_from('count(%s)' % c.text, counts, 0), self.pick('>', '<='), literal('2', 2.0))

    def anchored(self):
        """10.6: windows since a slower clock, on the first one."""
        clock, function, x = self.rng.choice(self.world.clocks).name, self.pick('mean', 'highest', 'lowest', 'sum'), self.column()
        values, exact, out, held = x.series(self.m.n), x.ticks is not None, [], []
        before = last_before(self.world.markets[self.symbol, clock, 0].rows, self.m.rows)
        for i in range(self.m.n):
            if i == 0 or before[i] != before[i - 1]:
                held = []
            if values[i] is not None:
                held.append(x.ticks[i] if exact and function in ('sum', 'mean') else values[i])
            out.append(self.m.of_session(function, held, exact) if held else None)
        self.features.add('since a clock')
        e = listed_from('%s(%s, since: %s)' % (function, x.text, clock), out, x.warm - 1, function != 'sum')
        return X.divide(e, literal('3', 3.0), True) if function == 'sum' else e

    # ---- what the rules of one symbol are made of

    def value(self, depth=2):
        if self.clock is not None and self.chance(0.3):
            return self.gathered()
        if self.chance(0.5):
            options = [self.of_symbol_later] if self.clock is None else [self.of_own_block]
            if self.slower_than_here():
                options += [lambda: self.of_slower(self.simple), lambda: self.of_slower(self.block_value)]
            if self.world.clocks and self.clock is None:
                options += [self.of_symbols_clock, self.anchored]
            return self.rng.choice(options)()
        return super().value(depth)

    def block_value(self):
        """A name of an `on CLOCK` block; the place is the clock's."""
        outside, self.in_block = self.in_block, True
        e = self.value(1)
        self.in_block = outside
        name = 'w%d' % (1 + sum(map(len, self.blocks.values())))
        self.blocks[self.clock].append('%s = %s' % (name, e.text))
        return E(name, e.fn, e.warm, ATOM, e.maybe)

    def of_own_block(self):
        """A name of the clock's own block: bare inside the block, of the clock elsewhere."""
        e = self.block_value()
        return e if self.in_block else E('%s.%s' % (self.clock, e.text), e.fn, e.warm, ATOM, e.maybe)

    def condition(self, depth=2, account=False):
        if self.index_due:
            return self.of_index()
        if self.chance(0.2):
            return self.of_ranks()
        if self.clock is not None and self.chance(0.15):
            return self.gathered_count()
        return super().condition(depth, account)

    def of_prices(self):
        return self.of_index() if self.index_due else super().of_prices()

    def of_index(self):
        """`close > close[k]`: what makes the members of a family differ (11.9)."""
        self.index_due = False
        name, k = self.index
        return X.compare(self.m.close, self.pick('>', '<'), E('close[%s]' % name, self.m.back(self.m.close, k).fn, k + 1))

    def of_ranks(self):
        function = self.pick('rank', 'rank', 'rank', 'percent_rank', 'sum', 'mean', 'max', 'min', 'count')
        e, x = self.of_group(function)
        if function in PLACES:
            return self.compared(e, function)
        return X.compare(e, self.pick('>', '<', '>='), X.multiply(self.factor(), x) if function == 'sum' else x)

    def compared(self, e, function):
        """With what it can be below and above in any group, however small."""
        sign, level = self.rng.choice(PLACES[function])
        return X.compare(e, sign, literal(level, float(level)))

    def preference(self):
        """(texts, prefer) of an entry (11.6)."""
        if not self.chance(0.3):
            return [], None
        m = self.m
        e = self.pick(lambda: X.divide(m.close, m.open, True), lambda: m.roc(m.close, 2), lambda: self.value(1), lambda: self.offset())()
        self.read(e)
        word, direction = self.pick(('highest', +1), ('lowest', -1))
        self.features.add('prefer')
        return ['prefer %s %s' % (word, e.text)], (direction, lambda i, a: e.fn(i, a, None))

    def named(self, e):
        return super().named(e) if self.at_top_level() else e

    def at_top_level(self):
        """Whether what is written here may be given a name: on the first clock, outside of a family."""
        return self.clock is None and self.index is None

    def named_always(self, e):
        return super().named_always(e) if self.at_top_level() else E('(%s)' % e.text, e.fn, e.warm, ATOM, e.maybe, e.history)

    def free_parameter(self, default, text):
        """A parameter with another value for one symbol, or as for one symbol."""
        if not self.world.traded or self.chance(0.5):
            return super().free_parameter(default, text)
        other = self.rng.choice(self.world.traded)
        name = 'k%d' % (len(self.parameters) + 1)
        self.parameters.append(Parameter(name, 'param %s = %s in 0.5..3 step 0.1 { %s: %s }' % (name, default, other, text), default, None))
        self.features.add('parameter per symbol')
        return literal(name, float(text if other == self.symbol else default))

    def factor(self):
        if self.index is not None and self.chance(0.6):
            return literal(self.index[0], float(self.index[1]))
        return super().factor()


def listed_from(text, values, first, maybe=False):
    return X.listed(text, values, first + 1, maybe)


def gather(function, own):
    if function in ('sum', 'mean'):
        total = ind.unfixed(sum(map(ind.fixed, own)))
        return total / len(own) if function == 'mean' else total
    return {'first': own[0], 'last': own[-1], 'max': max(own), 'min': min(own)}[function]


def group_value(function, pairs, name):
    if function in ('rank', 'percent_rank'):
        return (rank if function == 'rank' else percent_rank)(pairs, name)
    if function == 'count':
        return float(sum(value for _, value in pairs))
    if not pairs:
        return 0.0 if function == 'sum' else None
    if function in ('max', 'min'):
        return (max if function == 'max' else min)(value for _, value in pairs)
    total = pairs[0][1]
    for _, value in pairs[1:]:
        total = total + value
    return total / len(pairs) if function == 'mean' else total
