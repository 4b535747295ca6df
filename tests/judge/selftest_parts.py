"""Hand-computed cases of fills in parts, of a touch, of a time in force of seconds (3.13, 3.19, 5.1, 5.3, 5.5). Every row has a volume of 100."""
from fractions import Fraction

from nyse import SECOND
from rules import Exit, Span, Target, Terms
from selftest_orders import flat, strategy


def settled(case, **settings):
    return type('Settled', (case,), settings)


def cases():
    """(strategy, bars, what `selftest.brief` makes of it)"""
    # 3.19: 6 shares a row. The average is 10.40: stop and target are placed anew. 5.5: what is left of a stop is a market order.
    # 5.3: 0.021 -> 0.03; 0.035 -> 0.04, of which 0.03 is paid; sold: 0.007, 0.028, 0.035
    bracket = strategy(stop=lambda i, a, v: v.fill - 0.5, targets=[Target(lambda i, a, v: v.fill + 1)])
    yield settled(bracket, volume_cap=0.06, fees=('per_share', Fraction('0.0035'))), \
        [flat(1000), flat(1000), (1100, 1100, 985, 1000), (980, 1200, 980, 1000), flat(970)], [
        (0, 'entry', 'buy', '10', None),
        (1, 'fill', 1, '10.00', '0.03', '939.97', '6'),
        (1, 'stop', 'sell', '6', '9.50'), (1, 'target', 'sell', '6', '11.00'),
        (2, 'fill', 1, '11.00', '0.01', '895.96', '10'),
        (2, 'cancel', 2), (2, 'stop', 'sell', '10', '9.90'),
        (2, 'cancel', 3), (2, 'target', 'sell', '10', '11.40'),
        (2, 'fill', 4, '9.90', '0.01', '915.75', '8'), (2, 'resize', 5, '8'),
        (3, 'fill', 4, '9.80', '0.02', '974.53', '2'), (3, 'resize', 5, '2'),
        (4, 'fill', 4, '9.70', '0.01', '993.92', '0'), (4, 'cancel', 5)]
    # 3.19: a part at the same price lets the stop grow; what an exit leaves is covered again, at the price of before
    left = strategy(stop=lambda i, a, v: v.fill - 0.5, exits=[Exit('x', 'e', lambda i, a: i == 2, Terms(tif=1))])
    yield settled(left, volume_cap=0.06), [flat(1000), flat(1000), flat(1000), flat(1000), (1000, 1000, 940, 1000)], [
        (0, 'entry', 'buy', '10', None),
        (1, 'fill', 1, '10.00', '0.00', '940.00', '6'), (1, 'stop', 'sell', '6', '9.50'),
        (2, 'fill', 1, '10.00', '0.00', '900.00', '10'), (2, 'resize', 2, '10'),
        (2, 'cancel', 2), (2, 'exit', 'sell', '10', None),
        (3, 'fill', 3, '10.00', '0.00', '960.00', '4'), (3, 'expire', 3), (3, 'stop', 'sell', '4', '9.50'),
        (4, 'fill', 4, '9.50', '0.00', '998.00', '0')]
    # 3.13, 5.5: a fok that does not fit does not fill, an ioc as far as it fits
    for tif, fills in (('fok', [(1, 'expire', 1)]), ('ioc', [(1, 'fill', 1, '10.00', '0.00', '940.00', '6'), (1, 'expire', 1)])):
        yield settled(strategy(order=Terms(tif=tif)), volume_cap=0.06), [flat(1000), flat(1000)], [(0, 'entry', 'buy', '10', None), *fills]
    # 5.1: a touch
    limit = strategy(order=Terms('limit', limit=lambda i, a, v: 9.9, tif=Span(90 * SECOND)))
    yield settled(limit, touch=True), [flat(1000), (1000, 1000, 990, 1000)], [
        (0, 'entry', 'buy', '10', '9.90'), (1, 'fill', 1, '9.90', '0.00', '901.00', '10')]
    # 3.13: after 90 seconds comes the middle of the second row: its open counts, what lies inside it does not
    yield limit, [flat(1000), (1000, 1000, 990, 1000), (1000, 1000, 980, 990)], [(0, 'entry', 'buy', '10', '9.90'), (2, 'expire', 1)]
    yield limit, [flat(1000), (1000, 1000, 990, 1000), (989, 1000, 980, 990)], [
        (0, 'entry', 'buy', '10', '9.90'), (2, 'fill', 1, '9.89', '0.00', '901.10', '10')]
    short = strategy(order=Terms('limit', limit=lambda i, a, v: 9.9, tif=Span(30 * SECOND)))
    yield short, [flat(1000), flat(1000), flat(980)], [(0, 'entry', 'buy', '10', '9.90'), (1, 'expire', 1)]
