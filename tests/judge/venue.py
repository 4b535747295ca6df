"""Section 5, and when orders end without a fill (3.13): how the working orders meet a row."""
import math
from fractions import Fraction

import fees
import nyse
from numbers_out import BUY, SELL, decimal, quantity_to_lots
from rules import Span

OPENING = ('entry', 'add', 'hold')
AT_ONE_MOMENT = ('ioc', 'fok', 'opg', 'cls')


class Order:
    """`price` is the stop of a stop or stop_limit, `limit` the limit of a limit or stop_limit, in ticks; `tif` one of the words or a number of rows.
    `opening` is the opening part and `worst` the worst price (4.2). `decided_at` is when it was approved, `works_from` the first row that it meets, `decided` the one before.
    `quantity` and `opening` are of what is still to fill."""

    filled = filled_ticks = 0                        # shares, and the sum of quantity x price
    filled_at = None                                 # when it filled first
    post_only = False                                # 12.7
    triggered = False                                # a stop_limit that is a limit order by now, a stop that is a market order

    def __init__(self, lane, rule, kind, side, quantity, type='market', price=None, limit=None, tif='gtc', opening=0, worst=0, trades=()):
        self.lane, self.rule, self.kind, self.side, self.quantity = lane, rule, kind, side, quantity
        self.type, self.price, self.limit, self.tif = type, price, limit, tif
        self.opening, self.worst = opening, worst
        self.trades = list(trades)                                   # what it opens, or closes: a flatten's may be several (11.8)
        self.charged = {}                                            # quantity, value and fee by date (5.3)

    def prices(self):
        return [p for p in (self.price, self.limit) if p is not None]

    def is_stop(self):
        return self.price is not None and not self.triggered

    def at_market(self):
        return self.price is None and self.limit is None or self.triggered and self.limit is None

    def average(self):
        """3.19, in currency."""
        return float(Fraction(self.filled_ticks) / (self.filled * 10 ** self.lane.d))

    def beyond_stop(self, price):
        return (price - self.price) * self.side >= 0

    def within_limit(self, price):
        return (self.limit - price) * self.side >= 0


def is_span(o):
    return isinstance(o.tif, Span)


class Venue:
    """The part of a lane that fills and expires."""

    def venue(self):
        """2.2"""
        i, session = self.i, self.row.session
        self.expire_on_arrival()
        self.expire(lambda o: o.tif == 'day' and self.rows[o.decided + 1].session != session or is_span(o) and self.row.start > o.decided_at + o.tif)
        begins = i == 0 or self.rows[i - 1].session != session
        self.at_the_open(begins)
        self.expire(lambda o: o.works_from <= i and (o.tif in ('ioc', 'fok') or o.tif == 'opg' and begins) or is_span(o) and self.row.end > o.decided_at + o.tif)
        self.inside()
        self.expire(lambda o: isinstance(o.tif, int) and not is_span(o) and i >= o.decided + o.tif)
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
        """5.1, 12.6"""
        price = self.price_of(o)
        if o.is_stop() and not o.beyond_stop(price):
            return
        if self.st.events and o.limit is not None and not o.is_stop():
            if self.takes(o, price):
                self.fill(o, price if o.works_from == self.i and not o.triggered else o.limit, 'open')
            return
        self.meet(o, price, 'open')

    def price_of(self, o):
        """The price at which an order meets the row: the open, or the event's of its side (12.6)."""
        if not self.st.events:
            return self.row.open
        return self.row.buy if o.side == BUY else self.row.sell

    def takes(self, o, price):
        """12.6: whether an event at that price fills a limit order; at its own price a trade fills others first."""
        return o.within_limit(price) and (price != o.limit or self.st.events != 'trades' or self.st.touch)

    def meet(self, o, price, moment):
        """5.1, 5.5: at a price that it accepts but for a limit; what is left of a stop that is reached is another order from the next row on."""
        if o.is_stop():
            o.triggered, o.works_from = True, self.i + 1
        if o.limit is None or o.within_limit(price):
            self.fill(o, price, moment)

    def inside(self):
        """5.4, not of an event (12.6): orders that open; then of those that close stops, then limits, each the one first that the market comes to first."""
        if self.st.events:
            return
        for o in [o for o in self.working if o.kind in OPENING and self.reached(o)]:
            if o in self.working:                                    # 3.20: a fill here may take it back
                self.meet_inside(o)
        while stops := [o for o in self.working if o.kind not in OPENING and o.is_stop() and self.reached(o)]:
            self.meet_inside(min(stops, key=lambda o: o.price * o.side))
        met = []
        while limits := [o for o in self.working if o.kind not in OPENING and o not in met and self.reached(o)]:
            met.append(max(limits, key=lambda o: o.limit * o.side))
            self.meet_inside(met[-1])

    def reached(self, o):
        if o.works_from > self.i or o.at_market() or o.tif in AT_ONE_MOMENT:
            return False
        if o.is_stop():
            return o.beyond_stop(self.row.low if o.side == SELL else self.row.high)
        beyond = (o.limit - self.row.low) if o.side == BUY else (self.row.high - o.limit)
        return beyond >= 0 if self.st.touch else beyond > 0

    def meet_inside(self, o):
        self.meet(o, o.price if o.is_stop() else o.limit, 'inside')

    def at_the_close(self):
        for o in [o for o in self.working if o.tif == 'cls' and o.works_from <= self.i]:
            if o not in self.working:
                continue
            self.meet(o, self.price_of(o) if self.st.events else self.row.close, 'close')
            if o in self.working:
                self.leave(o, 'expire')

    def room(self):
        """5.5: what may still fill on this row; None without a cap."""
        if self.st.volume_cap is None:
            return None
        return quantity_to_lots(self.st.volume_cap * self.row.volume) - self.filled_on_row if self.here else 0

    def fill(self, o, base, moment):
        """Fills of `o` what the row has room for (5.5) at `base`; `moment` is 'open', 'inside' or 'close'."""
        room = self.room()
        quantity = o.quantity if room is None else min(o.quantity, room)
        if quantity > 0 and (quantity == o.quantity or o.tif != 'fok'):
            self.post(o, quantity, base, moment)

    def post(self, o, quantity, base, moment):
        price, slippage = base, self.st.slippage
        if o.type in ('market', 'stop'):                             # 5.2
            price = math.ceil(base * (1 + slippage)) if o.side == BUY else math.floor(base * (1 - slippage))
        judge, held, s = self.judge, self.held, self.judge.account.s
        fee = self.charge(o, quantity, price)
        self.filled_on_row += quantity
        o.opening = min(o.opening, o.quantity - quantity)            # what reduces fills first
        o.quantity -= quantity
        o.filled, o.filled_ticks = o.filled + quantity, o.filled_ticks + quantity * price
        o.filled_at = o.filled_at or judge.now
        if o.quantity == 0:
            judge.working.remove(o)
        held.post(self.i, o.side * quantity, price, fee)
        judge.n_fills += 1
        self.emit('fill', order=o.id, **self.stamp(), side='buy' if o.side == BUY else 'sell',
                  quantity=str(quantity), price=decimal(price, self.d), fee=decimal(fee, s),
                  cash=decimal(judge.account.cash, s), position=str(held.position))
        self.cancel_beyond_position()
        if o.trades:
            self.trade_filled(o, quantity, price, moment)

    def charge(self, o, quantity, price):
        """5.3: what the order's fills of this date cost together, less what those before did."""
        s, day = self.judge.account.s, nyse.new_york_date(self.judge.now - 1)
        before_quantity, before_value, before = o.charged.get(day, (0, 0, 0))
        quantity, value = before_quantity + quantity, before_value + self.held.value(quantity, price)
        together = fees.fee_of(self.st.fees, s, self.judge.now, o.side, quantity, value)
        o.charged[day] = quantity, value, together
        return together - before

    def emit_order(self, o, reasons):
        self.emit('order', id=o.id, **self.stamp(), rule=o.rule, kind=o.kind, side='buy' if o.side == BUY else 'sell',
                  quantity=str(o.quantity), type=o.type, **self.prices_of(o), status='rejected' if reasons else 'approved', reasons=reasons)

    def prices_of(self, o):
        limit = {'limit': decimal(o.limit, self.d)} if o.type == 'stop_limit' else {}
        price = o.limit if o.type == 'limit' else o.price
        return {'price': None if price is None else decimal(price, self.d), **limit}

    def approve(self, o, reasons, works_from=None, before=()):
        """Writes the order's line; an approved order cancels those of `before` first, and works from here on."""
        o.works_from = self.i + 1 if works_from is None else works_from
        o.id, o.decided, o.decided_at = self.judge.next_id, o.works_from - 1, self.judge.now
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

    def resize(self, o, quantity):
        """3.19"""
        o.quantity = quantity
        self.emit('resize', order=o.id, **self.stamp(), quantity=str(quantity))

    def leave(self, o, event):
        """A working order is cancelled or expires."""
        self.judge.working.remove(o)
        self.emit(event, order=o.id, **self.stamp())
        if event == 'expire' and o.kind in ('exit', 'flatten'):
            self.reversal = None                                     # 3.20
        if o.trades:
            self.trade_left(o)

    def emit(self, event, **fields):
        self.judge.emit(event, **fields)

    def stamp(self):
        """10.7: at an instant without a row, the number of the last one."""
        return {**self.judge.named(self), 'row': self.i, 'time': nyse.iso(self.judge.now)}
