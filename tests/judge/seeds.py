"""What the programs of random cases do with their arguments: `FIRST COUNT` prints one case a line, `--show SEED` one to read."""
import json
import sys


def show(case):
    print(case['strategy'])
    bars = case['csv'] if isinstance(case['csv'], dict) else {'': case['csv']}
    for symbol, csv in bars.items():
        print(symbol, csv, sep='\n')
    print({k: case[k] for k in ('open', 'cash', 'parameters', 'failure')})
    for record in case['records']:
        print(json.dumps(record))


def main(make_case):
    if sys.argv[1] == '--show':
        show(make_case(int(sys.argv[2])))
        return
    first, count = map(int, sys.argv[1:])
    for seed in range(first, first + count):
        print(json.dumps(make_case(seed), separators=(',', ':')))
