"""Random strategies of several symbols and clocks, each as .strat text and as a plan of rules.py, with random bars and the judge's records.

python3 tests/judge/random_plan.py FIRST COUNT     one JSON object a line for each seed from FIRST on
python3 tests/judge/random_plan.py --show SEED     the strategy, the rows and the records, to read
"""
import json
import os
import random
import sys
from fractions import Fraction
from types import SimpleNamespace

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import judge
import nyse
import random_expressions as X
import rules
from numbers_out import decimal
from nyse import DAY, HOUR, MINUTE, SECOND
from random_actions import table
from random_case import Author
from random_expressions import literal
from random_reads import WorldReader
from random_world import World
from rules import Limit

DURATIONS = {'s': SECOND, 'm': MINUTE, 'h': HOUR, 'd': DAY}


class PlanAuthor(WorldReader, Author):
    """Writes one file over a World."""

    def __init__(self, rng, world):
        super().__init__(rng, world)
        self.calendar_name, self.calendar, self.daily = world.calendar_name, world.calendar, world.daily
        self.settings = rules.Settings()
        self.settings.calendar = world.calendar_name
        self.settings.shorting = False

    def duration(self, *texts):
        text = self.pick(*texts)
        return text, int(text[:-1]) * DURATIONS[text[-1]]

    def risk(self):
        base = super().risk()
        extra = []
        sizes = ['50', '100', '200', '400'] if self.lively else ['20', '60', '100', '150']
        for measure in ('gross_exposure', 'net_exposure'):
            if self.chance(0.3):
                extra.append(self.line(measure, sizes))
        if self.chance(0.25):
            most = self.rng.randrange(1, 3)
            self.limits.append(Limit('open_positions', most))
            extra.append('open_positions <= %d' % most)
        if self.chance(0.25):
            text, per = self.duration('30m', '2h', '1d', '5d', '1h')
            most = self.rng.randrange(1, 4)
            self.limits.append(Limit('order_rate', most, per=per))
            extra.append('order_rate <= %d per %s' % (most, text))
        if self.enters and self.chance(0.3):
            self.settings.open_trades = self.rng.randrange(2, 4)
            extra.append('open_trades per symbol <= %d' % self.settings.open_trades)
        for line in extra:
            self.features.add(line.split()[0])
        return base[:-2] + ''.join('  ' + line for line in extra) + ' }'

    # ---- units: (text, (symbol, epoch) -> rules), or (text, Across)

    def unit(self, make, indices=(None,), clock=None):
        """What `make` writes for every traded symbol, and for every member of a family."""
        text, made = None, {place: [] for place in self.in_all_shares(self.world.traded)}
        state, sizes = self.rng.getstate(), (len(self.names), len(self.parameters), {c: len(b) for c, b in self.blocks.items()})
        for index in indices:
            self.rng.setstate(state)
            del self.names[sizes[0]:], self.parameters[sizes[1]:]
            for c, length in sizes[2].items():
                del self.blocks[c][length:]
            self.index = None if index is None else ('k', index)

            def once():
                self.index_due = index is not None
                return make(index)
            for place, (own_text, rule) in self.replay(made, once, clock).items():
                assert text in (None, own_text), (text, own_text)
                text = own_text
                made[place].append(rule)
        self.index = None
        return text, made

    def any_clock(self):
        return self.rng.choice([None, None, *[clock.name for clock in self.world.clocks]])

    def entries(self):
        directions = self.pick([1], [-1], [1, 1], [1, -1], [1, 1, 1])
        self.settings.shorting = -1 in directions
        self.both_sides = len(set(directions)) > 1
        units = []
        for n, direction in enumerate(directions):
            family = self.chance(0.2) and self.settings.open_trades > 1
            indices = range(1, self.rng.randrange(3, 5)) if family else [None]
            header = ' each k in 1..%d' % indices[-1] if family else ''

            def named(k, name='e%d' % n):
                return name if k is None else '%s[%d]' % (name, k)

            def enter(k, n=n, direction=direction, header=header):
                text, rule = self.enter('e%d' % n, direction)
                rule.name = named(k)
                head = self.headed('e%d' % n)
                return text.replace('rule ' + head, 'rule ' + head + header, 1), rule
            units.append(self.unit(enter, indices, self.any_clock()))
            for x in range(self.pick(0, 1, 1, 2)):
                def leave(_, n=n, x=x, direction=direction):
                    return self.exit('x%d%d' % (n, x), 'e%d' % n, direction)
                text, made = self.unit(leave, clock=self.any_clock())
                units.append((text, {place: [rules.Exit(named(k, rule.name), named(k), rule.when, rule.order, rule.clock) for k in indices]
                                     for place, (rule,) in made.items()}))
            if family:
                self.features.add('family')
        return units

    def holds(self):
        shorts, self.short = self.chance(0.6), False
        units = []
        for n in range(self.pick(1, 1, 2)):
            units.append(self.unit(lambda _, n=n: self.hold('h%d' % n, shorts), clock=self.any_clock()))
        if len(self.world.traded) > 1 and self.chance(0.6):
            units.append(self.legs())
        self.settings.shorting = self.short
        return units

    def money(self, shorts=False):
        """As for one symbol, or a part of equity for those that a group puts first."""
        if self.symbol is None or not self.chance(0.2):
            return super().money(shorts)
        c, part = self.of_ranks(), self.part(['10%', '20%', '40%'])
        chosen = X.choice(self.sure(c, False) if c.maybe else c, part, literal('0%', 0.0))
        return X.multiply(X.E('(%s)' % chosen.text, chosen.fn, chosen.warm), X.account('equity')), part, None

    # ---- legs

    def legs(self):
        """11.10: the place is the universe: instants at which a traded symbol ticks, without prices of its own."""
        world, self.symbol, self.clock = self.world, None, self.any_clock()
        rows = {row.end: row for name in world.traded for row in world.markets[name, self.clock, 0].rows}
        self.m = self.bars = world.market(world.traded[0], [rows[at] for at in sorted(rows)])
        when = self.of_named()
        if self.chance(0.4):
            when = X.both(self.pick('and', 'or'), [when, self.of_named()])
        needs, legs = [when], []
        for name in self.rng.sample(world.traded, self.rng.randrange(2, len(world.traded) + 1)):
            size = self.leg_size()
            if self.chance(0.5):
                self.short = True
                size = X.E('-' + size.text, lambda i, a, v, f=size.fn: -f(i, a, v), size.warm)
            legs.append((name, size, ('shares' if 'shares' in size.text else 'usd', size.fn)))
            needs.append(size)
        within_text, within = self.duration('5s', '5m', '1h', '2d')
        text = 'rule legs%s across universe { when %s\n  hold { %s } legs within %s else flatten }' % (
            '' if self.clock is None else ' on ' + self.clock, when.text, ', '.join('%s: %s' % (name, size.text) for name, size, _ in legs), within_text)
        instants = sorted(rows)
        prices = [self.ready(name, None, 1) for name, _, _ in legs]  # a target needs a last close
        start = rules.latest([instants[e.warm - 1] if e.warm <= len(instants) else None for e in needs] + prices)
        across = rules.Across('legs', lambda i, a: when.fn(i, a, None), [(name, size) for name, _, size in legs], within, instants, start)
        across.clock = self.clock
        self.features.add('legs')
        self.here(world.traded[0])
        return text, across

    def leg_size(self):
        q = max(1, int(self.cash / self.price * self.pick(0.05, 0.2, 0.5)))
        if self.chance(0.5):
            return literal('%dshares' % q, float(q))
        return X.multiply(self.part(['5%', '15%', '40%']), X.account('equity'))

    def of_named(self):
        """A condition of named symbols, groups and the account."""
        if self.chance(0.25):
            function = self.pick('count', 'mean', 'max', 'min')
            if function == 'count':
                return self.compared(self.of_group(function)[0], function)
            ratio = self.of_group(function, lambda: X.divide(self.m.close, self.m.open, True))[0]
            return X.compare(ratio, self.pick('>', '<'), literal('1', 1.0))
        one, other = self.named_price(), self.named_price()
        if one.text == other.text or self.chance(0.1):
            return X.compare(X.account('equity'), '>', literal('1usd', 1.0))
        return X.compare(one, self.pick('>', '<'), other)

    def named_price(self):
        if self.clock is None:
            return self.of_symbols_clock() if self.world.clocks and self.chance(0.3) else self.of_symbol(self.library)
        return self.of_symbols_clock()

    # ---- the file

    def write(self):
        world, st = self.world, self.settings
        self.enters = self.chance(0.6)
        risk = self.risk()
        st.limits, st.collar = self.limits, self.collar
        units = self.entries() if self.enters else self.holds()
        if self.chance(0.3):
            self.rng.shuffle(units)
        clocks = {rule.clock for _, made in units for own in ([[made]] if isinstance(made, rules.Across) else made.values()) for rule in own}
        self.ends_sessions = world.daily or any(clock.name in clocks and clock.width in ('1d', '1w', '1mo') for clock in world.clocks)
        self.bars = SimpleNamespace(rows=[row for name in world.names for row in world.rows[name]])
        session, simulate = self.session_block(st), self.simulate(st)
        if st.shorting and self.chance(0.4):
            text = self.pick('3%', '36%', '0.25%')
            st.borrow = Fraction(text[:-1]) / 100
            simulate = [simulate[0][:-1] + ' borrow: %s }' % text] if simulate else ['simulate { borrow: %s }' % text]
            self.features.add('borrow')
        blocks = ['on %s {\n  %s\n}' % (clock, '\n  '.join(lines)) for clock, lines in self.blocks.items() if lines]
        lines = ['strategy s'] + (['calendar always'] if world.calendar_name == 'always' else []) + ['trade [%s]' % ', '.join(world.traded)] + \
            (['context [%s]' % ', '.join(world.context)] if world.context else []) + \
            ['group %s = [%s]' % (name, ', '.join(group)) for name, group in world.groups.items() if name != 'universe'] + world.clock_lines + \
            [p.text for p in self.parameters] + blocks + self.names + [risk] + session + [text for text, _ in units] + simulate
        return '\n'.join(lines) + '\n', self.plan(units)

    def plan(self, units):
        world, slots, own = self.world, [], {place: [] for place in self.in_all_shares(self.world.traded)}
        for _, made in units:
            if isinstance(made, rules.Across):
                slots.append(made)
                continue
            for place, its_rules in made.items():
                slots += [len(own[place]) + n for n in range(len(its_rules))] if place == (world.traded[0], 0) else []
                own[place] += its_rules
        symbols = []
        for symbol in world.traded:
            needs = [(None, self.settings.start_after + 1), *self.needs.get(symbol, [])]
            start = rules.latest([self.ready(symbol, clock, warm) for clock, warm in needs])
            ticks = {clock.name: world.markets[symbol, clock.name, 0].rows for clock in world.clocks}
            first, *after = [own[symbol, epoch] for epoch in world.epochs_of(symbol)]
            symbols.append(rules.Symbol(symbol, world.rows[symbol], world.d[symbol], first, start, ticks, world.actions[symbol], after))
        ends = [row.end for name in world.context for clock in [None, *[c.name for c in world.clocks]] for row in world.markets[name, clock, 0].rows]
        return rules.Plan(self.settings, symbols, slots, ends)

    def ready(self, symbol, clock, warm):
        rows = self.world.markets[symbol, clock, 0].rows
        return rows[warm - 1].end if warm <= len(rows) else None


def override(p):
    """`name=value` of a parameter that is set."""
    text = {'n': '%d', 'k': '%.10g', 'p': '%.10g%%', 'q': '%d'}[p.name[0]] % (p.value * 100 if p.name[0] == 'p' else p.value)
    return '%s=%s' % (p.name, text)


def make_case(seed):
    rng = random.Random('plan %d' % seed)
    world = World(rng)
    while any(len(world.rows[name]) < 5 for name in world.names):
        world = World(rng)
    world.act(random.Random('actions %d' % seed))
    author = PlanAuthor(rng, world)
    text, plan = author.write()
    records, failure = [], None
    try:
        judge.Judge(plan, author.cash, records.append).run()
    except SystemExit as stopped:
        failure = str(stopped)
    return {'seed': seed, 'strategy': text, 'csv': world.csv, 'actions': table(world.actions), 'open': world.open, 'cash': decimal(int(author.cash * 100), 2),
            'parameters': [override(p) for p in author.parameters if p.value is not None], 'features': sorted(author.features),
            'records': records, 'failure': failure}


def main(make_case):
    if sys.argv[1] == '--show':
        case = make_case(int(sys.argv[2]))
        print(case['strategy'])
        for symbol, csv in case['csv'].items():
            print(symbol, csv, sep='\n')
        print(case['actions'])
        print({k: case[k] for k in ('open', 'cash', 'parameters', 'failure')})
        for record in case['records']:
            print(json.dumps(record))
        return
    first, count = map(int, sys.argv[1:])
    for seed in range(first, first + count):
        print(json.dumps(make_case(seed), separators=(',', ':')))


if __name__ == '__main__':
    main(make_case)
