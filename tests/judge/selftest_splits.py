"""Hand-computed cases of splits and dividends (13). The rows are minutes, the action is of the date that begins with the third."""
from datetime import date
from fractions import Fraction

import rules
from account import Account, Holding
from rules import Hold, Strategy, Target
from selftest_orders import flat, strategy
from splits import Dividend, Split, epochs

DAY = date(2019, 2, 12)


class Short(Strategy):
    shorting = True

    def features(self):
        self.rules = [Hold('h', lambda i, a: i == 0, ('shares', lambda i, a, v: -7.0))]


def cases():
    """(strategy, bars, actions, what `selftest.brief` makes of it)"""
    fill_less = dict(stop=lambda i, a, v: v.fill - 0.5, targets=[Target(lambda i, a, v: v.fill + 1.01)])
    # 13.4: 10 become 15, exactly. 13.6: 9.50 / 1.5 = 6.33.., a sell stop up; 11.01 / 1.5 = 7.34
    yield strategy(**fill_less), [flat(1000), flat(1000), flat(667), (667, 740, 667, 740)], [Split(DAY, 3, 2)], [
        (0, 'entry', 'buy', '10', None), (1, 'fill', 1, '10.00', '0.00', '900.00', '10'),
        (1, 'stop', 'sell', '10', '9.50'), (1, 'target', 'sell', '10', '11.01'),
        (2, 'split', 3, 2), (2, 'rescale', 2, '15', '6.34'), (2, 'rescale', 3, '15', '7.34'),
        (3, 'fill', 3, '7.34', '0.00', '1010.10', '0'), (3, 'cancel', 2)]
    # 13.4: 10 become 3; of 10.00, a third of an old share's 3 is 10 old less 9: c = 10 x 10 - 3 x 30 = 10. 13.7: on the new shares
    yield strategy(), [flat(1000), flat(1000), flat(3000)], [Dividend(DAY, '0.333'), Split(DAY, 1, 3)], [
        (0, 'entry', 'buy', '10', None), (1, 'fill', 1, '10.00', '0.00', '900.00', '10'),
        (2, 'split', 1, 3), (2, 'cash_in_lieu', '10.00', '910.00'), (2, 'dividend', '0.333', '0.99', '910.99')]
    # A short position pays: -7 become -3, c = -70 + 3 x 20 = -10; 13.7: -3 x 0.333 = -0.999, down
    yield Short, [flat(1000), flat(1000), flat(2000)], [Split(DAY, 1, 2), Dividend(DAY, '0.333')], [
        (0, 'hold', 'sell', '7', None), (1, 'fill', 1, '10.00', '0.00', '1070.00', '-7'),
        (2, 'split', 1, 2), (2, 'cash_in_lieu', '-10.00', '1060.00'), (2, 'dividend', '0.333', '-1.00', '1059.00')]


def main():
    # 13.4: lots of 3 and 4 become floor(1.5) = 1 and 3 - 1; the fraction 1/7 of 70.00 is taken from the last
    held = Holding(Account(1000, 2), 2)
    held.post(0, 3, 1000, 0)
    held.post(1, 4, 1000, 0)
    assert held.split(Fraction(1, 2), 1000) == 1000 and held.lots == [[1, 3000], [2, 3000]], held.lots
    held.post(2, -2, 2000, 0)                                        # the first lot, and half of the second
    assert held.lots == [[1, 1500]] and held.entry_price() == 15.0
    # 13.2: of two splits one after the other; a price stays at least one tick
    row = rules.SimpleNamespace
    rows = [row(start=k, end=k, session=date(2019, 2, 11 + k), open=1, high=9, low=1, close=7, volume=30.0, factor=1.0) for k in range(3)]
    first, second, third = epochs(rows, [Split(date(2019, 2, 13), 1, 3), Split(DAY, 2, 1)], 2)
    assert (first[0].close, second[0].close, second[1].close) == (7, 4, 7)
    assert (third[0].close, third[0].open, third[0].volume, third[1].close) == (12, 3, 20.0, 21)
    # 13.11: after the split C is 0.04 of a share; a later dividend multiplies all before it
    _, split, paid, again = epochs(rows, [Split(DAY, 2, 1), Dividend(DAY, '0.01'), Dividend(date(2019, 2, 13), '0.035')], 2)
    assert (split[0].factor, paid[0].factor, paid[1].factor) == (1.0, (0.04 - 0.01) / 0.04, 1.0)
    assert (again[0].factor, again[1].factor, again[2].factor) == ((0.04 - 0.01) / 0.04 * ((0.07 - 0.035) / 0.07), (0.07 - 0.035) / 0.07, 1.0)
