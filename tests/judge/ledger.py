"""The exact ledger (6.5) and what is marked of it (2.4, 3.10, 7)."""
from fractions import Fraction
from types import SimpleNamespace


class Ledger:
    """Money is an integer at 10^-s, prices are ticks at 10^-d."""

    def __init__(self, cash, d):
        self.d, self.s = d, max(2, d)                # 6.4: the money scale, q = 0
        self.m = 10 ** (self.s - d)                  # ticks x shares -> money
        self.cash = int(Fraction(cash) * 10 ** self.s)
        self.position = 0
        self.lots = []                               # [quantity, ticks] of each fill that is held, oldest first (3.10)
        self.entry_row = None
        self.fees = self.round_trips = 0
        # Two sets of marks: exact for the gate (4.4, 4.6), float64 for the monitors (4.7).
        self.mark, self.mark_f = self.cash, self.in_float(self.cash)     # before the first row: the starting cash
        self.peak, self.peak_f = self.mark, self.mark_f                  # 2.4

    def value(self, quantity, ticks):
        return quantity * ticks * self.m

    def in_float(self, money):
        return money / 10 ** self.s

    def equity(self, close):
        return self.cash + self.value(self.position, close)

    def post(self, row, signed, price, fee):
        before, after = self.position, self.position + signed
        self.cash -= self.value(signed, price) + fee                     # 6.5
        self.fees += fee
        if before != 0 and (after == 0 or (after > 0) != (before > 0)):
            self.round_trips += 1                                        # 7: across zero ends one and begins the next
        if before == 0 or (after != 0 and (after > 0) != (before > 0)):
            self.lots, self.entry_row = [[abs(after), price]], row
        elif abs(after) > abs(before):
            self.lots.append([abs(signed), price])
        else:
            self.reduce(abs(signed))
        self.position = after

    def reduce(self, quantity):
        """3.10: first in, first out."""
        while quantity > 0:
            out = min(quantity, self.lots[0][0])
            self.lots[0][0] -= out
            quantity -= out
            if self.lots[0][0] == 0:
                self.lots.pop(0)

    def begin_day(self):
        """2.1: the day's starting equity is that of the previous row's close."""
        self.day_start, self.day_start_f = self.mark, self.mark_f

    def mark_at(self, row, close_ticks, close):
        """2.4; returns the account as conditions, sizes and prices read it (3.10)."""
        self.mark = self.equity(close_ticks)
        cash_f = self.in_float(self.cash)
        self.mark_f = cash_f + float(self.position) * close              # 4.7
        self.peak, self.peak_f = max(self.peak, self.mark), max(self.peak_f, self.mark_f)
        held = self.position != 0
        cost = sum(quantity * ticks for quantity, ticks in self.lots)
        return SimpleNamespace(cash=cash_f, equity=self.mark_f, position=self.position,
                               day_loss=self.day_start_f - self.mark_f, drawdown=1 - self.mark_f / self.peak_f,
                               entry_price=cost / (abs(self.position) * 10 ** self.d) if held else None,
                               bars_held=row - self.entry_row if held else None)
