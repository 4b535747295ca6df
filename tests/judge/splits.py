"""Corporate actions (13): what a split or a dividend does to a symbol's position, trades and orders, and the rows in new shares."""
import math
from fractions import Fraction

from datafiles import Row
from numbers_out import BUY, SELL, decimal
from rules import waits
from venue import OPENING


class Split:
    """`shares` new ones for `per` old ones on a date."""
    def __init__(self, date, shares, per):
        self.date, self.shares, self.per = date, shares, per
        self.k = Fraction(shares, per)


class Dividend:
    """`amount`: usd per share, exact."""
    def __init__(self, date, amount):
        self.date, self.amount = date, Fraction(amount)


def due(actions, before, session):
    """13.1: those that happen on the first row of `session`, the row before being of the session `before`."""
    happen = [action for action in actions if before < action.date <= session]
    return sorted(happen, key=lambda action: (action.date, isinstance(action, Dividend)))


def copied(row):
    new = Row()
    new.start, new.end, new.session, new.factor = row.start, row.end, row.session, row.factor
    new.open, new.high, new.low, new.close, new.volume = row.open, row.high, row.low, row.close, row.volume
    return new


def rescaled(row, split):
    """13.2"""
    new = copied(row)
    for name in ('open', 'high', 'low', 'close'):
        setattr(new, name, ticks_in_new_shares(getattr(row, name), split.k))
    new.volume = row.volume * split.shares / split.per
    return new


def ticks_in_new_shares(ticks, k):
    return max(1, math.floor(ticks / k + Fraction(1, 2)))


def adjusted(row, factor):
    """13.11"""
    new = copied(row)
    new.factor = row.factor * factor
    return new


def k_of(action):
    """New shares for an old one."""
    return action.shares / action.per if isinstance(action, Split) else 1.0


def anew(rows, actions, adjusts=True):
    """13.2, 13.11: (the number of the row, the action) of those that happen and have features begin anew, in order."""
    return [(i, action) for i in range(1, len(rows)) for action in due(actions, rows[i - 1].session, rows[i].session)
            if adjusts or isinstance(action, Split)]


def epochs(rows, actions, d, adjusts=True):
    """13.2, 13.11: the rows, of prices with `d` places, as they are seen before the first action, from it to the second, and so on."""
    seen = [rows]
    for i, action in anew(rows, actions, adjusts):
        old = seen[-1][:i]
        if isinstance(action, Split):
            again = [rescaled(row, action) for row in old]
        else:
            close = old[-1].close / 10 ** d
            factor = (close - float(action.amount)) / close
            again = [adjusted(row, factor) for row in old]
        seen.append(again + rows[i:])
    return seen


class Splits:
    """The part of a lane that carries out actions."""

    def carry_out(self):
        """13.1"""
        if self.i > 0:
            for action in due(self.actions, self.rows[self.i - 1].session, self.row.session):
                self.split(action) if isinstance(action, Split) else self.dividend(action)

    def dividend(self, action):
        """13.7, 13.11"""
        if self.st.adjusts:
            self.epoch += 1
            self.ks.append(k_of(action))
        account = self.judge.account
        amount = math.floor(self.held.position * action.amount * 10 ** account.s)
        if self.held.position != 0:
            account.cash += amount
            self.emit('dividend', **self.stamp(), per_share=exact(action.amount), amount=decimal(amount, account.s), cash=decimal(account.cash, account.s))

    def split(self, split):
        """13.4 to 13.6, 13.8"""
        k, account = split.k, self.judge.account
        self.reversal = None                                         # 3.20
        self.emit('split', **self.stamp(), shares=split.shares, per=split.per)
        whole = self.held.position * k
        amount = self.held.split(k, self.close)
        account.cash += amount
        if self.held.position != whole:
            self.emit('cash_in_lieu', **self.stamp(), amount=decimal(amount, account.s), cash=decimal(account.cash, account.s))
        self.close = ticks_in_new_shares(self.close, k)
        self.epoch += 1
        self.ks.append(k_of(split))
        self.split_trades(k)
        self.split_orders(k)

    def split_trades(self, k):
        """13.5"""
        before, held = 0, [trade for trade in self.trades if trade.quantity > 0]
        for trade in held:
            after = before + trade.quantity
            trade.quantity = math.floor(after * k) - math.floor(before * k)
            before = after
            trade.fill, trade.last_fill = trade.fill / self.ks[-1], trade.last_fill / self.ks[-1]
            trade.peak = ticks_in_new_shares(trade.peak, k)
            if trade.stop_price is not None:
                trade.stop_price = self.price_in_new_shares(trade.stop_price, k, -trade.side > 0)
        for trade in held:
            if trade.quantity == 0:
                for o in self.working:
                    if o.kind == 'flatten' and len(o.trades) > 1 and trade in o.trades:
                        o.trades.remove(trade)                       # it closes others still
                self.end(trade)

    def price_in_new_shares(self, price, k, down):
        return max(1, math.floor(price / k) if down else math.ceil(price / k))

    def split_orders(self, k):
        """13.6"""
        left = abs(self.held.position)
        aims = {o.id: self.target_in_new_shares(o, k) for o in self.working if o.kind == 'target'}
        for o in self.working:
            o.filled, worth = o.filled * k, o.opening * o.worst
            reducing, opening = math.floor((o.quantity - o.opening) * k), math.floor(o.opening * k)
            quantity = opening + (min(reducing, left) if o.kind == 'hold' else reducing)
            if o.kind in ('stop', 'exit'):
                quantity = o.trades[0].quantity
            elif o.kind == 'flatten':
                exits = [other for other in self.working if other.kind == 'exit' and not waits(other)]
                quantity = left - sum(other.trades[0].quantity for other in exits)
            elif o.kind == 'target':
                quantity = aims[o.id]
            o.opening = opening
            if opening > 0:
                o.worst = Fraction(worth, opening)
            opens = o.kind in OPENING
            if o.price is not None:                                  # 6.2
                o.price = self.price_in_new_shares(o.price, k, o.side == (SELL if opens else BUY))
            if o.limit is not None:
                o.limit = self.price_in_new_shares(o.limit, k, o.side == BUY)
            o.quantity = quantity
        for o in list(self.working):
            if o.quantity == 0:
                self.leave(o, 'cancel')
            else:
                self.emit('rescale', order=o.id, **self.stamp(), quantity=str(o.quantity), **self.prices_of(o))

    def target_in_new_shares(self, o, k):
        trade, = o.trades
        if self.target_of(trade, o) != self.rest_of(trade.rule):
            return math.floor(o.quantity * k)
        return max(0, trade.quantity - sum(math.floor(order.quantity * k) for _, order in trade.targets if order is not o))


def exact(amount):
    """Exact decimal text."""
    places = next(n for n in range(20) if (amount * 10 ** n).denominator == 1)
    return decimal(int(amount * 10 ** places), places)
