"""Trades (3.3 to 3.18): what an entry's fill places, how stops move, how a trade ends."""
import math
from types import SimpleNamespace

from numbers_out import closing_stop, limit_price, quantity_to_lots
from rules import waits
from venue import Order


class Trade:
    """What a rule with `enter` owns. `first` and `latest` are the first decision and that of the latest entry or add."""

    def __init__(self, lane, number):
        self.lane, self.number = lane, number
        self.side = self.rule.direction
        self.ended_on = None                         # the row of the fill that ended the last trade (3.17)
        self.approvals = {}                          # entries approved, by session (3.17)
        self.entry_rejected = False                  # and its `when` has not been false since (3.4)
        self.reset()

    @property
    def rule(self):
        return self.lane.rules[self.number]

    def reset(self):
        self.state = 'idle'
        self.quantity = 0                            # held of it (11.8)
        self.first = self.latest = None
        self.fill = self.last_fill = None            # in currency
        self.peak = None                             # ticks
        self.stop_price = None                       # of the latest stop
        self.filled_at_close = None                  # the row on which the entry was filled at the close
        self.adds = 0                                # filled
        self.add_rejected = False                    # and its condition has not been false since (3.4, 3.16)
        self.orders = {}                             # what works for it: 'entry', 'add', 'exit' and 'stop' by kind
        self.targets = []                            # (number in the rule, Order) of those that work
        self.waiting_targets = []                    # those that would be for 0 lots by now (3.19)

    def values(self, **known):
        """3.18: `known` of fill, peak and last_fill, in currency."""
        return SimpleNamespace(**{'fill': None, 'peak': None, 'last_fill': None, 'entry': self.first, **known})


class Trades:
    """The part of a lane that follows its trades."""

    def trade_approved(self, o):
        kind = o.kind
        for trade in o.trades:
            if kind in ('entry', 'add'):
                trade.state = 'entering' if kind == 'entry' else 'adding'
                trade.latest = o.decision
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
            if trade.state == 'entering':
                trade.reset()
            elif kind != 'stop':
                trade.state = 'open'                                 # 3.3, 3.5, 3.19
            if kind in ('exit', 'flatten') and not waits(o) and trade.quantity > 0 and trade.stop_price is not None and 'stop' not in trade.orders:
                self.place_stop(trade, trade.stop_price, self.i if o.tif == 'day' else self.i + 1)

    def trade_filled(self, o, quantity, price, moment):
        """`quantity` and `price` are of the part that has filled."""
        if o.kind == 'flatten':
            return self.flattened(o, quantity)
        trade, = o.trades
        target = self.target_of(trade, o)
        if o.quantity == 0 and target is not None:
            trade.targets = [(t, order) for t, order in trade.targets if order is not o]
        elif o.quantity == 0:
            trade.orders.pop(o.kind)
        trade.quantity += o.side * trade.side * quantity
        if o.kind in ('entry', 'add'):
            trade.state = 'open' if o.quantity == 0 else 'adding'
            (self.entered if o.kind == 'entry' else self.added)(trade, o, quantity, price, moment)
        elif trade.quantity == 0:
            self.end(trade)
            self.turn(moment)
        else:
            self.reduced(trade, o)
            if o.quantity == 0 and target is not None and trade.rule.targets[target].then_stop is not None:      # 3.14
                stop = self.frozen(trade, trade.first, lambda rule: rule.targets[target].then_stop, trade.fill)
                self.move_stop(trade, closing_stop(stop, self.d, -trade.side), self.from_open(moment))

    def target_of(self, trade, o):
        return next((target for target, order in trade.targets if order is o), None)

    def flattened(self, o, quantity):
        """3.19: what has filled is taken from the trades in the order of their rules; those of which nothing is left end."""
        for trade in [trade for trade in self.trades if trade in o.trades]:
            part = min(quantity, trade.quantity)
            quantity, trade.quantity = quantity - part, trade.quantity - part
            if trade.quantity == 0:
                o.trades.remove(trade)
                self.end(trade)

    def reduced(self, trade, o):
        """3.5, 3.9, 3.19: what covers the position is for no more than what is left."""
        for kind in ('stop', 'exit'):
            if kind in trade.orders:
                trade.orders[kind].quantity = trade.quantity
        for kind in ('entry', 'add') if o.kind == 'stop' else ('entry',):
            if kind in trade.orders:
                self.leave(trade.orders[kind], 'cancel')
        over = sum(order.quantity for _, order in trade.targets) - trade.quantity if o.kind != 'target' else 0
        for _, order in sorted(trade.targets, key=lambda pair: -pair[1].id):
            if over >= order.quantity:
                over -= order.quantity
                self.leave(order, 'cancel')
            elif over > 0:
                self.resize(order, order.quantity - over)
                over = 0

    def end(self, trade):
        """3.6"""
        for other in [other for other in self.working if trade in other.trades]:
            self.leave(other, 'cancel')
        trade.reset()
        trade.ended_on = self.i

    def from_open(self, moment):
        """3.14: at once after a fill at the open, else from the next row on."""
        return self.i if moment == 'open' else self.i + 1

    def from_fill(self, moment):
        """3.9: from the fill on."""
        return self.i + 1 if moment == 'close' else self.i

    # ---- the stop

    def frozen(self, trade, decision, of, fill):
        """13.5: a price of a decision, `of` its rule, in the shares of now; None where the rule has none."""
        expression = of(self.rules_of_epoch[decision.epoch][trade.number])
        if expression is None:
            return None
        since = math.prod(self.ks[decision.epoch:], start=1.0)
        known = {'fill': fill, 'peak': None if trade.peak is None else trade.peak / 10 ** self.d, 'last_fill': trade.last_fill}
        values = trade.values(**{name: None if price is None else price * since for name, price in known.items()})
        return expression(decision.i, decision.a, values) / since

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
        if self.approve(o, self.reducing(o), works_from, before=[] if old is None else [old]):
            trade.stop_price = price

    def move_stop(self, trade, price, works_from):
        """3.14, 3.15, 3.19: only where that is tighter; whether it has moved."""
        old = trade.orders.get('stop')
        if old is not None and (old.filled > 0 or (price - old.price) * trade.side <= 0):
            return False
        self.place_stop(trade, price, works_from)
        return trade.orders.get('stop') is not old

    def own_stop(self, trade, decision, fill):
        """The price of `stop` alone, None without it."""
        stop = self.frozen(trade, decision, lambda rule: rule.stop, fill)
        return None if stop is None else closing_stop(stop, self.d, -trade.side)

    def grow_stop(self, trade, decision, fill, moment):
        """3.19: with a further part, for all that is held; the trail moves at the row's close."""
        stop = self.own_stop(trade, decision, fill)
        moved = stop is not None and self.move_stop(trade, stop, self.from_fill(moment))
        if not moved and 'stop' in trade.orders:
            self.resize(trade.orders['stop'], trade.quantity)

    def trail(self):
        """3.15, after the exits of the row."""
        for trade in self.trades:
            if trade.rule.trail is None or trade.state in ('idle', 'entering'):
                continue
            if trade.filled_at_close != self.i:
                trade.peak = max(trade.peak, self.row.high) if trade.side > 0 else min(trade.peak, self.row.low)     # 12.6: of an event sell and buy
            if 'exit' in trade.orders and not waits(trade.orders['exit']):
                continue
            trail = self.frozen(trade, trade.first, lambda rule: rule.trail, trade.fill)
            self.move_stop(trade, closing_stop(trail, self.d, -trade.side), self.i + 1)

    # ---- fills that open

    def entered(self, trade, o, part, price, moment):
        first = trade.quantity == part
        trade.fill = trade.last_fill = o.average()
        if first:
            trade.peak = price
            trade.filled_at_close = self.i if moment == 'close' else None
        if not first:
            self.grow_stop(trade, trade.first, trade.fill, moment)
        else:                                                        # 3.9
            stops = [self.frozen(trade, trade.first, of, trade.fill) for of in (lambda rule: rule.stop, lambda rule: rule.trail)]
            stops = [closing_stop(stop, self.d, -trade.side) for stop in stops if stop is not None]
            if stops:
                self.place_stop(trade, self.tighter(trade.side, stops), self.from_fill(moment))
        trade.waiting_targets = list(range(len(trade.rule.targets))) if first else trade.waiting_targets
        for target, quantity in enumerate(self.parts(trade.rule, trade.quantity)):                       # 3.14, 3.19
            price = self.frozen(trade, trade.first, lambda rule: rule.targets[target].price, trade.fill)
            self.aim(trade, target, quantity, limit_price(price, self.d, -trade.side), o.quantity == 0, moment)

    def parts(self, rule, filled):
        """3.14: the quantity of each target."""
        parts = [None if n == self.rest_of(rule) else quantity_to_lots(t.part * filled) for n, t in enumerate(rule.targets)]
        return [filled - sum(p for p in parts if p is not None) if part is None else part for part in parts]

    def rest_of(self, rule):
        """3.14: the number of the target that takes what the others leave, if there is one."""
        without = [n for n, t in enumerate(rule.targets) if t.part is None]
        if without:
            return without[0]
        return len(rule.targets) - 1 if rule.targets and abs(sum(t.part for t in rule.targets) - 1) <= 1e-9 else None

    def aim(self, trade, target, quantity, limit, last, moment):
        """3.19: the target for its part of what has filled so far; `last`: of all."""
        o = next((order for t, order in trade.targets if t == target), None)
        if o is not None and o.limit == limit:
            if o.quantity != quantity:
                self.resize(o, quantity)
        elif o is not None:
            self.place_target(trade, target, quantity, limit, moment, before=[o])
        elif target in trade.waiting_targets and (quantity > 0 or last):
            trade.waiting_targets = [t for t in trade.waiting_targets if t != target]
            self.place_target(trade, target, quantity, limit, moment)

    def place_target(self, trade, target, quantity, limit, moment, before=()):
        o = Order(self, trade.rule.name, 'target', -trade.side, quantity, 'limit', limit=limit, trades=[trade])
        if self.approve(o, self.reducing(o), self.from_open(moment), before):
            trade.targets.append((target, o))

    def added(self, trade, o, part, price, moment):
        """3.16, 3.19"""
        first = o.filled == part
        trade.last_fill = o.average()
        trade.adds += first
        stops = [trade.orders['stop'].price] if 'stop' in trade.orders else []
        own = self.own_stop(trade, trade.latest, trade.last_fill)
        stops += [own] if own is not None else []
        if not first:
            self.grow_stop(trade, trade.latest, trade.last_fill, moment)
        elif stops:
            self.place_stop(trade, self.tighter(trade.side, stops), self.from_fill(moment))
            if 'stop' in trade.orders:
                trade.orders['stop'].quantity = trade.quantity
        rest = self.rest_of(trade.rule)
        for target, order in list(trade.targets):
            if target == rest:
                quantity = trade.quantity - sum(other.quantity for _, other in trade.targets if other is not order)
                if first:
                    self.place_target(trade, target, quantity, order.limit, moment, before=[order])
                else:
                    self.resize(order, quantity)
