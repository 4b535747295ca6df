"""Section 5, and when orders end without a fill (3.13): how the working orders meet a row."""
import math

import fees
import nyse
from numbers_out import BUY, SELL, decimal

OPENING = ('entry', 'add', 'hold')
AT_ONE_MOMENT = ('ioc', 'fok', 'opg', 'cls')


class Order:
    """`price` is the stop of a stop or stop_limit, `limit` the limit of a limit or stop_limit, in ticks; `tif` one of the words or a number of rows.
    `opening` is the opening part and `worst` the worst price (4.2). `decided` is the row it was approved on, `works_from` the first that it meets."""

    def __init__(self, lane, rule, kind, side, quantity, type='market', price=None, limit=None, tif='gtc', opening=0, worst=0, trades=()):
        self.lane, self.rule, self.kind, self.side, self.quantity = lane, rule, kind, side, quantity
        self.type, self.price, self.limit, self.tif = type, price, limit, tif
        self.opening, self.worst = opening, worst
        self.trades = list(trades)                                   # what it opens, or closes: a flatten's may be several (11.8)
        self.filled_at = None
        self.triggered = False                                       # a stop_limit that is a limit order by now

    def prices(self):
        return [p for p in (self.price, self.limit) if p is not None]

    def is_stop(self):
        return self.price is not None and not self.triggered

    def beyond_stop(self, price):
        return (price - self.price) * self.side >= 0

    def within_limit(self, price):
        return (self.limit - price) * self.side >= 0


class Venue:
    """The part of a lane that fills and expires."""

    def venue(self):
        """2.2"""
        i, session = self.i, self.row.session
        self.expire(lambda o: o.tif == 'day' and self.rows[o.decided + 1].session != session)
        begins = i == 0 or self.rows[i - 1].session != session
        self.at_the_open(begins)
        self.expire(lambda o: o.tif in ('ioc', 'fok') or (o.tif == 'opg' and begins))
        self.inside()
        self.expire(lambda o: isinstance(o.tif, int) and i >= o.decided + o.tif)
        close = self.judge.calendar.close(session)
        if self.row.end >= close and (begins or self.rows[i - 1].end < close):
            self.at_the_close()

    def expire(self, over):
        for o in [o for o in self.working if over(o)]:
            self.leave(o, 'expire')

    def at_the_open(self, begins):
        """5.4: in order of approval, with what a fill here leads to."""
        met = []
        while True:
            left = [o for o in self.working if o not in met and o.works_from <= self.i and o.tif != 'cls' and (begins or o.tif != 'opg')]
            if not left:
                return
            met.append(left[0])
            self.meet_open(left[0])

    def meet_open(self, o):
        """5.1"""
        price = self.row.open
        if o.is_stop() and not o.beyond_stop(price):
            return
        if o.limit is None or o.within_limit(price):
            self.fill(o, price, 'open')
        elif o.is_stop():
            self.trigger(o)

    def trigger(self, o):
        """5.1: a stop_limit beyond its limit is a limit order from the next row on."""
        o.triggered, o.works_from = True, self.i + 1

    def inside(self):
        """5.4: orders that open; then of those that close stops, then limits, each the one first that the market comes to first."""
        for o in [o for o in self.working if o.kind in OPENING and self.reached(o)]:
            self.meet_inside(o)
        while stops := [o for o in self.working if o.kind not in OPENING and o.is_stop() and self.reached(o)]:
            self.meet_inside(min(stops, key=lambda o: o.price * o.side))
        while limits := [o for o in self.working if o.kind not in OPENING and self.reached(o)]:
            self.meet_inside(max(limits, key=lambda o: o.limit * o.side))

    def reached(self, o):
        if o.works_from > self.i or o.type == 'market' or o.tif in AT_ONE_MOMENT:
            return False
        if o.is_stop():
            return o.beyond_stop(self.row.low if o.side == SELL else self.row.high)
        return self.row.low < o.limit if o.side == BUY else self.row.high > o.limit       # a touch does not fill

    def meet_inside(self, o):
        if not o.is_stop():
            self.fill(o, o.limit, 'inside')
        elif o.limit is None or o.within_limit(o.price):
            self.fill(o, o.price, 'inside')
        else:
            self.trigger(o)

    def at_the_close(self):
        for o in [o for o in self.working if o.tif == 'cls' and o.works_from <= self.i]:
            if o not in self.working:
                continue
            if o.limit is None or o.within_limit(self.row.close):
                self.fill(o, self.row.close, 'close')
            else:
                self.leave(o, 'expire')

    def fill(self, o, base, moment):
        """Fills `o` whole (5.5) at `base` and posts it; `moment` is 'open', 'inside' or 'close'."""
        price, slippage = base, self.st.slippage
        if o.type in ('market', 'stop'):                             # 5.2
            price = math.ceil(base * (1 + slippage)) if o.side == BUY else math.floor(base * (1 - slippage))
        judge, held, s = self.judge, self.held, self.judge.account.s
        fee = fees.fee_of(self.st.fees, s, judge.now, o.side, o.quantity, held.value(o.quantity, price))
        judge.working.remove(o)
        held.post(self.i, o.side * o.quantity, price, fee)
        judge.n_fills += 1
        o.filled_at = judge.now
        self.emit('fill', order=o.id, **self.stamp(), side='buy' if o.side == BUY else 'sell',
                  quantity=str(o.quantity), price=decimal(price, self.d), fee=decimal(fee, s),
                  cash=decimal(judge.account.cash, s), position=str(held.position))
        if o.trades:
            self.trade_filled(o, price, moment)

    def emit_order(self, o, reasons):
        limit = {'limit': decimal(o.limit, self.d)} if o.type == 'stop_limit' else {}
        price = o.limit if o.type == 'limit' else o.price
        self.emit('order', id=o.id, **self.stamp(), rule=o.rule, kind=o.kind, side='buy' if o.side == BUY else 'sell',
                  quantity=str(o.quantity), type=o.type, price=None if price is None else decimal(price, self.d), **limit,
                  status='rejected' if reasons else 'approved', reasons=reasons)

    def approve(self, o, reasons, works_from=None, before=()):
        """Writes the order's line; an approved order cancels those of `before` first, and works from here on."""
        o.id, o.decided = self.judge.next_id, self.i
        o.works_from = self.i + 1 if works_from is None else works_from
        self.judge.next_id += 1
        for other in [] if reasons else before:
            self.leave(other, 'cancel')
        self.emit_order(o, reasons)
        if reasons:
            self.judge.n_rejected += 1
            return False
        self.judge.working.append(o)
        if o.opening > 0:
            self.judge.opened_at.append(self.judge.now)
        if o.trades:
            self.trade_approved(o)
        return True

    def leave(self, o, event):
        """A working order is cancelled or expires."""
        self.judge.working.remove(o)
        self.emit(event, order=o.id, **self.stamp())
        if o.trades:
            self.trade_left(o)

    def emit(self, event, **fields):
        self.judge.emit(event, **fields)

    def stamp(self):
        """10.7: at an instant without a row, the number of the last one."""
        return {**self.judge.named(self), 'row': self.i, 'time': nyse.iso(self.judge.now)}
