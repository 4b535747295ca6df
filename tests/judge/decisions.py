"""Sections 2.6 and 3: what the rules decide about one symbol at an instant."""
from types import SimpleNamespace

import numbers_out as out
from numbers_out import BUY, SELL
from rules import MARKET, Decision, Terms, waits
from venue import Order


class Decisions:
    """The part of a lane that proposes orders."""

    def flatten(self, who, at_once=True):
        """3.12, 4.7: cancels working orders but an exit that fills at the next open, closes what is held beyond what such exits sell; the order."""
        self.reversal = None                                         # 3.20
        exits = [o for o in self.working if o.kind in ('exit', 'flatten') and not waits(o)]
        for o in [o for o in self.working if o not in exits]:
            self.leave(o, 'cancel')
        left = abs(self.held.position) - sum(o.quantity for o in exits)
        if left > 0:
            exiting = [trade for o in exits for trade in o.trades]
            ended = [trade for trade in self.trades if trade.state != 'idle' and trade not in exiting]
            return self.close_position(who, 'flatten', Terms(tif='gtc'), left, ended, at_once)
        return None

    def may_open(self):
        """3.12: the window, part of every entry's `when`."""
        entries, now = self.st.entries, self.judge.now
        return entries is None or self.judge.instant(entries[0]) <= now < self.judge.instant(entries[1])

    # ---- exits

    def exit(self, rule, trade):
        """3.5"""
        working = trade.orders.get('exit')
        if trade.state == 'entering':
            self.leave(trade.orders['entry'], 'cancel')
        elif trade.state in ('open', 'adding') or (working is not None and waits(working) and not waits(rule.order)):
            self.close_position(rule.name, 'exit', rule.order, trade.quantity, [trade])

    def close_position(self, who, kind, terms, quantity, trades, at_once=True):
        side = SELL if self.held.position > 0 else BUY
        price, limit = self.prices(terms, *self.deciding, None, side, closes=True)
        o = Order(self, who, kind, side, quantity, terms.type, price, limit, terms.tif, trades=trades)
        before = [other for other in self.working if any(trade in trades for trade in other.trades) and (other.kind in ('entry', 'add') or not waits(o))]
        if self.approve(o, self.reducing(o), before=before) and at_once:
            self.at_once(o)
        return o

    def prices(self, terms, i, a, values, side, closes):
        """6.2: (stop, limit) of an order in ticks, None where it has none."""
        rounded = out.closing_stop if closes else out.opening_stop
        return (None if terms.price is None else rounded(terms.price(i, a, values), self.d, side),
                None if terms.limit is None else out.limit_price(terms.limit(i, a, values), self.d, side))

    def at_once(self, o):
        """5.6: at the deciding row's close."""
        if self.st.market_close and not waits(o):
            self.fill(o, self.price_of(o) if self.st.events else self.row.close, 'close')

    # ---- entries and adds

    def consider(self, trade):
        """An entry, or an add to the trade that is open."""
        i, a = self.deciding
        rule, may_open = trade.rule, self.may_open()
        wanted = may_open and rule.when(i, a)
        may_add = self.wants_add(trade, may_open)
        trade.entry_rejected = trade.entry_rejected and bool(wanted)             # 3.4
        if trade.state == 'open':
            trade.add_rejected = trade.add_rejected and may_add
        if trade.state == 'open' and may_add and not trade.add_rejected and trade.adds < rule.add.most:
            trade.add_rejected = not self.enter(trade, 'add')
        elif wanted and not trade.entry_rejected and not self.braked(trade):
            if self.has_place(trade):
                trade.entry_rejected = not self.enter(trade, 'entry')
            elif self.may_reverse(trade):
                self.reverse(trade)

    def has_place(self, trade):
        """3.3, 11.8: of one side, as many as the file admits, those that were not idle when the exits began among them (3.20: but for `reverse`)."""
        busy = [other for other in self.trades if other.state != 'idle' or other in self.busy and (other is trade or not trade.rule.reverse)]
        if trade in busy or len(busy) >= self.st.open_trades or any(other.side != trade.side for other in busy):
            return False
        return self.held.position * trade.side >= 0 and (self.st.open_trades > 1 or self.held.position == 0)

    def wants_add(self, trade, may_open):
        if trade.rule.add is None or not may_open:
            return False
        return bool(trade.rule.add.when(*self.deciding, trade.values(last_fill=trade.last_fill)))

    def braked(self, trade):
        """3.17"""
        rule = trade.rule
        if rule.at_most is not None and trade.approvals.get(self.judge.session, 0) >= rule.at_most:
            return True
        return rule.cooldown is not None and trade.ended_on is not None and self.i < trade.ended_on + rule.cooldown

    def enter(self, trade, kind):
        """Proposes an order that opens; whether it was approved."""
        return self.propose(trade, self.proposed(trade, kind))

    def proposed(self, trade, kind):
        """What a rule says on this row of an order that opens."""
        (i, a), d, rule, side = self.deciding, self.d, trade.rule, trade.side
        before, decision = trade.values(), Decision(i, a, self.epoch)
        before.entry = trade.first or decision                       # 3.18: at_entry
        price, limit = self.prices(rule.order, i, a, before, side, closes=False)
        reference = next(p for p in (limit, price, self.close) if p is not None)     # 3.8
        at = reference / 10 ** d
        values = trade.values(fill=at, peak=at, last_fill=at)
        values.entry = before.entry
        stop = self.declared_stop(rule, i, a, values)
        targets = [out.limit_price(target.price(i, a, values), d, -side) for target in rule.targets] if kind == 'entry' else []
        return SimpleNamespace(kind=kind, decision=decision, price=price, limit=limit, reference=reference, stop=stop, targets=targets,
                               asked=self.size(rule, i, a, before, reference, stop))

    def propose(self, trade, said, works_from=None, at_close=True):
        """Examines it; whether it was approved."""
        rule, side, asked = trade.rule, trade.side, said.asked
        worst = self.worst(side, said.reference, said.limit)
        quantity = self.trimmed(asked, side, worst) if rule.trim else asked              # 4.8
        o = Order(self, rule.name, said.kind, side, quantity, rule.order.type, said.price, said.limit, rule.order.tif, quantity, worst, [trade])
        o.decision = said.decision
        reasons = self.gate(o, said.reference, said.stop, said.targets)
        if reasons:
            o.quantity = asked                                       # the line of a rejected order shows what was asked
        approved = self.approve(o, reasons, works_from)
        if approved and at_close:
            self.at_once(o)
        return approved

    def size(self, rule, i, a, values, reference, stop):
        """3.8, in lots, before `trim`."""
        kind, amount = rule.size
        v = amount(i, a, values)
        if kind == 'shares':
            return max(0, out.quantity_to_lots(v))                   # below zero counts as zero
        by = reference if kind == 'usd' else (reference - stop) * rule.direction
        return 0 if by <= 0 else max(0, self.bought(v, by))

    def bought(self, v, ticks):
        """3.8: a value at a price, in lots."""
        return out.toward_zero(out.value_to_money(v, self.judge.account.s), self.held.value(1, ticks))

    # ---- holds

    def hold(self, rule):
        """3.7"""
        kind, amount = rule.size
        made = self.order_to(rule.name, kind, amount(*self.deciding, None), rule.trim)
        if made is not None:
            o, reasons = made
            if self.approve(o, reasons):
                self.at_once(o)

    def target_of_hold(self, kind, v):
        return out.quantity_to_lots(v) if kind == 'shares' else self.bought(v, self.close)

    def give_way(self, target):
        """3.19: what works since an earlier decision, where the target is another."""
        if target != self.expected():
            for o in [o for o in self.working if o.kind == 'hold' and o.decided_at < self.judge.now]:
                self.leave(o, 'cancel')

    def order_to(self, name, kind, v, trim=False, leg=False):
        """The order to a target and the checks that it fails; None where there is nothing to do. A rejected one is of the size asked for."""
        target = self.target_of_hold(kind, v)
        self.give_way(target)
        expected = self.expected()
        delta = target - expected
        if delta == 0:
            return None
        side, asked = (BUY if delta > 0 else SELL), abs(delta)
        reducing = min(asked, abs(expected)) if expected * side < 0 else 0
        opening = asked - reducing
        if not self.may_open():                                      # 3.12: only the opening part needs the window
            opening, asked = 0, reducing
            if reducing == 0:
                return None
        asked_to_open, close = opening, self.close
        worst = self.worst(side, close)
        if trim:
            opening = self.trimmed(opening, side, worst)
        o = Order(self, name, 'hold', side, reducing + opening, tif='day', opening=opening, worst=worst)
        only_reduces = opening == 0 and expected * side < 0
        # 4.8: where nothing of the opening part is left a halt still refuses the whole
        reasons = self.reducing(o) if only_reduces and asked_to_open == 0 else self.gate(o, close, sizes_pass=only_reduces, leg=leg)
        if reasons:
            o.quantity = asked
        return o, reasons
