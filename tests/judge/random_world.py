"""Random data of several symbols on one time line, with the ticks of slower clocks: rows missing here and there, different starts and ends."""
from types import SimpleNamespace

import nyse
import random_expressions as X
from clocks import PARTS_OF_A_DAY, Clock, divides, ticks_of
from datafiles import Row, decimals, ticks
from nyse import HOUR, MINUTE
from random_actions import random_actions
from random_bars import exact_text, inside, intraday_ends, price_path, printed, session_dates, text_of
from random_orders import shares_of_epochs
from splits import anew, epochs, k_of

WIDTHS = {'1m': MINUTE, '5m': 5 * MINUTE, '15m': 15 * MINUTE, '30m': 30 * MINUTE, '1h': HOUR}


class World:
    """`names` all symbols, `traded` those that are traded; `csv`, `actions` and more by symbol; `open` for the import."""

    def __init__(self, rng):
        self.rng = rng
        self.calendar_name = rng.choice(['nyse', 'nyse', 'always'])
        self.calendar = nyse.Always() if self.calendar_name == 'always' else nyse.Nyse()
        count = rng.choice([1, 2, 2, 3, 3, 4])
        names = ['A', 'B', 'C', 'D'][:count]
        self.context = [names[-1]] if count > 1 and rng.random() < 0.3 else []
        self.traded = [name for name in names if name not in self.context]
        rng.shuffle(self.traded)                                     # universe order is that of the file
        self.names = self.traded + self.context
        self.groups = {'universe': self.traded}
        if rng.random() < 0.4:
            self.groups['some'] = rng.sample(self.traded, rng.randrange(1, len(self.traded) + 1))
        self.timeline()
        self.prices()
        self.slower()

    def act(self, rng):
        """13.2: `markets` by (symbol, clock or None, epoch) are of the rows in the shares of after each action of the symbol."""
        self.actions = {name: random_actions(rng, self.rows[name], self.d[name]) for name in self.names}
        self.markets, self.anew_at, self.shares = {}, {}, {}
        for name in self.names:
            actions = anew(self.rows[name], self.actions[name])
            self.anew_at[name] = [self.rows[name][i].end for i, _ in actions]
            self.shares[name] = shares_of_epochs([k_of(action) for _, action in actions])
            for epoch, rows in enumerate(epochs(self.rows[name], self.actions[name], self.d[name])):
                self.markets[name, None, epoch] = self.market(name, rows)
                for clock in self.clocks:
                    self.markets[name, clock.name, epoch] = self.market(name, ticks_of(clock, rows, self.until))

    def epoch_at(self, name, at):
        """How many actions of a symbol there have been at an instant."""
        return sum(end <= at for end in self.anew_at[name])

    def epochs_of(self, name):
        return range(len(self.anew_at[name]) + 1)

    def market(self, name, rows):
        market = X.Market(SimpleNamespace(rows=rows, d=self.d[name]))
        market.end_of = [row.end for row in rows]
        return market

    def timeline(self):
        rng, calendar = self.rng, self.calendar
        self.daily = rng.random() < 0.4
        if self.daily:
            self.width = '1d'
            days = session_dates(rng, rng.randrange(40, 130))
            self.slots = [(calendar.open(day), calendar.close(day), day) for day in days]
        else:
            self.width, width = rng.choice(list(WIDTHS.items()))
            ends = intraday_ends(rng, width, rng.randrange(40, 160), self.calendar_name)
            self.slots = [(end - width, end, None) for end in ends]
        self.regular = rng.random() < 0.5 and sum(inside(calendar, start, end) for start, end, _ in self.slots) >= 25

    def prices(self):
        rng = self.rng
        self.rows, self.csv, self.d, places = {}, {}, {}, rng.choice([0, 1, 2, 2, 3])
        width = nyse.DAY if self.daily else WIDTHS[self.width]
        times, self.open = printed(rng, [end for _, end, _ in self.slots], width, [day for *_, day in self.slots] if self.daily else None)
        self.open['calendar'] = self.calendar_name
        level = rng.choice([30, 90, 400, 2500])                      # all symbols of one file are of the same order
        for name in self.names:
            first = 0 if rng.random() < 0.6 else rng.randrange(len(self.slots) // 3)
            last = len(self.slots) if rng.random() < 0.7 else len(self.slots) - rng.randrange(len(self.slots) // 3)
            gaps = rng.choice([0, 0, 0.03, 0.15])
            there = [k for k in range(first, last) if rng.random() >= gaps]
            d = max(0, places + rng.choice([0, 0, 1, 2]))
            path, d = price_path(rng, len(there), d, int(level * rng.choice([1, 1, 2, 0.5]) * 10 ** d))
            self.put(name, [(self.slots[k], times[k], prices) for k, prices in zip(there, path)], d)
        self.until = max([rows[-1].end for rows in self.rows.values() if rows], default=0)

    def put(self, name, bars, d):
        rng, lines = self.rng, []
        self.d[name] = max([decimals(exact_text(p, d)) for _, _, prices in bars for p in prices], default=0)            # 6.1
        self.rows[name] = []
        for (start, end, _), time, prices in bars:
            volume = rng.choice([0, rng.randrange(1, 10 ** 6)]) if rng.random() < 0.2 else rng.randrange(100, 10 ** 5)
            lines.append('%s,%s,%d' % (time, ','.join(text_of(p, d, rng) for p in prices), volume))
            if self.regular and not inside(self.calendar, start, end):
                continue
            row = Row()
            row.start, row.end, row.session, row.volume = start, end, self.calendar.session_of(end), float(volume)
            row.open, row.high, row.low, row.close = (ticks(exact_text(p, d), self.d[name]) for p in prices)
            self.rows[name].append(row)
        self.csv[name] = 'time,open,high,low,close,volume\n' + '\n'.join(lines) + '\n'

    def slower(self):
        """10.2: `clocks` from the fastest to the slowest, `clock_lines` as they stand in the file."""
        rng, widths = self.rng, ['1w', '1mo']
        if not self.daily:
            widths = [text for text, width in PARTS_OF_A_DAY.items() if width > WIDTHS[self.width] and width % WIDTHS[self.width] == 0] + ['1d', '1d', '1w', '1mo']
        spans = self.regular or self.daily
        order = list(PARTS_OF_A_DAY) + ['1d', '1w', '1mo']
        chosen = sorted({rng.choice(widths) for _ in range(rng.choice([0, 1, 1, 2, 3]))}, key=order.index)
        self.clocks, self.clock_lines = [], ['clock bar = ' + self.width + (' in regular' if self.regular else '')]
        for text in chosen:
            clock = Clock('by_' + text, text, self.calendar, spans)
            clock.short_last = text in PARTS_OF_A_DAY and (not divides(clock) or rng.random() < 0.2)
            of = rng.choice(['bar'] + [c.name for c in self.clocks if text in ('1d', '1w', '1mo')])
            if text == '1mo' and of.endswith('1w'):
                of = 'bar'
            self.clocks.append(clock)
            self.clock_lines.append('clock %s = %s of %s%s' % (clock.name, text, of, ' short_last' if clock.short_last else ''))
