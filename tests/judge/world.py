"""Strategies for several symbols and clocks by hand: what they read, and how they become a plan (10, 11)."""
import nyse
from clocks import Clock, divides, last_before, last_until, ticks_of
from rules import Columns, Plan, Settings, Symbol, latest


class Data(Columns):
    """One symbol: the columns of its rows and, by the clock's name, those of its ticks."""
    def __init__(self, name, rows, d, clocks, until):
        calendar = clocks[0].calendar if clocks else nyse.Nyse()
        super().__init__(rows, d, calendar)
        self.name = name
        self.on = {clock.name: Columns(ticks_of(clock, rows, until), d, calendar) for clock in clocks}

    def read(self, clock, xs):
        """10.4: a list over the ticks of a slower clock, as the rows read it."""
        return [xs[k] if k >= 0 else None for k in last_before(self.on[clock].rows, self.rows)]

    def after(self, clock, warm):
        """The first row that reads a value of a slower clock with that warm-up; as an instant."""
        at = self.on[clock].ready(warm)
        return next((row.end for row in self.rows if at is not None and row.end > at), None)

    def gather(self, clock, xs, how):
        """10.5: `how` of the values of a tick's rows, oldest first; None where one of them has none."""
        out = []
        for tick in self.on[clock].rows:
            own = xs[tick.first:tick.last + 1]
            out.append(None if None in own else how(own))
        return out


class Portfolio(Settings):
    """A strategy of several symbols. `build` returns (symbol's name -> its rules, its ready instants), and the slots where not all rules are of symbols."""
    trade, context = [], []
    regular, width = False, '1d'
    clocks = []                      # (name, width[, 'short_last'])
    slots = None

    def __init__(self, data):
        """`data`: symbol -> (rows, d)"""
        calendar = nyse.Always() if self.calendar == 'always' else nyse.Nyse()
        spans = self.regular or self.width == '1d'
        clocks = [Clock(name, width, calendar, spans, 'short_last' in more) for name, width, *more in self.clocks]
        if not all(clock.short_last or divides(clock) for clock in clocks):
            raise SystemExit('a clock that does not divide the session')
        self.until = max(rows[-1].end for rows, _ in data.values() if rows)
        self.data = {name: Data(name, *data[name], clocks, self.until) for name in self.trade + self.context}
        self.traded = [self.data[name] for name in self.trade]
        self.universe_rows = self.instants_of(lambda x: x.rows)

    def instants_of(self, rows_of):
        """11.10: those at which a traded symbol ticks, with the row of each."""
        return sorted({row.end for x in self.traded for row in rows_of(x)})

    def see(self, reader, other, xs):
        """11.3: a list over another symbol's rows as the reader's rows read it."""
        return [xs[k] if k >= 0 else None for k in last_until(other.rows, reader.rows)]

    def across(self, clock, x_of):
        """11.4: for each traded symbol a list over its ticks of the values of all that tick there: [(symbol, value)] in universe order."""
        columns = {x.name: x if clock is None else x.on[clock] for x in self.traded}
        at = {name: {row.end: k for k, row in enumerate(c.rows)} for name, c in columns.items()}
        out = {}
        for name, c in columns.items():
            out[name] = [[(other, x_of[other][at[other][row.end]]) for other in columns if row.end in at[other] and x_of[other][at[other][row.end]] is not None]
                         for row in c.rows]
        return out

    def plan(self):
        """11.5: a symbol's rules exist from the first instant at which all is ready, and not before its row `start after`."""
        symbols = []
        for x in self.traded:
            rules, ready = self.rules_of(x)
            start = latest([x.ready(self.start_after + 1), *ready])
            symbols.append(Symbol(x.name, x.rows, x.d, rules, start, {name: c.rows for name, c in x.on.items()}))
        context = [row.end for name in self.context for c in (self.data[name], *self.data[name].on.values()) for row in c.rows]
        return Plan(self, symbols, self.slots, context)


def rank(pairs, name):
    """11.4: 1 + how many are higher + how many of those listed before are equal."""
    values = dict(pairs)
    if name not in values:
        return None
    before = [other for other, _ in pairs][:[other for other, _ in pairs].index(name)]
    return 1 + sum(v > values[name] for v in values.values()) + sum(values[other] == values[name] for other in before)


def percent_rank(pairs, name):
    values = dict(pairs)
    if name not in values or len(values) < 2:
        return None
    others = [v for other, v in pairs if other != name]
    return (sum(v < values[name] for v in others) + sum(v == values[name] for v in others) / 2) / len(others)
