"""Trades (3.3 to 3.18): what an entry's fill places, how stops move, how a trade ends."""
from types import SimpleNamespace

from numbers_out import closing_stop, limit_price, quantity_to_lots
from rules import waits
from venue import Order


class Trade:
    """What a rule with `enter` owns. `first` and `latest` are (row, account) of the first decision and of the latest entry or add."""

    def __init__(self, rule):
        self.rule, self.side = rule, rule.direction
        self.ended_on = None                         # the row of the fill that ended the last trade (3.17)
        self.approvals = {}                          # entries approved, by session (3.17)
        self.entry_rejected = False                  # and its `when` has not been false since (3.4)
        self.reset()

    def reset(self):
        self.state = 'idle'
        self.quantity = 0                            # held of it (11.8)
        self.first = self.latest = None
        self.fill = self.last_fill = self.peak = None        # ticks
        self.filled_at_close = None                  # the row on which the entry was filled at the close
        self.adds = 0                                # filled
        self.add_rejected = False                    # and its condition has not been false since (3.4, 3.16)
        self.orders = {}                             # what works for it: 'entry', 'add', 'exit' and 'stop' by kind
        self.targets = []                            # (Target, Order) of those that were approved

    def values(self, d, **ticks):
        """3.18: `ticks` are fill, peak and last_fill where they are known."""
        floats = {name: None if t is None else t / 10 ** d for name, t in ticks.items()}
        return SimpleNamespace(**{'fill': None, 'peak': None, 'last_fill': None, 'entry': self.first, **floats})


class Trades:
    """The part of a lane that follows its trades."""

    def trade_approved(self, o):
        kind = o.kind
        for trade in o.trades:
            if kind in ('entry', 'add'):
                trade.state = 'entering' if kind == 'entry' else 'adding'
                trade.latest = self.deciding
            elif kind in ('exit', 'flatten'):
                trade.state = 'exiting'
            if kind == 'entry':
                trade.first = trade.latest
                trade.approvals[self.judge.session] = trade.approvals.get(self.judge.session, 0) + 1
            if kind != 'target':
                trade.orders['exit' if kind == 'flatten' else kind] = o

    def trade_left(self, o):
        """Cancelled or expired."""
        kind = o.kind
        for trade in o.trades:
            if kind == 'target':
                trade.targets = [(target, order) for target, order in trade.targets if order is not o]
                continue
            trade.orders.pop('exit' if kind == 'flatten' else kind)
            if kind == 'entry':
                trade.reset()
            elif kind != 'stop':
                trade.state = 'open'                                 # 3.3, 3.5

    def trade_filled(self, o, price, moment):
        if o.kind == 'flatten':                                      # of all that is held: every trade ends
            for trade in o.trades:
                trade.orders.pop('exit')
            self.end(o.trades)
            return
        trade, = o.trades
        target = next((t for t, order in trade.targets if order is o), None)
        if o.kind == 'target':
            trade.targets = [(t, order) for t, order in trade.targets if order is not o]
        else:
            trade.orders.pop(o.kind)
        trade.quantity += o.side * trade.side * o.quantity
        if o.kind == 'entry':
            self.entered(trade, price, moment)
        elif o.kind == 'add':
            self.added(trade, price, moment)
        elif trade.quantity == 0:
            self.end([trade])
        else:                                                        # 3.5, 3.9: what covers the position is reduced
            for kind in ('stop', 'exit'):
                if kind in trade.orders:
                    trade.orders[kind].quantity = trade.quantity
            if target is not None and target.then_stop is not None:  # 3.14
                stop = target.then_stop(*trade.first, trade.values(self.d, fill=trade.fill))
                self.move_stop(trade, closing_stop(stop, self.d, -trade.side), self.from_open(moment))

    def end(self, trades):
        """3.6"""
        for other in [other for other in self.working if any(trade in trades for trade in other.trades)]:
            self.leave(other, 'cancel')
        for trade in trades:
            trade.reset()
            trade.ended_on = self.i

    def from_open(self, moment):
        """3.14: at once after a fill at the open, else from the next row on."""
        return self.i if moment == 'open' else self.i + 1

    def from_fill(self, moment):
        """3.9: from the fill on."""
        return self.i + 1 if moment == 'close' else self.i

    # ---- the stop

    def declared_stop(self, rule, i, a, values):
        """3.8, 3.15: the tighter of `stop` and `trail` in ticks; None without both."""
        stops = [closing_stop(e(i, a, values), self.d, -rule.direction) for e in (rule.stop, rule.trail) if e is not None]
        return self.tighter(rule.direction, stops)

    def tighter(self, side, stops):
        return max(stops, key=lambda price: price * side) if stops else None

    def place_stop(self, trade, price, works_from):
        """A stop for all that is held, in the place of the one that works; where it is refused that one stays."""
        old = trade.orders.get('stop')
        o = Order(self, trade.rule.name, 'stop', -trade.side, trade.quantity, 'stop', price, trades=[trade])
        self.approve(o, self.reducing(o), works_from, before=[] if old is None else [old])

    def move_stop(self, trade, price, works_from):
        """3.14, 3.15: only where that is tighter."""
        old = trade.orders.get('stop')
        if old is None or (price - old.price) * trade.side > 0:
            self.place_stop(trade, price, works_from)

    def trail(self):
        """3.15, after the exits of the row."""
        for trade in self.trades:
            if trade.rule.trail is None or trade.state in ('idle', 'entering'):
                continue
            if trade.filled_at_close != self.i:
                trade.peak = max(trade.peak, self.row.high) if trade.side > 0 else min(trade.peak, self.row.low)
            if 'exit' in trade.orders and not waits(trade.orders['exit']):
                continue
            values = trade.values(self.d, fill=trade.fill, peak=trade.peak, last_fill=trade.last_fill)
            self.move_stop(trade, closing_stop(trade.rule.trail(*trade.first, values), self.d, -trade.side), self.i + 1)

    # ---- fills that open

    def entered(self, trade, price, moment):
        trade.state = 'open'
        trade.fill = trade.last_fill = trade.peak = price
        trade.filled_at_close = self.i if moment == 'close' else None
        values = trade.values(self.d, fill=price, peak=price, last_fill=price)
        stop = self.declared_stop(trade.rule, *trade.first, values)  # 3.9
        if stop is not None:
            self.place_stop(trade, stop, self.from_fill(moment))
        filled = trade.quantity
        parts = [None if t is self.rest_of(trade.rule) else quantity_to_lots(t.part * filled) for t in trade.rule.targets]
        for target, part in zip(trade.rule.targets, parts):          # 3.14
            quantity = filled - sum(p for p in parts if p is not None) if part is None else part
            limit = limit_price(target.price(*trade.first, values), self.d, -trade.side)
            self.place_target(trade, target, quantity, limit, moment)

    def rest_of(self, rule):
        """3.14: the target that takes what the others leave, if there is one."""
        without = [t for t in rule.targets if t.part is None]
        if without:
            return without[0]
        return rule.targets[-1] if rule.targets and abs(sum(t.part for t in rule.targets) - 1) <= 1e-9 else None

    def place_target(self, trade, target, quantity, limit, moment, before=()):
        o = Order(self, trade.rule.name, 'target', -trade.side, quantity, 'limit', limit=limit, trades=[trade])
        if self.approve(o, self.reducing(o), self.from_open(moment), before):
            trade.targets.append((target, o))

    def added(self, trade, price, moment):
        """3.16"""
        trade.state = 'open'
        trade.last_fill = price
        trade.adds += 1
        rule, stops = trade.rule, [trade.orders['stop'].price] if 'stop' in trade.orders else []
        if rule.stop is not None:
            stops.append(closing_stop(rule.stop(*trade.latest, trade.values(self.d, fill=price)), self.d, -trade.side))
        if stops:
            self.place_stop(trade, self.tighter(trade.side, stops), self.from_fill(moment))
            if 'stop' in trade.orders:
                trade.orders['stop'].quantity = trade.quantity
        rest = self.rest_of(rule)
        for target, o in list(trade.targets):
            if target is rest:
                others = sum(other.quantity for _, other in trade.targets if other is not o)
                self.place_target(trade, target, trade.quantity - others, o.limit, moment, before=[o])
