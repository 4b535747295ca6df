"""The strategies of several symbols and clocks on real data.

python3 tests/judge/portfolios.py STRATEGY FOLDER [--data-root DIR]    writes FOLDER/SYMBOL.csv (times UTC, stamped at the end; dates alone for
                                                                        daily bars) and the judge's records, FOLDER/records.jsonl
"""
import argparse
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import by_hand_clocks
import by_hand_shipped
import by_hand_symbols
import datafiles
import judge
import nyse
from judge import DEFAULT_ROOT
from numbers_out import decimal

STRATEGIES = by_hand_symbols.STRATEGIES | by_hand_clocks.STRATEGIES | by_hand_shipped.STRATEGIES
# Of the strategies that ship: what their symbols stand for.
MEANT = {'ALFA': 'SPY', 'BRAVO': 'IWM', 'CHARLIE': 'AAPL', 'DELTA': 'IBM', 'ECHO': 'QQQ', 'FOXTROT': 'EEM', 'DEMO': 'MSFT'}


def source(strategy, symbol):
    """(file below the data root, format)"""
    symbol = MEANT.get(symbol, symbol)
    if symbol == 'SPX':
        return os.path.join(judge.REPO, 'node_modules/vega-datasets/data/sp500-2000.csv'), 'sp500'
    if strategy.width == '1d':
        return 'lean/equity/usa/daily/%s.zip' % symbol.lower(), 'lean-day'
    if symbol == 'SPY':
        return 'pyalgotrade/nt-spy-minute-2011.csv.gz', 'spy2011'
    return 'eqker/%s_1min.csv.gz' % symbol, 'eqker'


def write_csv(path, rows, d, daily):
    with open(path, 'w') as out:
        out.write('time,open,high,low,close,volume\n')
        for row in rows:
            time = row.session.isoformat() if daily else nyse.iso(row.end)
            prices = ','.join(decimal(p, d) for p in (row.open, row.high, row.low, row.close))
            out.write('%s,%s,%d\n' % (time, prices, row.volume))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('strategy', choices=sorted(STRATEGIES))
    parser.add_argument('folder')
    parser.add_argument('--data-root', default=os.environ.get('JUDGE_DATA', DEFAULT_ROOT))
    args = parser.parse_args()
    strategy, data = STRATEGIES[args.strategy], {}
    for symbol in strategy.trade + strategy.context:
        file, form = source(strategy, symbol)
        path = os.path.join(args.data_root, file)
        rows, d = datafiles.load([path], form, nyse.Nyse(), False)
        write_csv(os.path.join(args.folder, symbol + '.csv'), rows, d, strategy.width == '1d')
        data[symbol] = datafiles.load([path], form, nyse.Nyse(), strategy.regular)
    with open(os.path.join(args.folder, 'records.jsonl'), 'w') as out:
        judge.Judge(strategy(data).plan(), 100_000, lambda e: out.write(json.dumps(e, separators=(',', ':')) + '\n')).run()


if __name__ == '__main__':
    main()
