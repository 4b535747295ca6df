"""Section 4 and 11.11: what an order must pass before it exists outside."""
import math

from numbers_out import BUY

# In the order in which they are reported (4.1, 11.11).
CHECKS = ['halted', 'quantity', 'price', 'collar', 'stop_side', 'target_side', 'order_value', 'position_value', 'gross_exposure', 'net_exposure',
          'open_positions', 'order_rate', 'buying_power', 'short_permission', 'day_loss', 'drawdown']


class Gate:
    """The part of a lane that checks orders; reads the account, the last row and the working orders."""

    def expected(self):
        """The position once every order of a hold or a flatten that works has filled (3.7), and what reduces it of those of `quote` (12.7)."""
        wholly = sum(o.side * o.quantity for o in self.working if o.kind in ('hold', 'flatten'))
        return self.held.position + wholly + sum(o.side * (o.quantity - o.opening) for o in self.working if o.kind == 'quote')

    def reserved(self, orders):
        """4.3: the worst value of the working opening orders among `orders`, in money."""
        return sum(o.lane.held.value(o.opening, o.worst) for o in orders)

    def own_value(self, side):
        """4.3: |position| x mark, 0 if the order reduces."""
        return 0 if self.expected() * side < 0 else abs(self.held.worth(self.close))

    def others_value(self):
        return sum(abs(lane.worth()) for lane in self.judge.lanes if lane is not self)

    def held_of_symbol(self, side):
        """4.3, for position_value."""
        return self.own_value(side) + self.reserved(self.working)

    def held_of_all(self, side):
        """11.11, for buying_power and gross_exposure."""
        return self.own_value(side) + self.others_value() + self.reserved(self.judge.working)

    def net(self, side, opening_worst):
        """11.11, on the order's side."""
        marked = sum(lane.worth() for lane in self.judge.lanes if lane is not self)
        if self.expected() * side >= 0:
            marked += self.worth()                                   # across zero: without the symbol's own position
        return marked + side * (self.reserved(o for o in self.judge.working if o.side == side) + opening_worst)

    def open_symbols(self):
        """11.11: this order's symbol included."""
        return 1 + sum(lane.held.position != 0 or any(o.opening > 0 for o in lane.working) for lane in self.judge.lanes if lane is not self)

    def rate(self, per):
        """11.11: approved opening orders in (t - D, t], this one included."""
        return 1 + sum(at > self.judge.now - per for at in self.judge.opened_at)

    def worst(self, side, reference, limit=None):
        """4.2, in ticks."""
        if side == BUY and limit is not None:
            return limit
        return math.ceil((reference if side == BUY else max(reference, self.close)) * (1 + self.st.collar))

    def lines(self, measure):
        return [limit for limit in self.st.limits if limit.measure == measure and limit.action is None]

    def limits(self, measure):
        """4.4: the right sides of the measure's lines without `else`, exact: money, or a ratio for `drawdown`."""
        quantity = {'equity': self.judge.equity(), 'cash': self.judge.account.cash, None: 1 if measure == 'drawdown' else 10 ** self.judge.account.s}
        return [limit.amount * quantity[limit.of] for limit in self.lines(measure)]

    def trimmed(self, asked, side, worst):
        """4.8: `asked`, or the largest quantity that passes order_value, position_value, gross_exposure and buying_power (or 0)."""
        if worst <= 0:                                               # costs nothing: refused by `price`
            return asked
        one = self.held.value(1, worst)
        most = [(self.judge.equity() - self.held_of_all(side)) // one]
        most += [math.floor(limit / one) for limit in self.limits('order_value')]
        most += [math.floor((limit - self.held_of_symbol(side)) / one) for limit in self.limits('position_value')]
        most += [math.floor((limit - self.held_of_all(side)) / one) for limit in self.limits('gross_exposure')]
        return min(asked, max(0, min(most)))

    def reducing(self, o):
        """4.1: the checks of an order that only reduces."""
        checks = [('quantity', o.quantity > 0), ('price', all(p > 0 for p in o.prices()))]
        return [name for name, passes in checks if not passes]

    def gate(self, o, reference, stop=None, targets=(), sizes_pass=False, leg=False):
        """4.1, 11.11: every failing check of an order that opens. `stop` and `targets` are those declared, in ticks. `sizes_pass`: nothing is left of
        the opening part, so that no limit of size can fail (4.8). A leg's net exposure is examined after all legs."""
        account, close, side = self.judge.account, self.close, o.side
        prices = [reference, *o.prices(), *([] if stop is None else [stop]), *targets]
        opening_worst, equity = self.held.value(o.opening, o.worst), self.judge.equity()

        def within(measure, value):
            return all(value <= limit for limit in self.limits(measure))
        passes = {
            'halted': not self.judge.halts,
            'quantity': o.quantity > 0,
            'price': all(0 < p <= 1_000_000 * 10 ** self.d for p in prices),
            'collar': o.limit is None or (o.limit - close * (1 + side * self.st.collar)) * side <= 0,
            'stop_side': stop is None or (reference - stop) * side > 0,
            'target_side': all((target - reference) * side > 0 for target in targets),
            'short_permission': self.st.shorting or self.expected() + side * o.quantity >= 0,
            # 4.5, 4.6: the lines without else
            'day_loss': within('day_loss', account.day_start - equity),
            'drawdown': all(account.peak - equity <= limit * account.peak for limit in self.limits('drawdown'))}
        if not sizes_pass:
            passes |= {
                'order_value': within('order_value', opening_worst),
                'position_value': within('position_value', self.held_of_symbol(side) + opening_worst),
                'gross_exposure': within('gross_exposure', self.held_of_all(side) + opening_worst),
                'net_exposure': leg or within('net_exposure', abs(self.net(side, opening_worst))),
                'open_positions': all(self.open_symbols() <= line.amount for line in self.lines('open_positions')),
                'order_rate': all(self.rate(line.per) <= line.amount for line in self.lines('order_rate')),
                'buying_power': opening_worst <= equity - self.held_of_all(side)}
        return [name for name in CHECKS if not passes.get(name, True)]
