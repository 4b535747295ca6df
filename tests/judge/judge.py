"""The judge: a naive backtester written from docs/semantics.md alone. Numbers in comments are its sections.

python3 tests/judge/judge.py STRATEGY [--data FILE ...] [--format NAME] [--set name=value ...] [-o OUT.jsonl]
python3 tests/judge/judge.py --self-test
"""
import argparse
import json
import math
import os
import sys
from fractions import Fraction
from types import SimpleNamespace

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import datafiles
import nyse
import rules
from rules import Enter, Exit, Hold

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEFAULT_ROOT = os.path.join(REPO, '..', 'shared', 'data')
BUY, SELL = +1, -1


# ---- 6: numbers that leave the feature world ------------------------------------------------------------------

def ceil_div(a, b):
    return -(-a // b)


def toward_zero(a, b):
    """a / b rounded toward zero, b > 0."""
    return a // b if a >= 0 else -(-a // b)


def price_to_ticks(e, d, side):
    """6.2: a stop's price; rounded toward the market: a sell stop up, a buy stop down."""
    r = e * float(10 ** d)
    near = math.floor(r + 0.5)
    if abs(r - near) <= max(1e-6, abs(r) * 2.0 ** -48):
        return near
    return math.ceil(r) if side == SELL else math.floor(r)


def quantity_to_lots(q):
    """6.3, whole shares."""
    near = math.floor(q + 0.5)
    return near if abs(q - near) <= max(1e-6, abs(q) * 2.0 ** -48) else math.trunc(q)


def value_to_money(v, s):
    """6.4"""
    return math.floor(v * float(10 ** s) + 0.5)


def decimal(n, places):
    """An integer at 10^-places as a decimal string."""
    if places == 0:
        return str(n)
    whole, part = divmod(abs(n), 10 ** places)
    return '%s%d.%0*d' % ('-' if n < 0 else '', whole, places, part)


# ---- 8: Alpaca's regulatory fees ------------------------------------------------------------------------------

SEC_RATE = [(first, last, Fraction(rate) / 1_000_000) for first, last, rate in (    # of the proceeds
    ('2012-04-01', '2013-05-24', '22.40'), ('2013-05-25', '2014-03-17', '17.40'), ('2014-03-18', '2015-02-13', '22.10'),
    ('2016-02-16', '2017-07-03', '21.80'), ('2017-07-04', '2018-05-21', '23.10'), ('2018-05-22', '2019-04-15', '13.00'),
    ('2019-04-16', '2020-02-17', '20.70'), ('2020-02-18', '2021-02-24', '22.10'), ('2021-02-25', '2022-05-13', '5.10'),
    ('2022-05-14', '2023-02-26', '22.90'), ('2023-02-27', '2024-05-21', '8.00'), ('2024-05-22', '2025-05-13', '27.80'),
    ('2025-05-14', '2025-12-31', '0.00'))]
TAF_RATE = [(first, last, Fraction(rate), cap) for first, last, rate, cap in (      # usd a share, cap in cents
    ('2012-07-01', '2021-12-31', '0.000119', 595), ('2022-01-01', '2022-12-31', '0.000130', 649),
    ('2023-01-01', '2023-12-31', '0.000145', 727), ('2024-01-01', '2025-12-31', '0.000166', 830))]


def alpaca_cents(day, side, quantity, value):
    """value in usd (exact); the fee in cents."""
    if side == BUY:
        return 0
    day = day.isoformat()
    sec = [r[2] for r in SEC_RATE if r[0] <= day <= r[1]]
    taf = [r[2:] for r in TAF_RATE if r[0] <= day <= r[1]]
    if not sec or not taf:
        raise SystemExit('no fee rate for ' + day)
    return math.ceil(sec[0] * value * 100) + min(math.ceil(taf[0][0] * quantity * 100), taf[0][1])


# ---- orders ---------------------------------------------------------------------------------------------------

class Order:
    def __init__(self, id, rule, kind, side, quantity, type='market', price=None, opening=0, worst=0, trade=None):
        self.id, self.rule, self.kind, self.side, self.quantity = id, rule, kind, side, quantity
        self.type, self.price = type, price          # price: ticks of a stop
        self.opening, self.worst = opening, worst    # the opening part, and the worst price in ticks (4.2)
        self.trade = trade                           # the Enter rule it belongs to, if any


class Judge:
    def __init__(self, strategy, rows, d, cash, emit):
        self.st, self.rows, self.d = strategy, rows, d
        self.s = max(2, d)                           # 6.4: the money scale, q = 0
        self.m = 10 ** (self.s - d)                  # ticks x shares -> money
        self.emit_line = emit
        self.calendar = nyse.Always() if strategy.calendar == 'always' else nyse.Nyse()
        # ledger
        self.cash = int(Fraction(cash) * 10 ** self.s)
        self.position = 0
        self.lots = []                               # [quantity, ticks] of each fill that is held, oldest first (3.10)
        self.entry_row = None
        self.fees = 0
        self.round_trips = 0
        # orders
        self.next_id = 1
        self.working = []                            # in the order of approval
        self.n_fills = self.n_rejected = 0
        # trades (3.3)
        self.entering_rules = [r for r in strategy.rules if isinstance(r, Enter)]
        self.state = {r.name: 'idle' for r in self.entering_rules}
        self.decided_at = {}                         # the deciding row of each trade's entry (3.9)
        self.blocked = set()                         # rejected entries waiting for their `when` to be false (3.4)
        self.halts = []                              # monitors that have fired and still halt
        self.i = -1
        self.row = None

    # -- output

    def emit(self, event, **fields):
        self.emit_line({'event': event, **fields})

    def stamp(self):
        return {'row': self.i, 'time': nyse.iso(self.row.end)}

    def emit_order(self, o, reasons):
        self.emit('order', id=o.id, **self.stamp(), rule=o.rule, kind=o.kind, side='buy' if o.side == BUY else 'sell',
                  quantity=str(o.quantity), type=o.type, price=None if o.price is None else decimal(o.price, self.d),
                  status='rejected' if reasons else 'approved', reasons=reasons)

    # -- exact account values, in money

    def value(self, quantity, ticks):
        return quantity * ticks * self.m

    def equity(self):
        """At the moment, marked at the row's close."""
        return self.cash + self.value(self.position, self.row.close)

    def in_float(self, money):
        return money / 10 ** self.s

    # ---- the run (2) ------------------------------------------------------------------------------------------

    def run(self):
        st = self.st
        first_decision = max(st.start_after, st.warmup - 1)          # 3.2
        # Two sets of marks: exact for the gate (4.4, 4.6), float64 for the monitors (4.7).
        mark, mark_f = self.cash, self.in_float(self.cash)           # before the first row: the starting cash
        self.peak, self.peak_f = mark, mark_f                        # 2.4
        session = None
        for self.i, self.row in enumerate(self.rows):
            i, row = self.i, self.row
            # 2.1 session roll
            if row.session != session:
                session = row.session
                self.day_start, self.day_start_f = mark, mark_f
                self.halts = [h for h in self.halts if h.until != 'next_session']
            # 2.2 venue
            self.venue()
            # 2.3 features: computed beforehand, each from rows up to its own
            # 2.4 mark
            mark = self.equity()
            cash_f = self.in_float(self.cash)
            mark_f = cash_f + float(self.position) * st.close[i]     # 4.7
            self.peak, self.peak_f = max(self.peak, mark), max(self.peak_f, mark_f)
            a = self.account(cash_f, mark_f)
            # 2.5 monitors
            self.monitors(a)
            # 2.6 decisions
            if i >= first_decision:
                self.decide(a)
        for o in self.working:                                       # end of the data
            self.emit('expire', order=o.id, **self.stamp())
        self.emit('end', final_equity=decimal(self.equity(), self.s), cash=decimal(self.cash, self.s),
                  position=str(self.position), round_trips=self.round_trips, fees=decimal(self.fees, self.s),
                  orders=self.next_id - 1, fills=self.n_fills, rejected=self.n_rejected)

    def account(self, cash_f, mark_f):
        """3.10: what conditions and sizes read, as marked on this row."""
        held = self.position != 0
        cost = sum(quantity * ticks for quantity, ticks in self.lots)
        return SimpleNamespace(cash=cash_f, equity=mark_f, position=self.position,
                               day_loss=self.day_start_f - mark_f, drawdown=1 - mark_f / self.peak_f,
                               entry_price=cost / (abs(self.position) * 10 ** self.d) if held else None,
                               bars_held=self.i - self.entry_row if held else None)

    # ---- venue (5) --------------------------------------------------------------------------------------------

    def venue(self):
        row = self.row
        for o in list(self.working):                                 # 2.2: first at the open ...
            if o.type == 'market':
                child = self.fill(o, row.open)
                if child is not None:                                # 5.4, 3.9: right after its entry's fill
                    self.meet_open(child)
                    self.meet_inside(child)
            else:
                self.meet_open(o)
        for o in list(self.working):                                 # ... then inside
            if o.type == 'stop':
                self.meet_inside(o)

    def meet_open(self, o):
        """5.1"""
        price = self.row.open
        if price <= o.price if o.side == SELL else price >= o.price:
            self.fill(o, price)

    def meet_inside(self, o):
        if o in self.working and (self.row.low <= o.price if o.side == SELL else self.row.high >= o.price):
            self.fill(o, o.price)

    def fill(self, o, base):
        """Fills `o` whole (5.5) at `base` and posts it; returns the stop that the fill places, if any."""
        st = self.st
        # 5.2 slippage
        price = math.ceil(base * (1 + st.slippage)) if o.side == BUY else math.floor(base * (1 - st.slippage))
        # 5.3 fees, rounded up to the money scale
        kind = st.fees[0]
        if kind == 'none':
            fee = 0
        elif kind == 'per_share':
            fee = math.ceil(st.fees[1] * o.quantity * 10 ** self.s)
        elif kind == 'of_value':
            fee = math.ceil(st.fees[1] * self.value(o.quantity, price))
        else:
            usd = Fraction(o.quantity * price, 10 ** self.d)
            fee = alpaca_cents(nyse.new_york_date(self.row.end - 1), o.side, o.quantity, usd) * 10 ** (self.s - 2)
        self.working.remove(o)
        self.post(o.side * o.quantity, price, fee)
        self.n_fills += 1
        self.emit('fill', order=o.id, **self.stamp(), side='buy' if o.side == BUY else 'sell',
                  quantity=str(o.quantity), price=decimal(price, self.d), fee=decimal(fee, self.s),
                  cash=decimal(self.cash, self.s), position=str(self.position))
        if o.kind == 'entry':
            self.state[o.trade.name] = 'open'
            return self.place_stop(o.trade, price)
        if self.position == 0:                                       # 3.6
            for name in self.state:
                self.state[name] = 'idle'
        return None

    def post(self, signed, price, fee):
        before, after = self.position, self.position + signed
        self.cash -= self.value(signed, price) + fee                 # 6.5
        self.fees += fee
        if before != 0 and (after == 0 or (after > 0) != (before > 0)):
            self.round_trips += 1                                    # 7: across zero ends one and begins the next
        if before == 0 or (after != 0 and (after > 0) != (before > 0)):
            self.lots, self.entry_row = [[abs(after), price]], self.i
        elif abs(after) > abs(before):
            self.lots.append([abs(signed), price])
        else:
            self.reduce(abs(signed))
        self.position = after

    def reduce(self, quantity):
        """3.10: first in, first out."""
        while quantity > 0:
            out = min(quantity, self.lots[0][0])
            self.lots[0][0] -= out
            quantity -= out
            if self.lots[0][0] == 0:
                self.lots.pop(0)

    def place_stop(self, rule, fill_ticks):
        """3.9: features of the deciding row, `fill` the actual fill price."""
        if rule.stop is None:
            return None
        side = -rule.direction
        e = rule.stop(*self.decided_at[rule.name], fill_ticks / 10 ** self.d)
        o = Order(self.new_id(), rule.name, 'stop', side, abs(self.position), 'stop', price_to_ticks(e, self.d, side),
                  trade=rule)
        return o if self.approve(o, self.gate(o)) else None

    # ---- gate (4) ---------------------------------------------------------------------------------------------

    def worst(self):
        """4.2: reference x (1 + collar), rounded up to the tick, for both sides."""
        return math.ceil(self.row.close * (1 + self.st.collar))

    def expected(self):
        """The position once all that works at the market has filled (3.7)."""
        return self.position + sum(o.side * o.quantity for o in self.working if o.type == 'market')

    def held(self, side):
        """4.3, in money."""
        reduces = self.expected() * side < 0
        return (0 if reduces else self.value(abs(self.position), self.row.close)) \
            + sum(self.value(o.opening, o.worst) for o in self.working)

    def room(self, side):
        """4.8: the largest opening quantity that passes order_value, position_value and buying_power (or 0)."""
        st, one = self.st, self.value(1, self.worst())
        held, equity = self.held(side), self.equity()
        most = [(equity - held) // one]
        most += [math.floor(limit / one) for limit in self.limits('order_value')]
        most += [math.floor((limit - held) / one) for limit in self.limits('position_value')]
        return max(0, min(most))

    def limits(self, measure):
        """4.4: the right sides of the measure's lines without `else`, exact: money, or a ratio for `drawdown`."""
        quantity = {'equity': self.equity(), 'cash': self.cash, None: 1 if measure == 'drawdown' else 10 ** self.s}
        return [limit.amount * quantity[limit.of] for limit in self.st.limits
                if limit.measure == measure and limit.action is None]

    def gate(self, o, stop_ticks=None, stop_declared=False, asked_to_open=None):
        """4.1: every failing check, in the section's order. `asked_to_open` is the opening part before `trim`, where that is another."""
        st, fails = self.st, []
        reducing_only = o.opening == 0 and (o.kind == 'stop' or self.expected() * o.side < 0)
        sizes_pass = reducing_only and bool(asked_to_open)              # 4.8: nothing of the opening part is left; a halt refuses the whole
        price_ok = all(0 < p <= 1_000_000 * 10 ** self.d for p in [self.row.close] + ([stop_ticks] if stop_declared else []))
        if reducing_only and not sizes_pass:
            return [n for n, bad in (('quantity', o.quantity <= 0), ('price', o.price is not None and o.price <= 0)) if bad]
        reference, equity = self.row.close, self.equity()
        opening_worst, held = self.value(o.opening, o.worst), self.held(o.side)

        def check(name, passes):
            if not passes:
                fails.append(name)
        check('halted', not self.halts)
        check('quantity', o.quantity > 0)
        check('price', price_ok)
        check('stop_side', not stop_declared or (stop_ticks < reference if o.side == BUY else stop_ticks > reference))
        check('order_value', sizes_pass or all(opening_worst <= limit for limit in self.limits('order_value')))
        check('position_value', sizes_pass or all(held + opening_worst <= limit for limit in self.limits('position_value')))
        check('buying_power', sizes_pass or opening_worst <= equity - held)
        check('short_permission', st.shorting or self.expected() + o.side * o.quantity >= 0)
        # 4.5, 4.6: the lines without else
        check('day_loss', all(self.day_start - equity <= limit for limit in self.limits('day_loss')))
        check('drawdown', all(self.peak - equity <= limit * self.peak for limit in self.limits('drawdown')))
        return fails

    def new_id(self):
        self.next_id += 1
        return self.next_id - 1

    def approve(self, o, reasons):
        """Writes the order's line; an approved order works from here on."""
        self.emit_order(o, reasons)
        if reasons:
            self.n_rejected += 1
            return False
        self.working.append(o)
        return True

    def submit(self, o, reasons):
        """A market order."""
        if not self.approve(o, reasons):
            return False
        if o.kind == 'entry':
            self.state[o.trade.name] = 'entering'
            self.decided_at[o.trade.name] = self.i, self.a
        if self.st.market_close:                                     # 5.6: at once, at the deciding row's close
            self.fill(o, self.row.close)
        return True

    def cancel(self, o):
        self.working.remove(o)
        self.emit('cancel', order=o.id, **self.stamp())
        if o.kind == 'entry':
            self.state[o.trade.name] = 'idle'
        elif o.kind in ('exit', 'flatten'):
            for name, state in self.state.items():
                if state == 'exiting':
                    self.state[name] = 'open'

    def close_position(self, rule, kind, stops=()):
        """Sends the order that closes the position; an order that the gate lets pass cancels the trade's stop first (3.5)."""
        side = SELL if self.position > 0 else BUY
        o = Order(self.new_id(), rule, kind, side, abs(self.position))
        reasons = self.gate(o)
        if not reasons:
            for stop in stops:
                self.cancel(stop)
            for name, state in self.state.items():
                if state == 'open':
                    self.state[name] = 'exiting'
        self.submit(o, reasons)

    def flatten(self, who):
        """Cancels working orders and closes what is held; adds nothing while an exit works (4.7)."""
        exits = [o for o in self.working if o.kind in ('exit', 'flatten')]
        for o in list(self.working):
            if o not in exits:
                self.cancel(o)
        if self.position != 0 and not exits:
            self.close_position(who, 'flatten')

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
                for o in [o for o in self.working if o.kind in ('entry', 'hold')]:
                    self.cancel(o)
            elif m.action == 'flatten':
                self.flatten(m.measure)

    # ---- decisions (2.6, 3) -----------------------------------------------------------------------------------

    def decide(self, a):
        st, i, row, self.a = self.st, self.i, self.row, a
        # 3.12 flatten of the session block
        if st.flatten_from is not None and row.end >= self.instant(st.flatten_from):
            self.flatten('session')
        # exits (3.5)
        busy = any(s != 'idle' for s in self.state.values())         # 3.3, when the exits of this row begin
        for rule in st.rules:
            if isinstance(rule, Exit) and self.state[rule.trade] == 'open' and rule.when(i, a):
                stops = [o for o in self.working if o.kind == 'stop' and o.trade.name == rule.trade]
                self.close_position(rule.name, 'exit', stops)
        # entries and holds (3.3, 3.7)
        may_open = st.entries is None or \
            self.instant(st.entries[0]) <= row.end < self.instant(st.entries[1])
        for rule in st.rules:
            if isinstance(rule, Enter):
                if not (may_open and rule.when(i, a)):               # 3.12: the window is part of `when`
                    self.blocked.discard(rule.name)                  # 3.4
                elif not busy and rule.name not in self.blocked and self.position == 0 \
                        and all(s == 'idle' for s in self.state.values()):
                    self.enter(rule, a)
            elif isinstance(rule, Hold) and rule.when(i, a):
                self.hold(rule, a, may_open)

    def instant(self, time):
        """A time of the row's session: ('open', microseconds after it) or ('close', microseconds before it)."""
        anchor, distance = time
        session = self.row.session
        return self.calendar.open(session) + distance if anchor == 'open' else self.calendar.close(session) - distance

    def enter(self, rule, a):
        i, reference, side = self.i, self.row.close, rule.direction
        stop_ticks = None
        if rule.stop is not None:                                    # 3.8: with `fill` = reference
            stop_ticks = price_to_ticks(rule.stop(i, a, self.st.close[i]), self.d, -side)
        kind, amount = rule.size
        v = amount(i, a)
        if kind == 'shares':
            asked = quantity_to_lots(v)
        elif kind == 'usd':
            asked = toward_zero(value_to_money(v, self.s), self.value(1, reference))
        else:                                                        # risk
            distance = (reference - stop_ticks) * side
            asked = 0 if distance <= 0 else toward_zero(value_to_money(v, self.s), self.value(1, distance))
        asked = max(asked, 0)                                        # 3.8: below zero counts as zero
        quantity = min(asked, self.room(side)) if rule.trim else asked            # 4.8
        o = Order(self.new_id(), rule.name, 'entry', side, quantity, opening=quantity, worst=self.worst(), trade=rule)
        reasons = self.gate(o, stop_ticks, rule.stop is not None)
        if reasons:
            o.quantity = asked                                       # the line of a rejected order shows what was asked
            self.blocked.add(rule.name)
        self.submit(o, reasons)

    def hold(self, rule, a, may_open):
        kind, amount = rule.size
        v = amount(self.i, a)
        target = quantity_to_lots(v) if kind == 'shares' \
            else toward_zero(value_to_money(v, self.s), self.value(1, self.row.close))
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
        asked_to_open = opening
        if rule.trim:
            opening = min(opening, self.room(side))
        o = Order(self.new_id(), rule.name, 'hold', side, reducing + opening, opening=opening, worst=self.worst())
        reasons = self.gate(o, asked_to_open=asked_to_open)
        if reasons:
            o.quantity = asked
        self.submit(o, reasons)


# ---- command line ---------------------------------------------------------------------------------------------

def load_strategy(name, files=None, format_name=None, sets=(), root=DEFAULT_ROOT):
    cls = rules.STRATEGIES[os.path.basename(name).removesuffix('.strat')]
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
    return cls(rows, d, params), rows, d


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
    strategy, rows, d = load_strategy(args.strategy, args.data, args.format, args.set, args.data_root)
    out = open(args.output, 'w') if args.output else sys.stdout
    Judge(strategy, rows, d, args.cash, lambda e: out.write(json.dumps(e, separators=(',', ':')) + '\n')).run()
    if args.output:
        out.close()


if __name__ == '__main__':
    main()
