"""One traded symbol: its last row, what is held of it, its trades, and its part of the working orders."""
from types import SimpleNamespace

from account import Holding
from decisions import Decisions
from gate import Gate
from quotes import Quotes
from reversals import Reversals
from rules import Enter
from splits import Splits
from trades import Trade, Trades
from venue import Venue


class Lane(Decisions, Quotes, Reversals, Trades, Venue, Gate, Splits):
    def __init__(self, judge, symbol):
        self.judge, self.st = judge, judge.settings
        self.name, self.rows, self.d, self.start = symbol.name, symbol.rows, symbol.d, symbol.start
        self.actions, self.epoch, self.ks = symbol.actions, 0, []    # splits so far, their k (13)
        self.rules_of_epoch = [symbol.rules, *symbol.rules_after]
        self.held = Holding(judge.account, symbol.d)
        self.trades = [Trade(self, n) for n, rule in enumerate(symbol.rules) if isinstance(rule, Enter)]
        self.trade_of = {trade.rule.name: trade for trade in self.trades}
        self.row_at = {row.end: i for i, row in enumerate(symbol.rows)}
        self.tick_at = {clock: {tick.end: k for k, tick in enumerate(ticks)} for clock, ticks in symbol.ticks.items()}
        self.i, self.row, self.here = -1, None, False                # the last row; whether one ends at this instant
        self.close = None                                            # the last that is known
        self.deciding = None, None                                   # the tick's number and the account that a decision reads
        self.kept = {}                                               # by rule with `quote` (12.7)
        self.reversal = None                                         # the one that waits (3.20)
        self.busy = []                                               # the trades that were not idle when the exits began (3.3)

    @property
    def rules(self):
        """Those that read the shares of now (13.2)."""
        return self.rules_of_epoch[self.epoch]

    @property
    def working(self):
        """This symbol's, in the order of approval."""
        return [o for o in self.judge.working if o.lane is self]

    def arrive(self):
        self.here, self.filled_on_row = self.judge.now in self.row_at, 0
        if self.here:
            self.i = self.row_at[self.judge.now]
            self.row = self.rows[self.i]

    def worth(self):
        return 0 if self.close is None else self.held.worth(self.close)

    def exists(self):
        """11.5: whether the symbol's rules exist."""
        return self.start is not None and self.judge.now >= self.start

    def acts(self, rule):
        """11.2: whether a rule acts at this instant; if so, what it reads."""
        number = (self.row_at if rule.clock is None else self.tick_at[rule.clock]).get(self.judge.now)
        if number is None or not self.exists():
            return False
        self.deciding = number, self.a
        return True

    def mark(self):
        """3.10: the account as conditions, sizes and prices of this symbol read it."""
        held = self.held
        entered = held.position != 0
        self.a = SimpleNamespace(**self.judge.marked, position=held.position, entry_price=held.entry_price() if entered else None,
                                 bars_held=self.i - held.entry_row if entered else None)
        self.deciding = None, self.a
