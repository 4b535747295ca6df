"""The judge: a naive backtester written from docs/semantics.md alone. Numbers in comments are its sections.

python3 tests/judge/judge.py STRATEGY [--data FILE ...] [--format NAME] [--set name=value ...] [-o OUT.jsonl]
python3 tests/judge/judge.py --self-test
"""
import argparse
import json
import math
import os
import sys
from types import SimpleNamespace

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import by_hand
import by_hand_orders
import by_hand_splits
import datafiles
import nyse
import rules
from account import Account
from lane import Lane
from legs import Legs
from numbers_out import decimal
from rules import Across, Enter, Exit
from splits import anew, epochs, k_of

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEFAULT_ROOT = os.path.join(REPO, '..', 'shared', 'data')


class Judge(Legs):
    def __init__(self, plan, cash, emit):
        self.plan, self.settings, self.emit_line = plan, plan.settings, emit
        self.calendar = nyse.Always() if plan.settings.calendar == 'always' else nyse.Nyse()
        self.account = Account(cash, max([2, *(symbol.d for symbol in plan.symbols)]))     # 6.4, q = 0
        self.lanes = [Lane(self, symbol) for symbol in plan.symbols]     # in universe order
        self.lane_of = {lane.name: lane for lane in self.lanes}
        self.next_id = 1
        self.working = []                            # in the order of approval
        self.n_fills = self.n_rejected = 0
        self.opened_at = []                          # when each opening order was approved (11.11)
        self.halts = []                              # monitors that have fired and still halt
        self.sent = []                               # legs that work (11.10)
        self.session = None

    def run(self):
        """Sections 2 and 11.6."""
        for self.now in self.plan.instants:
            self.roll()                                              # 2.1
            for lane in self.lanes:
                lane.arrive()
            for lane in self.lanes:                                  # 13.1
                if lane.here:
                    lane.carry_out()
            for lane in self.lanes:                                  # 2.2
                if lane.here:
                    lane.venue()
            # 2.3 features: computed beforehand, each from ticks up to its own
            self.mark()                                              # 2.4
            self.monitors()                                          # 2.5
            self.decide()                                            # 2.6
        for o in self.working:                                       # end of the data
            o.lane.emit('expire', order=o.id, **o.lane.stamp())
        account = self.account
        self.emit('end', final_equity=decimal(self.equity(), account.s), cash=decimal(account.cash, account.s), **self.end_positions(),
                  round_trips=account.round_trips, fees=decimal(account.fees, account.s),
                  orders=self.next_id - 1, fills=self.n_fills, rejected=self.n_rejected)

    def roll(self):
        """2.1, 11.6: the session of an instant is that of a bar which ends at it."""
        session = self.calendar.session_of(self.now)
        if session == self.session:
            return
        if self.session is not None:
            self.borrow((session - self.session).days)
        self.session = session
        self.account.begin_day()
        self.halts = [h for h in self.halts if h.until != 'next_session']

    def borrow(self, days):
        """11.12"""
        account = self.account
        for lane in self.lanes:
            if lane.held.position < 0 and self.settings.borrow > 0:
                cost = math.ceil(self.settings.borrow * -lane.worth() * days / 360)
                account.cash -= cost
                account.mark, account.mark_f = account.mark - cost, account.mark_f - account.in_float(cost)
                account.fees += cost
                self.emit('borrow', **self.named(lane), row=lane.i, time=nyse.iso(self.now), amount=decimal(cost, account.s),
                          cash=decimal(account.cash, account.s))

    def mark(self):
        account = self.account
        for lane in self.lanes:
            if lane.here:
                lane.close = lane.row.close
        account.mark_at([(lane.held, lane.close) for lane in self.lanes if lane.close is not None])
        self.marked = {'cash': account.in_float(account.cash), 'equity': account.mark_f, 'day_loss': account.day_start_f - account.mark_f,
                       'drawdown': 1 - account.mark_f / account.peak_f}
        for lane in self.lanes:
            lane.mark()

    def universe_account(self):
        return SimpleNamespace(**self.marked, position=None, entry_price=None, bars_held=None)

    def monitors(self):
        """4.7, in float64, with the account as marked at this instant."""
        for m in self.settings.limits:
            if m.action is None or m in self.halts:
                continue
            right = float(m.amount)
            if m.of is not None:
                right *= self.marked[m.of]
            if not self.marked[m.measure] > right:
                continue
            self.halts.append(m)
            self.emit('halt', **self.account_stamp(), limit=m.measure, action=m.action)
            if m.action == 'cancel':
                for lane in self.lanes:
                    lane.reversal = None                             # 3.20
                for o in [o for o in self.working if o.opening > 0]:
                    o.lane.leave(o, 'cancel')
            elif m.action == 'flatten':
                self.flatten_all(self.lanes, m.measure)

    def flatten_all(self, lanes, who):
        """11.6, 11.10: symbol by symbol; with `market: close` the orders fill when the last of them has been approved."""
        orders = [lane.flatten(who, at_once=False) for lane in lanes]
        for o in orders:
            if o in self.working:
                o.lane.at_once(o)

    def decide(self):
        flatten_from = self.settings.flatten_from
        if flatten_from is not None and self.now >= self.instant(flatten_from):          # 3.12
            for lane in self.lanes:
                if lane.here and lane.exists():
                    lane.flatten('session')
        self.late_legs()
        for lane in self.lanes:
            lane.busy = [trade for trade in lane.trades if trade.state != 'idle']        # 3.3
        for slot in self.plan.slots:
            for lane, rule in self.rules_of(slot, Exit):
                if lane.acts(rule) and rule.when(*lane.deciding):
                    lane.exit(rule, lane.trade_of[rule.trade])
        for lane in self.lanes:
            if lane.here:
                lane.trail()
        for slot in self.plan.slots:
            if isinstance(slot, Across):
                self.across(slot)
            for lane, rule in self.preferred(self.rules_of(slot, Enter)):
                lane.acts(rule)
                lane.consider(lane.trade_of[rule.name])
            for lane, rule in self.rules_of(slot, rules.Hold):
                if lane.acts(rule) and rule.when(*lane.deciding):
                    lane.hold(rule)
            for lane, rule in self.rules_of(slot, rules.Quote):
                if lane.acts(rule):
                    lane.quote(rule)

    def rules_of(self, slot, kind):
        """(lane, rule) of a rule in universe order."""
        if isinstance(slot, Across):
            return []
        return [(lane, lane.rules[slot]) for lane in self.lanes if isinstance(lane.rules[slot], kind)]

    def preferred(self, pairs):
        """11.6: those that act; with `prefer`, those on which `when` holds in the order of its value, those without one last."""
        def place(pair):
            lane, rule = pair
            if rule.prefer is None:
                return 0, 0
            direction, of = rule.prefer
            lane.acts(rule)
            if not rule.when(*lane.deciding):
                return 2, 0
            value = of(*lane.deciding)
            return (1, 0) if value is None else (0, -direction * value)
        return sorted([pair for pair in pairs if pair[0].acts(pair[1])], key=place)

    def instant(self, time):
        """A time of the instant's session: ('open', microseconds after it) or ('close', microseconds before it)."""
        anchor, distance = time
        return self.calendar.open(self.session) + distance if anchor == 'open' else self.calendar.close(self.session) - distance

    def equity(self):
        """At the moment, marked at the last closes."""
        return self.account.cash + sum(lane.worth() for lane in self.lanes)

    # ---- records

    def emit(self, event, **fields):
        self.emit_line({'event': event, **fields})

    def named(self, lane):
        return {'symbol': lane.name} if self.plan.named else {}

    def account_stamp(self):
        return {'row': self.lanes[0].i, 'time': nyse.iso(self.now)}

    def end_positions(self):
        if len(self.lanes) == 1:
            return {'position': str(self.lanes[0].held.position)}
        return {'positions': {lane.name: str(lane.held.position) for lane in self.lanes}}

def load_strategy(name, files=None, format_name=None, sets=(), root=DEFAULT_ROOT):
    cls = (by_hand.STRATEGIES | by_hand_orders.STRATEGIES | by_hand_splits.STRATEGIES)[os.path.basename(name).removesuffix('.strat')]
    params = dict(cls.params)
    for key, text in (s.split('=', 1) for s in sets):
        if key not in params:
            raise SystemExit('%s has no parameter %s' % (name, key))
        params[key] = int(text)
    format_name = format_name or cls.default_format
    if datafiles.WIDTHS[format_name] != cls.width:                   # 1.4
        raise SystemExit('a dataset of another width')
    if not files:
        files = [f.replace('@repo', REPO) if f.startswith('@repo') else os.path.join(root, f) for f in cls.default_data]
    files = [f if os.path.exists(f) else os.path.join(root, f) for f in files]
    calendar = nyse.Always() if cls.calendar == 'always' else nyse.Nyse()
    rows, d = datafiles.load(files, format_name, calendar, cls.regular)
    return plan_of(cls, rows, d, params, root)


def plan_of(cls, rows, d, params, root):
    """13.2: the strategy and its rules again over the rows in the shares of after each split."""
    first = cls(rows, d, params)
    actions = first.actions(root)
    seen = [first] + [cls(again, d, params) for again in epochs(rows, actions, d, cls.adjusts)[1:]]
    ks = [k_of(action) for _, action in anew(rows, actions, cls.adjusts)]
    for epoch, one in enumerate(seen):
        one.epoch, one.ks, one.of_epochs = epoch, ks, seen
    return rules.single(first, rows, d, actions, [one.rules for one in seen[1:]])


def main():
    p = argparse.ArgumentParser()
    p.add_argument('strategy', nargs='?')
    p.add_argument('--data', action='append', help='repeatable; as given, or below the data root; default: the usual')
    p.add_argument('--format', choices=sorted(datafiles.READERS))
    p.add_argument('--set', action='append', default=[], metavar='NAME=VALUE')
    p.add_argument('--cash', type=int, default=100_000)
    p.add_argument('--data-root', default=os.environ.get('JUDGE_DATA', DEFAULT_ROOT))
    p.add_argument('-o', '--output')
    p.add_argument('--self-test', action='store_true')
    args = p.parse_args()
    if args.self_test:
        import selftest
        return selftest.main()
    if not args.strategy:
        p.error('which strategy?')
    plan = load_strategy(args.strategy, args.data, args.format, args.set, args.data_root)
    out = open(args.output, 'w') if args.output else sys.stdout
    Judge(plan, args.cash, lambda e: out.write(json.dumps(e, separators=(',', ':')) + '\n')).run()
    if args.output:
        out.close()


if __name__ == '__main__':
    main()
