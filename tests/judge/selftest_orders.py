"""Hand-computed cases of orders that wait, targets, trails, adds and brakes (3.13 to 3.17, 5.1, 5.4)."""
from rules import Add, Enter, Exit, Strategy, Target, Terms


class OneTrade(Strategy):
    """One entry of ten shares on the first row, with what a case gives beside it."""
    options, exits = {}, []
    when = staticmethod(lambda i, a: i == 0)

    def features(self):
        self.rules = [Enter('e', +1, self.when, ('shares', lambda i, a, v: 10.0), **self.options), *self.exits]


def strategy(when=lambda i, a: i == 0, exits=(), **options):
    return type('Case', (OneTrade,), {'when': staticmethod(when), 'exits': list(exits), 'options': options})


def flat(price):
    return (price,) * 4


def cases():
    """(strategy, bars, what `selftest.brief` makes of it)"""
    fill = lambda i, a, v: v.fill
    # 5.1: a touch does not fill a limit, trading through it does, at the limit; 3.13: 2bars are two rows
    limit = strategy(order=Terms('limit', limit=lambda i, a, v: 9.90, tif=2), when=lambda i, a: True, at_most=2)
    yield limit, [flat(1000), (1000, 1000, 990, 1000), flat(1000), (1000, 1000, 989, 995)], [
        (0, 'entry', 'buy', '10', '9.90'),
        (2, 'expire', 1),
        (2, 'entry', 'buy', '10', '9.90'),                           # 3.3: on the same row
        (3, 'fill', 2, '9.90', '0.00', '901.00', '10')]
    # 5.1: a stop_limit that gaps beyond its limit is a limit order from the next row on; 6.2: a buy stop up, a buy limit down
    gapped = strategy(order=Terms('stop_limit', lambda i, a, v: 10.101, lambda i, a, v: 10.209, 'gtc'))
    yield gapped, [flat(1000), (1030, 1040, 1000, 1010), (1030, 1040, 1019, 1030)], [
        (0, 'entry', 'buy', '10', '10.11'),
        (2, 'fill', 1, '10.20', '0.00', '898.00', '10')]
    # 3.14, 5.4: filled at the open; on one row the stop goes before the targets
    bracket = dict(stop=lambda i, a, v: v.fill - 0.5, targets=[Target(lambda i, a, v: v.fill + 0.5, 0.5, fill), Target(lambda i, a, v: v.fill + 1, 0.5)])
    both = strategy(**bracket)
    yield both, [flat(1000), (1000, 1200, 950, 1000)], [
        (0, 'entry', 'buy', '10', None),
        (1, 'fill', 1, '10.00', '0.00', '900.00', '10'),
        (1, 'stop', 'sell', '10', '9.50'), (1, 'target', 'sell', '5', '10.50'), (1, 'target', 'sell', '5', '11.00'),
        (1, 'fill', 2, '9.50', '0.00', '995.00', '0'),
        (1, 'cancel', 3), (1, 'cancel', 4)]
    # 3.14: the nearer target first; the moved stop works from the next row on, for what is left
    yield both, [flat(1000), (1000, 1060, 960, 990), (1000, 1010, 1000, 1000)], [
        (0, 'entry', 'buy', '10', None),
        (1, 'fill', 1, '10.00', '0.00', '900.00', '10'),
        (1, 'stop', 'sell', '10', '9.50'), (1, 'target', 'sell', '5', '10.50'), (1, 'target', 'sell', '5', '11.00'),
        (1, 'fill', 3, '10.50', '0.00', '952.50', '5'),
        (1, 'cancel', 2), (1, 'stop', 'sell', '5', '10.00'),
        (2, 'fill', 5, '10.00', '0.00', '1002.50', '0'),
        (2, 'cancel', 4)]
    # 3.15: the peak is the highest high, the fill's row included; the stop moves at the close and only up; 3.17: rows 3 and 4 are left out
    trailing = strategy(trail=lambda i, a, v: v.peak - 0.5, when=lambda i, a: True, cooldown=2)
    yield trailing, [flat(1000), (1000, 1100, 1000, 1090), (1090, 1095, 1080, 1090), (1080, 1080, 1040, 1040), flat(1040), flat(1040)], [
        (0, 'entry', 'buy', '10', None),
        (1, 'fill', 1, '10.00', '0.00', '900.00', '10'),
        (1, 'stop', 'sell', '10', '9.50'),
        (1, 'cancel', 2), (1, 'stop', 'sell', '10', '10.50'),
        (3, 'fill', 3, '10.50', '0.00', '1005.00', '0'),
        (5, 'entry', 'buy', '10', None),
        (5, 'expire', 4)]
    # 3.16: the stop anew for all at the tighter price; the rest's target anew, after a fill inside the row from the next row on
    pyramid = strategy(stop=lambda i, a, v: v.fill - 0.5, targets=[Target(lambda i, a, v: v.fill + 1)],
                       order=Terms('stop', price=lambda i, a, v: 10.0 if i == 0 else 10.6), add=Add(1, lambda i, a, v: True))
    yield pyramid, [flat(1000), (1000, 1010, 1000, 1010), (1050, 1200, 1040, 1150), flat(1150)], [
        (0, 'entry', 'buy', '10', '10.00'),
        (1, 'fill', 1, '10.00', '0.00', '900.00', '10'),
        (1, 'stop', 'sell', '10', '9.50'), (1, 'target', 'sell', '10', '11.00'),
        (1, 'add', 'buy', '10', '10.60'),
        (2, 'fill', 4, '10.60', '0.00', '794.00', '20'),
        (2, 'cancel', 2), (2, 'stop', 'sell', '20', '10.10'),
        (2, 'cancel', 3), (2, 'target', 'sell', '20', '11.00'),      # 12.00 on this row came before, perhaps
        (3, 'fill', 6, '11.50', '0.00', '1024.00', '0'),
        (3, 'cancel', 5)]
    # 3.5: an exit that waits leaves the stop; one that does not cancels both
    waiting = strategy(stop=lambda i, a, v: v.fill - 0.5, exits=[
        Exit('w', 'e', lambda i, a: i == 1, Terms('limit', limit=lambda i, a, v: 10.5, tif='gtc')), Exit('x', 'e', lambda i, a: i == 2)])
    yield waiting, [flat(1000), flat(1000), flat(1000), flat(1010)], [
        (0, 'entry', 'buy', '10', None),
        (1, 'fill', 1, '10.00', '0.00', '900.00', '10'),
        (1, 'stop', 'sell', '10', '9.50'),
        (1, 'exit', 'sell', '10', '10.50'),
        (2, 'cancel', 2), (2, 'cancel', 3),
        (2, 'exit', 'sell', '10', None),
        (3, 'fill', 4, '10.10', '0.00', '1001.00', '0')]
    # 4.1: a buy limit more than 5 % above the close, a target on the wrong side of it, and too large
    wrong = strategy(order=Terms('limit', limit=lambda i, a, v: 10.51), targets=[Target(lambda i, a, v: 10.5)])
    yield wrong, [flat(1000), flat(1000)], [(0, 'entry', 'buy', '10', '10.51', 'collar', 'target_side')]
