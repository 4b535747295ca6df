"""`reverse` (3.20): an entry that first ends the trades of the other side."""
from rules import MARKET, waits


class Reversal:
    """One that waits for the trades of the other side to end: its entry as its row saw it."""

    def __init__(self, trade, proposal):
        self.trade, self.proposal = trade, proposal


class Reversals:
    """The part of a lane that turns round."""

    def may_reverse(self, trade):
        """Whether all trades that are not idle are of the other side, and nothing is under way that ends them for another reason."""
        against = [other for other in self.trades if other.state != 'idle']
        return trade.rule.reverse and self.reversal is None and trade not in self.busy and bool(against) and \
            all(other.side != trade.side for other in against) and not any(o.kind == 'flatten' for o in self.working)

    def reverse(self, trade):
        against = [other for other in self.trades if other.state != 'idle']
        self.reversal = Reversal(trade, self.proposed(trade, 'entry'))
        for other in against:
            working = other.orders.get('exit')
            if other.state == 'entering':
                self.leave(other.orders['entry'], 'cancel')
            elif working is None or waits(working):
                self.close_position(trade.rule.name, 'exit', MARKET, other.quantity, [other])

        self.turn(None)

    def turn(self, moment):
        """Once all have ended: by a fill at that moment of the row, or None where the last was an entry that was taken back."""
        waiting = self.reversal
        if waiting is not None and all(other.state == 'idle' for other in self.trades):
            self.reversal = None
            works_from = self.i if moment == 'open' else self.i + 1
            waiting.trade.entry_rejected = not self.propose(waiting.trade, waiting.proposal, works_from, at_close=moment in (None, 'close'))
