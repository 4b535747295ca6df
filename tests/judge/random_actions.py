"""Random splits and dividends."""
from fractions import Fraction

from splits import Dividend, Split, exact


def random_actions(rng, rows, d):
    """Splits and dividends on dates of some rows, prices of which have `d` places; mostly none."""
    dates = sorted({row.session for row in rows})
    if rng.random() < 0.7 or len(dates) < 3:
        return []
    actions, lowest = [], min(row.close for row in rows)
    for date in sorted(rng.sample(dates, min(len(dates), rng.randrange(1, 4)))):
        if rng.random() < 0.7:
            actions.append(Split(date, *rng.choice([(2, 1), (3, 2), (7, 1), (1, 8), (2, 3), (11, 10), (21, 20), (9, 10), (101, 100), (5, 4)])))
        if lowest >= 32 and rng.random() < 0.5:                      # 13.11: C is of new shares, of which there may be seven for one
            most = Fraction(lowest // 16, 10 ** d)
            actions.append(Dividend(date, min(Fraction(rng.randrange(1, 2000), 1000), most) if rng.random() < 0.4 else most))
    return actions


def table(actions_of):
    """The table of actions by symbol, a file that `--actions` reads; empty where there are none."""
    lines = ['%s,%s,%s' % (symbol, action.date, 'split,%d:%d' % (action.shares, action.per) if isinstance(action, Split) else 'dividend,' + exact(action.amount))
             for symbol, actions in actions_of.items() for action in actions]
    return 'symbol,date,kind,value\n' + '\n'.join(lines) + '\n' if lines else ''
