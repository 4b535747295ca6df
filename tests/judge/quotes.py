"""Rules with `quote`: one limit order kept at the market (12.7)."""
import numbers_out as out
from venue import Order


class Kept:
    """What a rule with `quote` remembers of one symbol."""
    order = None                     # the one that it proposed last; it may not work any more
    asked = None                     # (price, size) of that one
    proposed_at = None
    refused = False                  # whether that was rejected


class Quotes:
    """The part of a lane that follows the market with orders."""

    def quote(self, rule):
        kept = self.kept.setdefault(rule.name, Kept())
        working = kept.order if kept.order in self.working else None
        wanted = self.wanted(rule)
        if wanted is None:
            kept.refused = False                                     # (d)
            if working is not None:
                self.leave(working, 'cancel')                        # (a)
        elif (working is not None or kept.refused) and wanted == kept.asked:
            return                                                   # (b), (d)
        elif kept.proposed_at is None or self.judge.now - kept.proposed_at >= rule.replace_after:
            if working is not None:
                self.leave(working, 'cancel')
            kept.asked, kept.proposed_at = wanted, self.judge.now    # (c)
            kept.order = self.kept_order(rule, *wanted)
            kept.refused = not self.approve(kept.order, self.checks_of(kept.order))

    def wanted(self, rule):
        """(price in ticks, size in lots), None where the rule wants no order."""
        i, a = self.deciding
        if not self.may_open() or not rule.when(i, a):
            return None
        price, (kind, amount) = rule.price(i, a, None), rule.size
        v = amount(i, a, None)
        if price is None or v is None:
            return None
        limit = out.limit_price(price, self.d, rule.side)
        lots = out.quantity_to_lots(v) if kind == 'shares' else self.bought(v, limit) if limit > 0 else 0
        return limit, max(0, lots)

    def kept_order(self, rule, limit, quantity):
        reducing = min(quantity, max(0, -self.expected() * rule.side))
        o = Order(self, rule.name, 'quote', rule.side, quantity, 'limit', limit=limit, opening=quantity - reducing, worst=self.worst(rule.side, limit, limit))
        o.post_only = rule.post_only
        return o

    def checks_of(self, o):
        only_reduces = o.quantity > 0 and o.opening == 0
        return self.reducing(o) if only_reduces else self.gate(o, o.limit)

    def cancel_beyond_position(self):
        """After a fill: what was to lower a position that is smaller by now would open what was not examined."""
        for o in [o for o in self.working if o.kind == 'quote']:
            if o.quantity - o.opening > max(0, -self.held.position * o.side):
                self.leave(o, 'cancel')

    def expire_on_arrival(self):
        """`post_only`, before anything else of the event."""
        for o in [o for o in self.working if o.post_only and o.works_from == self.i]:
            if self.takes(o, self.price_of(o)):
                self.leave(o, 'expire')
