"""Features, each a plain list with one value a row; None where there is no value yet (or none at all, 6.8).

Prices come in as integer ticks and 10**d, because windows over prices are exact (6.6). Python's `/` between two ints
is the correctly rounded quotient. Everything between floats is IEEE float64 in the order written (6.7).
"""
import math

ONE = 1 << 72          # 6.6: the 128-bit fixed point


def floats(ticks, d):
    """6.1: `close` in an expression is ticks / 10^d, one division."""
    return [t / 10 ** d for t in ticks]


def back(xs, k):
    """x[k]"""
    return [None] * k + xs[:len(xs) - k]


def cross_up(a, b):
    """3.11; two rows are needed."""
    return [None if i == 0 or None in (a[i], b[i], a[i - 1], b[i - 1]) else a[i] > b[i] and a[i - 1] <= b[i - 1]
            for i in range(len(a))]


def cross_down(a, b):
    return [None if i == 0 or None in (a[i], b[i], a[i - 1], b[i - 1]) else a[i] < b[i] and a[i - 1] >= b[i - 1]
            for i in range(len(a))]


# ---- exact windows over prices (6.6, first part) --------------------------------------------------------------

def price_mean(ticks, n, d):
    return [sum(ticks[i - n + 1:i + 1]) / (n * 10 ** d) if i >= n - 1 else None for i in range(len(ticks))]


def price_variance(ticks, n, d):
    out = []
    for i in range(len(ticks)):
        if i < n - 1:
            out.append(None)
            continue
        w = ticks[i - n + 1:i + 1]
        out.append((n * sum(t * t for t in w) - sum(w) ** 2) / (n * n * 10 ** (2 * d)))
    return out


# ---- the other sums (6.6, second part) ------------------------------------------------------------------------

def fixed(x):
    """A float as a whole number of 2^-72, to nearest, ties to even."""
    numerator, denominator = x.as_integer_ratio()       # the denominator is a power of two
    if denominator <= ONE:
        return numerator * (ONE // denominator)
    shift = denominator // ONE
    quotient, rest = divmod(numerator, shift)
    if 2 * rest > shift or (2 * rest == shift and quotient % 2 == 1):
        quotient += 1
    return quotient


def unfixed(total):
    if abs(total) > 2 ** 54 * ONE:
        raise SystemExit('a sum beyond 2^54')
    return total / ONE


def mean(xs, n):
    """`mean` of any series that begins with its warm-up's Nones: the fixed-point sum, / n."""
    out = []
    for i in range(len(xs)):
        w = xs[i - n + 1:i + 1] if i >= n - 1 else [None]
        out.append(None if None in w else unfixed(sum(fixed(x) for x in w)) / n)
    return out


def session_sum(xs, sessions):
    """sum(x, since: session): the current session's values so far, this one included (6.9)."""
    out, total = [], 0
    for i, x in enumerate(xs):
        if i == 0 or sessions[i] != sessions[i - 1]:
            total = 0
        total += fixed(x)
        out.append(unfixed(total))
    return out


# ---- recursions (6.10): the seed on its first row, the step from then on --------------------------------------

def rec(seed, xs, step):
    """`rec y = seed S then T`, T = step(prev, x). For ema and rma: W(S) = W(x) + n - 1 >= W(T) - 1, so S decides."""
    out, prev = [], None
    for s, x in zip(seed, xs):
        prev = s if prev is None else step(prev, x)
        out.append(prev)
    return out


def price_ema(ticks, n, d):
    k = 2 / (n + 1)
    return rec(price_mean(ticks, n, d), floats(ticks, d), lambda prev, x: prev + k * (x - prev))


def rma(xs, n):
    return rec(mean(xs, n), xs, lambda prev, x: prev + (x - prev) / n)


def rsi(xs, n):
    change = [None] + [xs[i] - xs[i - 1] for i in range(1, len(xs))]
    gain = rma([None if c is None else max(c, 0.0) for c in change], n)
    loss = rma([None if c is None else max(-c, 0.0) for c in change], n)
    return [None if g is None else 100.0 if l == 0 else 100 - 100 / (1 + g / l) for g, l in zip(gain, loss)]


def true_range(high, low, close):
    return [None] + [max(high[i], close[i - 1]) - min(low[i], close[i - 1]) for i in range(1, len(close))]


def atr(high, low, close, n):
    return rma(true_range(high, low, close), n)


# ---- the rest -------------------------------------------------------------------------------------------------

def bollinger(ticks, n, k, d):
    """(middle, upper, lower)"""
    middle = price_mean(ticks, n, d)
    sd = [None if v is None else math.sqrt(v) for v in price_variance(ticks, n, d)]
    upper = [None if m is None else m + k * s for m, s in zip(middle, sd)]
    lower = [None if m is None else m - k * s for m, s in zip(middle, sd)]
    return middle, upper, lower


def roc(xs, n):
    return [None if p is None or p == 0 else x / p - 1 for x, p in zip(xs, back(xs, n))]


def vwap_session(high, low, close, volume, sessions):
    typical = [(h + l + c) / 3 for h, l, c in zip(high, low, close)]
    value = session_sum([t * v for t, v in zip(typical, volume)], sessions)
    shares = session_sum(volume, sessions)
    return [None if s == 0 else v / s for v, s in zip(value, shares)]      # 6.8
