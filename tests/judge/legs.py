"""Rules `across universe`: legs that go out together or not at all (11.10)."""
from gate import CHECKS


class Sent:
    """Legs that work: at the first instant later than `within` after the first fill all must have filled."""
    def __init__(self, rule, orders):
        self.rule, self.orders = rule, orders

    def late(self, now):
        filled = [o.filled_at for o in self.orders if o.filled_at is not None]
        return len(self.orders) > 1 and bool(filled) and now > min(filled) + self.rule.within

    def complete(self):
        return all(o.quantity == 0 for o in self.orders)


class Legs:
    """The part of the judge that acts for rules across the universe."""

    def across(self, rule):
        number = rule.number_of.get(self.now)
        if number is None or rule.start is None or self.now < rule.start:
            return
        a = self.universe_account()
        wanted = rule.when(number, a)
        rule.rejected = rule.rejected and bool(wanted)               # 3.4
        if wanted and not rule.rejected:
            self.examine(rule, [(self.lane_of[name], kind, size(number, a, None)) for name, (kind, size) in rule.legs])

    def examine(self, rule, targets):
        """Each leg with the room that those before it leave."""
        made, opened = [], len(self.opened_at)
        for lane, kind, v in targets:
            lane.give_way(lane.target_of_hold(kind, v))
        for lane, kind, v in targets:
            order = lane.order_to(rule.name, kind, v, leg=True)
            if order is not None:
                made.append(order)
                if not order[1]:
                    self.working.append(order[0])                    # reserves its room
                    self.opened_at += [self.now] if order[0].opening > 0 else []
        del self.opened_at[opened:]
        for o, reasons in made:
            if not reasons:
                self.working.remove(o)
        self.net_after_all(made)
        rule.rejected = any(reasons for _, reasons in made)
        for o, reasons in made:
            o.lane.approve(o, reasons or (['legs'] if rule.rejected else []))
        if made and not rule.rejected:
            for o, _ in made:
                o.lane.at_once(o)
            self.sent.append(Sent(rule, [o for o, _ in made]))

    def net_after_all(self, made):
        """11.11: net exposure once all legs have filled at the mark; adds the reason to those legs that open."""
        after = sum(lane.worth() for lane in self.lanes) + sum(o.side * o.lane.held.value(o.quantity, o.lane.close) for o, _ in made)
        for o, reasons in made:
            n = after + o.side * o.lane.reserved(other for other in self.working if other.side == o.side)
            if o.opening > 0 and any(abs(n) > limit for limit in o.lane.limits('net_exposure')):
                reasons.append('net_exposure')
                reasons.sort(key=CHECKS.index)

    def late_legs(self):
        for sent in [sent for sent in self.sent if sent.complete() or sent.late(self.now)]:
            self.sent.remove(sent)
            if not sent.complete():
                legs = [name for name, _ in sent.rule.legs]
                self.flatten_all([lane for lane in self.lanes if lane.name in legs], sent.rule.name)
