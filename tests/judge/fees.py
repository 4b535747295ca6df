"""Fees of a fill (5.3), and Alpaca's regulatory ones (8)."""
import math
from fractions import Fraction

import nyse
from numbers_out import BUY

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


def is_covered(end):
    """Whether section 8 has rates for a fill in a bar with that end."""
    day = nyse.new_york_date(end - 1).isoformat()
    return any(r[0] <= day <= r[1] for r in SEC_RATE) and any(r[0] <= day <= r[1] for r in TAF_RATE)


def fee_of(fees, s, end, side, quantity, value):
    """5.3, of all that an order has filled on one date, in money of scale s, rounded up to it; `value` is the sum of quantity x price in the same
    money, `end` the bar's."""
    kind = fees[0]
    if kind == 'none':
        return 0
    if kind == 'per_share':
        return math.ceil(fees[1] * quantity * 10 ** s)
    if kind == 'of_value':
        return math.ceil(fees[1] * value)
    return alpaca_cents(nyse.new_york_date(end - 1), side, quantity, Fraction(value, 10 ** s)) * 10 ** (s - 2)
