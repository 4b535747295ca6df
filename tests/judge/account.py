"""The exact ledger (6.5): the account's cash and marks, and what is held of each symbol (2.4, 3.10, 7, 11.6)."""
import math
from fractions import Fraction


class Account:
    """Money is an integer at 10^-s. Two sets of marks: exact for the gate (4.4, 4.6), float64 for the monitors (4.7)."""

    def __init__(self, cash, s):
        self.s = s
        self.cash = int(Fraction(cash) * 10 ** s)
        self.fees = self.round_trips = 0
        self.mark, self.mark_f = self.cash, self.in_float(self.cash)     # before the first row: the starting cash
        self.peak, self.peak_f = self.mark, self.mark_f                  # 2.4
        self.day_start, self.day_start_f = self.mark, self.mark_f

    def in_float(self, money):
        return money / 10 ** self.s

    def begin_day(self):
        """2.1: the day's starting equity is that of the previous mark."""
        self.day_start, self.day_start_f = self.mark, self.mark_f

    def mark_at(self, holdings):
        """2.4, 11.6; `holdings` are (Holding, last close in ticks) in universe order."""
        self.mark = self.cash + sum(h.worth(ticks) for h, ticks in holdings)
        self.mark_f = self.in_float(self.cash)
        for h, ticks in holdings:
            if h.position != 0:
                self.mark_f = self.mark_f + float(h.position) * (ticks / 10 ** h.d)
        self.peak, self.peak_f = max(self.peak, self.mark), max(self.peak_f, self.mark_f)
        self.bounded(self.mark)

    def bounded(self, amount):
        """6.5"""
        if 10 ** (9 + self.s) <= 2 ** 53 < abs(amount):
            raise SystemExit('an amount beyond 2^53')


class Holding:
    """What is held of one symbol; prices are ticks at 10^-d."""

    def __init__(self, account, d):
        self.account, self.d = account, d
        self.m = 10 ** (account.s - d)               # ticks x shares -> money
        self.position = 0
        self.lots = []                               # [quantity, cost] of each fill that is held, oldest first (3.10)
        self.entry_row = None

    def value(self, quantity, ticks):
        return quantity * ticks * self.m

    def worth(self, ticks):
        return 0 if self.position == 0 else self.value(self.position, ticks)

    def post(self, row, signed, price, fee):
        before, after = self.position, self.position + signed
        self.account.cash -= self.value(signed, price) + fee             # 6.5
        self.account.fees += fee
        self.account.bounded(self.account.cash)
        if before != 0 and (after == 0 or (after > 0) != (before > 0)):
            self.account.round_trips += 1                                # 7: across zero ends one and begins the next
        if before == 0 or (after != 0 and (after > 0) != (before > 0)):
            self.lots, self.entry_row = [[abs(after), self.value(abs(after), price)]], row
        elif abs(after) > abs(before):
            self.lots.append([abs(signed), self.value(abs(signed), price)])
        else:
            self.reduce(abs(signed))
        self.position = after

    def reduce(self, quantity):
        """3.10: first in, first out; 13.4: a part of a lot takes its share of the cost, rounded up."""
        while quantity > 0:
            lot = self.lots[0]
            out = min(quantity, lot[0])
            lot[1] -= math.ceil(Fraction(lot[1] * out, lot[0]))
            lot[0] -= out
            quantity -= out
            if lot[0] == 0:
                self.lots.pop(0)

    def entry_price(self):
        return sum(cost for _, cost in self.lots) / (abs(self.position) * 10 ** self.account.s)

    def split(self, k, close):
        """13.4; the cash in lieu, of a last close in old shares."""
        before, whole = self.position, self.position * k
        after = math.trunc(whole)
        if before == 0:
            return 0
        cost = sum(cost for _, cost in self.lots)
        fraction = math.floor(cost * (whole - after) / whole)
        lots, held, carried = [], 0, 0
        for quantity, own in self.lots:
            part = math.floor((held + quantity) * k) - math.floor(held * k)
            held, carried = held + quantity, carried + own
            if part > 0:
                lots.append([part, carried])
                carried = 0
        if lots:
            lots[-1][1] += carried - fraction
        self.lots, self.position = lots, after
        self.account.round_trips += after == 0
        return math.floor((before * close - after * close / k) * self.m)
