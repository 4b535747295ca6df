"""The judge: a naive backtester written from docs/semantics.md alone. Numbers in comments are its sections.

python3 tests/judge/judge.py STRATEGY [--data FILE ...] [--format NAME] [--set name=value ...] [-o OUT.jsonl]
python3 tests/judge/judge.py --self-test
"""
import argparse
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import by_hand
import by_hand_orders
import datafiles
import nyse
from decisions import Decisions
from gate import Gate
from ledger import Ledger
from numbers_out import decimal
from rules import Enter
from trades import Trade, Trades
from venue import Venue

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEFAULT_ROOT = os.path.join(REPO, '..', 'shared', 'data')


class Judge(Decisions, Trades, Venue, Gate):
    def __init__(self, strategy, rows, d, cash, emit):
        self.st, self.rows, self.d = strategy, rows, d
        self.ledger = Ledger(cash, d)
        self.s = self.ledger.s
        self.emit_line = emit
        self.calendar = nyse.Always() if strategy.calendar == 'always' else nyse.Nyse()
        self.next_id = 1
        self.working = []                            # in the order of approval
        self.n_fills = self.n_rejected = 0
        self.trades = [Trade(rule) for rule in strategy.rules if isinstance(rule, Enter)]
        self.trade_of = {trade.rule.name: trade for trade in self.trades}
        self.halts = []                              # monitors that have fired and still halt

    def run(self):
        """Section 2."""
        st, ledger = self.st, self.ledger
        first_decision = max(st.start_after, st.warmup - 1)          # 3.2
        session = None
        for self.i, self.row in enumerate(self.rows):
            if self.row.session != session:                          # 2.1 session roll
                session = self.row.session
                ledger.begin_day()
                self.halts = [h for h in self.halts if h.until != 'next_session']
            self.venue()                                             # 2.2
            # 2.3 features: computed beforehand, each from rows up to its own
            self.a = ledger.mark_at(self.i, self.row.close, st.close[self.i])                     # 2.4
            self.monitors(self.a)                                    # 2.5
            if self.i >= first_decision:
                self.decide(self.a)                                  # 2.6
        self.expire(lambda o: True)                                  # end of the data
        self.emit('end', final_equity=decimal(self.equity(), self.s), cash=decimal(ledger.cash, self.s),
                  position=str(ledger.position), round_trips=ledger.round_trips, fees=decimal(ledger.fees, self.s),
                  orders=self.next_id - 1, fills=self.n_fills, rejected=self.n_rejected)


# ---- command line ---------------------------------------------------------------------------------------------

def load_strategy(name, files=None, format_name=None, sets=(), root=DEFAULT_ROOT):
    cls = (by_hand.STRATEGIES | by_hand_orders.STRATEGIES)[os.path.basename(name).removesuffix('.strat')]
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
