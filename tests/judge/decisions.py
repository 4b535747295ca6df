"""Sections 2.5, 2.6 and 3: monitors, and what the rules decide at a row's close."""
import numbers_out as out
from numbers_out import BUY, SELL
from rules import Enter, Exit, Hold, MARKET, waits
from venue import Order


class Decisions:
    """The part of the judge that proposes orders."""

    def monitors(self, a):
        """4.7, in float64, with the account as marked on this row."""
        for m in self.st.limits:
            if m.action is None or m in self.halts:
                continue
            right = float(m.amount)
            if m.of is not None:
                right *= a.equity if m.of == 'equity' else a.cash
            if not (a.day_loss if m.measure == 'day_loss' else a.drawdown) > right:
                continue
            self.halts.append(m)
            self.emit('halt', **self.stamp(), limit=m.measure, action=m.action)
            if m.action == 'cancel':
                for o in [o for o in self.working if o.opening > 0]:
                    self.leave(o, 'cancel')
            elif m.action == 'flatten':
                self.flatten(m.measure)

    def flatten(self, who):
        """3.12, 4.7: cancels working orders but an exit that fills at the next open, closes what is held unless such an exit works."""
        exits = [o for o in self.working if o.kind in ('exit', 'flatten') and not waits(o)]
        for o in [o for o in self.working if o not in exits]:
            self.leave(o, 'cancel')
        if self.ledger.position != 0 and not exits:
            self.close_position(who, 'flatten', MARKET)

    def decide(self, a):
        """2.6"""
        st, i, row = self.st, self.i, self.row
        if st.flatten_from is not None and row.end >= self.instant(st.flatten_from):          # 3.12
            self.flatten('session')
        busy = any(trade.state != 'idle' for trade in self.trades)   # 3.3
        for rule in st.rules:
            if isinstance(rule, Exit) and rule.when(i, a):
                self.exit(rule, self.trade_of[rule.trade])
        self.trail()
        may_open = st.entries is None or self.instant(st.entries[0]) <= row.end < self.instant(st.entries[1])
        for rule in st.rules:
            if isinstance(rule, Enter):
                self.consider(self.trade_of[rule.name], a, may_open, busy)
            elif isinstance(rule, Hold) and rule.when(i, a):
                self.hold(rule, a, may_open)

    def instant(self, time):
        """A time of the row's session: ('open', microseconds after it) or ('close', microseconds before it)."""
        anchor, distance = time
        session = self.row.session
        return self.calendar.open(session) + distance if anchor == 'open' else self.calendar.close(session) - distance

    # ---- exits

    def exit(self, rule, trade):
        """3.5"""
        working = trade.orders.get('exit')
        if trade.state == 'entering':
            self.leave(trade.orders['entry'], 'cancel')
        elif trade.state in ('open', 'adding') or (working is not None and waits(working) and not waits(rule.order)):
            self.close_position(rule.name, 'exit', rule.order)

    def close_position(self, who, kind, terms):
        side = SELL if self.ledger.position > 0 else BUY
        trade = next((trade for trade in self.trades if trade.state != 'idle'), None)
        price, limit = self.prices(terms, self.i, self.a, None, side, closes=True)
        o = Order(who, kind, side, abs(self.ledger.position), terms.type, price, limit, terms.tif, trade=trade)
        before = [other for other in self.working if trade is not None and other.trade is trade and (other.kind == 'add' or not waits(o))]
        if self.approve(o, self.reducing(o), before=before):
            self.at_once(o)

    def prices(self, terms, i, a, values, side, closes):
        """6.2: (stop, limit) of an order in ticks, None where it has none."""
        rounded = out.closing_stop if closes else out.opening_stop
        return (None if terms.price is None else rounded(terms.price(i, a, values), self.d, side),
                None if terms.limit is None else out.limit_price(terms.limit(i, a, values), self.d, side))

    def at_once(self, o):
        """5.6: at the deciding row's close."""
        if self.st.market_close and not waits(o):
            self.fill(o, self.row.close, 'close')

    # ---- entries and adds

    def consider(self, trade, a, may_open, busy):
        """An entry, or an add to the trade that is open."""
        i, rule = self.i, trade.rule
        wanted = may_open and rule.when(i, a)                        # 3.12: the window is part of `when`
        may_add = self.wants_add(trade, a, may_open)
        trade.entry_rejected = trade.entry_rejected and bool(wanted)             # 3.4
        trade.add_rejected = trade.add_rejected and may_add
        if trade.state == 'open' and may_add and not trade.add_rejected and trade.adds < rule.add.most:
            trade.add_rejected = not self.enter(trade, 'add', a)
        elif wanted and not busy and not trade.entry_rejected and self.ledger.position == 0 \
                and all(other.state == 'idle' for other in self.trades) and not self.braked(trade):
            trade.entry_rejected = not self.enter(trade, 'entry', a)

    def wants_add(self, trade, a, may_open):
        if trade.rule.add is None or not may_open:
            return False
        return bool(trade.rule.add.when(self.i, a, trade.values(self.d, last_fill=trade.last_fill)))

    def braked(self, trade):
        """3.17"""
        rule = trade.rule
        if rule.at_most is not None and trade.approvals.get(self.row.session, 0) >= rule.at_most:
            return True
        return rule.cooldown is not None and trade.ended_on is not None and self.i < trade.ended_on + rule.cooldown

    def enter(self, trade, kind, a):
        """Proposes an order that opens; whether it was approved."""
        i, d, rule, side = self.i, self.d, trade.rule, trade.side
        before = trade.values(d)
        before.entry = trade.first or (i, a)                         # 3.18: at_entry
        price, limit = self.prices(rule.order, i, a, before, side, closes=False)
        reference = next(p for p in (limit, price, self.row.close) if p is not None)     # 3.8
        values = trade.values(d, fill=reference, peak=reference, last_fill=reference)
        values.entry = before.entry
        stop = self.declared_stop(rule, i, a, values)
        targets = [out.limit_price(target.price(i, a, values), d, -side) for target in rule.targets] if kind == 'entry' else []
        asked = self.size(rule, i, a, before, reference, stop)
        worst = self.worst(side, reference, limit)
        quantity = self.trimmed(asked, side, worst) if rule.trim else asked              # 4.8
        o = Order(rule.name, kind, side, quantity, rule.order.type, price, limit, rule.order.tif, quantity, worst, trade)
        reasons = self.gate(o, reference, stop, targets)
        if reasons:
            o.quantity = asked                                       # the line of a rejected order shows what was asked
        approved = self.approve(o, reasons)
        if approved:
            self.at_once(o)
        return approved

    def size(self, rule, i, a, values, reference, stop):
        """3.8, in lots, before `trim`."""
        kind, amount = rule.size
        v = amount(i, a, values)
        if kind == 'shares':
            return max(0, out.quantity_to_lots(v))                   # below zero counts as zero
        by = reference if kind == 'usd' else (reference - stop) * rule.direction
        return 0 if by <= 0 else max(0, out.toward_zero(out.value_to_money(v, self.s), self.ledger.value(1, by)))

    # ---- holds

    def hold(self, rule, a, may_open):
        """3.7"""
        kind, amount = rule.size
        v = amount(self.i, a, None)
        target = out.quantity_to_lots(v) if kind == 'shares' \
            else out.toward_zero(out.value_to_money(v, self.s), self.ledger.value(1, self.row.close))
        expected = self.expected()
        delta = target - expected
        if delta == 0:
            return
        side, asked = (BUY if delta > 0 else SELL), abs(delta)
        reducing = min(asked, abs(expected)) if expected * side < 0 else 0
        opening = asked - reducing
        if not may_open:                                             # 3.12: only the opening part needs the window
            opening, asked = 0, reducing
            if reducing == 0:
                return
        asked_to_open, close = opening, self.row.close
        worst = self.worst(side, close)
        if rule.trim:
            opening = self.trimmed(opening, side, worst)
        o = Order(rule.name, 'hold', side, reducing + opening, opening=opening, worst=worst)
        only_reduces = opening == 0 and expected * side < 0
        # 4.8: where nothing of the opening part is left a halt still refuses the whole
        reasons = self.reducing(o) if only_reduces and asked_to_open == 0 else self.gate(o, close, sizes_pass=only_reduces)
        if reasons:
            o.quantity = asked
        if self.approve(o, reasons):
            self.at_once(o)
