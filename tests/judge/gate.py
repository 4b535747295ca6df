"""Section 4: what an order must pass before it exists outside."""
import math

from numbers_out import BUY


class Gate:
    """The part of the judge that checks orders; reads the ledger, the row and the working orders."""

    def expected(self):
        """The position once every order of a hold or a flatten that works has filled (3.7)."""
        return self.ledger.position + sum(o.side * o.quantity for o in self.working if o.kind in ('hold', 'flatten'))

    def held(self, side):
        """4.3, in money."""
        reduces = self.expected() * side < 0
        return (0 if reduces else self.ledger.value(abs(self.ledger.position), self.row.close)) \
            + sum(self.ledger.value(o.opening, o.worst) for o in self.working)

    def worst(self, side, reference, limit=None):
        """4.2, in ticks."""
        if side == BUY and limit is not None:
            return limit
        return math.ceil((reference if side == BUY else max(reference, self.row.close)) * (1 + self.st.collar))

    def limits(self, measure):
        """4.4: the right sides of the measure's lines without `else`, exact: money, or a ratio for `drawdown`."""
        quantity = {'equity': self.equity(), 'cash': self.ledger.cash, None: 1 if measure == 'drawdown' else 10 ** self.s}
        return [limit.amount * quantity[limit.of] for limit in self.st.limits
                if limit.measure == measure and limit.action is None]

    def trimmed(self, asked, side, worst):
        """4.8: `asked`, or the largest quantity that passes order_value, position_value and buying_power (or 0)."""
        if worst <= 0:                                               # costs nothing: refused by `price`
            return asked
        one, held = self.ledger.value(1, worst), self.held(side)
        most = [(self.equity() - held) // one]
        most += [math.floor(limit / one) for limit in self.limits('order_value')]
        most += [math.floor((limit - held) / one) for limit in self.limits('position_value')]
        return min(asked, max(0, min(most)))

    def reducing(self, o):
        """4.1: the checks of an order that only reduces."""
        checks = [('quantity', o.quantity > 0), ('price', all(p > 0 for p in o.prices()))]
        return [name for name, passes in checks if not passes]

    def gate(self, o, reference, stop=None, targets=(), sizes_pass=False):
        """4.1: every failing check of an order that opens, in the section's order. `stop` and `targets` are those declared, in ticks.
        `sizes_pass`: nothing is left of the opening part, so that no limit of size can fail (4.8)."""
        ledger, close, side = self.ledger, self.row.close, o.side
        prices = [reference, *o.prices(), *([] if stop is None else [stop]), *targets]
        opening_worst, held, equity = ledger.value(o.opening, o.worst), self.held(side), self.equity()
        checks = [
            ('halted', not self.halts),
            ('quantity', o.quantity > 0),
            ('price', all(0 < p <= 1_000_000 * 10 ** self.d for p in prices)),
            ('collar', o.limit is None or (o.limit - close * (1 + side * self.st.collar)) * side <= 0),
            ('stop_side', stop is None or (reference - stop) * side > 0),
            ('target_side', all((target - reference) * side > 0 for target in targets)),
            ('order_value', sizes_pass or all(opening_worst <= limit for limit in self.limits('order_value'))),
            ('position_value', sizes_pass or all(held + opening_worst <= limit for limit in self.limits('position_value'))),
            ('buying_power', sizes_pass or opening_worst <= equity - held),
            ('short_permission', self.st.shorting or self.expected() + side * o.quantity >= 0),
            # 4.5, 4.6: the lines without else
            ('day_loss', all(ledger.day_start - equity <= limit for limit in self.limits('day_loss'))),
            ('drawdown', all(ledger.peak - equity <= limit * ledger.peak for limit in self.limits('drawdown')))]
        return [name for name, passes in checks if not passes]

    def equity(self):
        """At the moment, marked at the row's close."""
        return self.ledger.equity(self.row.close)
