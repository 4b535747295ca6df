"""Random strategies, each as .strat text and as an object of rules.py, with random bars and the judge's records.

python3 tests/judge/random_case.py FIRST COUNT     one JSON object a line for each seed from FIRST on
python3 tests/judge/random_case.py --show SEED     the strategy, the rows and the records, to read
"""
import json
import os
import random
import sys
from fractions import Fraction
from types import SimpleNamespace

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import judge
import nyse
import rules
from fees import is_covered
from numbers_out import decimal
from nyse import MINUTE
from random_actions import random_actions, table
from random_bars import random_bars
from random_expressions import ratio
from random_orders import shares_of_epochs
from random_rules import RuleWriter
from splits import anew, epochs, k_of


class Author(RuleWriter):
    """Writes one strategy: its rules and what stands around them."""
    ends_sessions = False            # whether rules act on a clock that ticks when its session is over: no window of `entries` holds there

    def amount(self, measure, texts):
        """(text, amount, of): a constant or a ratio of the account."""
        part = Fraction(self.rng.choice(texts)) / 100
        of = self.pick(None, 'equity', 'equity', 'cash')
        if measure == 'drawdown':
            return percent(part), part, None
        if of is None:
            value = Fraction(max(1, int(part * self.cash * 100)), 100)
            return decimal(int(value * 100), 2) + 'usd', value, None
        if part == 1 and self.chance(0.5):
            return of, part, of
        return ('%s * %s' % (percent(part), of) if self.chance(0.8) else '%s * %s' % (of, percent(part))), part, of

    def line(self, measure, texts, otherwise=False, name=None):
        text, amount, of = self.amount(measure, texts)
        action = until = None
        if otherwise:
            action, until = self.pick('no_entries', 'cancel', 'flatten', 'flatten'), self.pick('next_session', 'next_session', 'next_session', 'next_session', 'manual')
        self.limits.append(rules.Limit(measure, amount, of, action, until))
        return '%s <= %s%s' % (name or measure, text, ' else %s until %s' % (action, until) if otherwise else '')

    def risk(self):
        self.limits, lines = [], []
        sizes = ['200', '400', '800'] if self.lively else ['20', '40', '60', '100', '100', '200', '400', '33.333']
        lines.append(self.line('order_value', sizes + ['400', '400']))
        if self.chance(0.4):
            lines.append(self.line('position_value', sizes, name=self.pick('position_value', 'position_value per symbol')))
        losses, falls = (['8', '20'], ['30', '60']) if self.lively else (['0.05', '0.3', '0.5', '1', '2', '4', '8'], ['1', '2', '4', '8', '15', '30', '60', '0.01'])
        wanted = self.rng.choice([['day'], ['day'], ['day', 'down'], ['down', 'day'], ['down'], ['day', 'day'], ['day', 'down', 'day']])
        for which in wanted:
            measure = 'day_loss' if which == 'day' else 'drawdown'       # two lines that reject by one measure are a mistake
            otherwise = self.chance(0.7) or any(limit.measure == measure and limit.action is None for limit in self.limits)
            line = self.line(measure, losses if which == 'day' else falls, otherwise)
            if any(changes_nothing(one, other) for one in self.limits for other in self.limits if one is not other):
                self.limits.pop()                                    # the compiler refuses it
            else:
                lines.append(line)
        self.collar = Fraction(5, 100)
        if self.chance(0.4):
            collar = self.pick('0%', '1%', '2.5%', '10%', '33bps', '0.01%')
            self.collar = Fraction(collar[:-3]) / 10_000 if collar.endswith('bps') else Fraction(collar[:-1]) / 100
            lines.append('price_collar <= ' + collar)
        return 'risk { %s }' % '  '.join(lines)

    # ---- rules: their texts; the rules themselves go to `st`

    def entering(self, st):
        directions, made = self.pick([1], [-1], [1], [-1], [1, -1], [1, 1], [1, -1, 1], [-1, -1]), []
        self.both_sides = len(set(directions)) > 1
        for k, direction in enumerate(directions):
            made.append(self.enter('e%d' % k, direction))
            for x in range(self.pick(*([0, 0, 1, 2] if self.lively else [0, 1, 1, 1, 2]))):
                made.append(self.exit('x%d%d' % (k, x), 'e%d' % k, direction))
        st.shorting, st.rules = -1 in directions, [rule for _, rule in made]
        return [text for text, _ in made]

    def holding(self, st):
        shorts, self.short = self.chance(0.6), False
        made = [self.hold('h%d' % k, shorts) for k in range(self.pick(1, 2, 2, 3))]
        st.shorting, st.rules = self.short, [rule for _, rule in made]           # 4.9: by a target that can be negative
        return [text for text, _ in made]

    def has_volumes(self):
        """5.5: a dataset without volumes fails."""
        return any(row.volume > 0 for row in self.bars.rows)

    def cap(self):
        """A cap under which an order of the usual size takes a few rows."""
        ordinary = sorted(row.volume for row in self.bars.rows)[len(self.bars.rows) // 2] or 1.0
        part = float(self.cash) / self.price * self.pick(0.003, 0.01, 0.03, 0.1, 0.3) / ordinary
        return ratio('%.6f%%' % (100 * min(max(part, 0.0000001), 1)))

    def session_block(self, strategy):
        if not self.chance(0.25):
            return []
        length = 390 if self.calendar_name == 'nyse' else 1440

        def time(places):
            anchor, k = self.rng.choice(places), self.rng.choice([0, 1, 5, 15, 30, 60, 95])
            word = 'after' if anchor == 'open' else 'before'
            return (anchor if k == 0 else '%dm %s %s' % (k, word, anchor)), (anchor, k * MINUTE), k if anchor == 'open' else length - k
        parts, (flatten_text, flatten_from, closed) = [], time(['close', 'close', 'close', 'open'])
        if self.chance(0.7):
            strategy.flatten_from = flatten_from
            parts.append('flatten ' + flatten_text)
        for _ in range(5 if not self.ends_sessions and self.chance(0.7) else 0):        # the compiler wants entries that begin, end and then close
            (from_text, begin, first), (to_text, end, last) = time(['open', 'open', 'close']), time(['close', 'close', 'open'])
            if first < last and (strategy.flatten_from is None or last <= closed):
                strategy.entries = begin, end
                parts.insert(0, 'entries from %s to %s' % (from_text, to_text))
                break
        if strategy.entries is None:                                 # an entry might fill after `flatten`
            strategy.flatten_from = None
            return []
        self.features.add('session')
        return ['session { %s }' % '  '.join(parts)]

    def simulate(self, strategy):
        settings = []
        if self.chance(0.3):
            strategy.market_close = True
            settings.append('market: close')
            self.features.add('market close')
        elif self.chance(0.2):
            settings.append('market: next_open')
        if self.chance(0.25):
            strategy.touch = self.chance(0.8)
            settings.append('limit: ' + ('touch' if strategy.touch else 'through'))
        if self.chance(0.35) and self.has_volumes():
            cap = self.cap()
            strategy.volume_cap = cap.fn(0, None, None)
            settings.append('volume_cap: ' + cap.text)
            self.features.add('volume cap')
        if self.chance(0.6):
            text = self.pick('1bps', '2bps', '0.5bps', '10bps', '0.25%', '1%', '0.37bps', '0%', '3bps', '33.3%' if self.chance(0.3) else '5bps')
            strategy.slippage = Fraction(text[:-3]) / 10_000 if text.endswith('bps') else Fraction(text[:-1]) / 100
            settings.append('slippage: ' + text)
        fees = self.rng.choice(['', 'none', 'share', 'value', 'alpaca', 'alpaca'])
        if fees == 'alpaca' and all(is_covered(r.end) for r in self.bars.rows):
            strategy.fees = ('alpaca_equities',)
            settings.append('fees: alpaca_equities')
        elif fees == 'none':
            settings.append('fees: none')
        elif fees == 'share':
            text = self.pick('0.005', '0.0035', '0.1', '0.00001') if self.price > 5 else '0.00001'
            strategy.fees = ('per_share', Fraction(text))
            settings.append('fees: %susd per share' % text)
        elif fees == 'value':
            text = self.pick('5', '1', '0.3', '30')
            strategy.fees = ('of_value', Fraction(text) / 10_000)
            settings.append('fees: %sbps' % text)
        self.features.add('fees:' + strategy.fees[0])
        if self.chance(0.15):
            strategy.start_after = self.rng.randrange(0, 20)
            settings.append('start after %dbars' % strategy.start_after)
        return ['simulate { %s }' % '  '.join(settings)] if settings else []


def changes_nothing(one, other):
    """Whether the monitor `other` has halted already, with as much and for as long, wherever `one` halts."""
    actions, untils = ['no_entries', 'cancel', 'flatten'], ['next_session', 'manual']
    return one.action is not None and other.action is not None and (one.measure, one.of) == (other.measure, other.of) \
        and one.amount >= other.amount and actions.index(one.action) <= actions.index(other.action) \
        and untils.index(one.until) <= untils.index(other.until)


def percent(part):
    text = '%f' % float(part * 100)
    return text.rstrip('0').rstrip('.') + '%'


def write_rules(rng, bars, calendar_name, clock, st, shares, money=None):
    """(texts, the Author, the text of the limits); the rules and limits go to `st`. `money`: the price and cash to write for."""
    author = Author(rng, bars)
    author.shares_of_now = shares
    author.price, author.cash = money or (author.price, author.cash)
    author.calendar_name, author.daily = calendar_name, clock.startswith('1d')
    author.ends_sessions = author.daily
    author.calendar = nyse.Always() if calendar_name == 'always' else nyse.Nyse()
    risk = author.risk()
    st.limits, st.collar = author.limits, author.collar
    texts = author.entering(st) if rng.random() < (0.9 if author.lively else 0.5) else author.holding(st)
    if rng.random() < 0.3:
        order = list(range(len(texts)))
        rng.shuffle(order)
        texts, st.rules = [texts[k] for k in order], [st.rules[k] for k in order]
    return texts, author, risk


def write(rng, bars, calendar_name, clock, actions):
    """(text, Strategy, its rules after each action, Author)"""
    begin, st = rng.getstate(), object.__new__(rules.Strategy)
    st.calendar, st.rows = calendar_name, bars.rows
    first, *later = shares_of_epochs([k_of(action) for _, action in anew(bars.rows, actions)])
    texts, author, risk = write_rules(rng, bars, calendar_name, clock, st, first)
    goes_on, after = rng.getstate(), []
    for rows, shares in zip(epochs(bars.rows, actions, bars.d)[1:], later):
        rng.setstate(begin)
        again = object.__new__(rules.Strategy)
        same, _, _ = write_rules(rng, SimpleNamespace(rows=rows, d=bars.d), calendar_name, clock, again, shares, (author.price, author.cash))
        assert same == texts, (same, texts)
        after.append(again.rules)
    rng.setstate(goes_on)
    st.warmup = author.warm
    session, simulate = author.session_block(st), author.simulate(st)
    lines = ['strategy s'] + (['calendar ' + calendar_name] if calendar_name == 'always' or rng.random() < 0.1 else []) + \
        ['trade [T]', 'clock bar = ' + clock] + [p.text for p in author.parameters] + [risk] + session + author.names + texts + simulate
    return '\n'.join(lines) + '\n', st, after, author


def make_case(seed):
    rng = random.Random(seed)
    bars, calendar_name, clock = random_bars(rng)
    actions = random_actions(random.Random('actions %d' % seed), bars.rows, bars.d)
    text, strategy, after, author = write(rng, bars, calendar_name, clock, actions)
    records, failure = [], None
    try:
        judge.Judge(rules.single(strategy, bars.rows, bars.d, actions, after), author.cash, records.append).run()
    except SystemExit as stopped:
        failure = str(stopped)
    return {'seed': seed, 'strategy': text, 'csv': bars.csv, 'actions': table({'': actions}), 'open': bars.open, 'cash': decimal(int(author.cash * 100), 2),
            'parameters': [p.value for p in author.parameters], 'features': sorted(author.features), 'records': records, 'failure': failure}


def main():
    if sys.argv[1] == '--show':
        case = make_case(int(sys.argv[2]))
        print(case['strategy'])
        print(case['csv'])
        print({k: case[k] for k in ('open', 'cash', 'parameters', 'failure')})
        for record in case['records']:
            print(json.dumps(record))
        return
    first, count = map(int, sys.argv[1:])
    for seed in range(first, first + count):
        print(json.dumps(make_case(seed), separators=(',', ':')))


if __name__ == '__main__':
    main()
