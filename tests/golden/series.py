"""The bars of one series as arrays of floats, and windows over them."""

import numpy as np


class Series:
    def __init__(self, bars, ticks):
        columns = np.array(bars, dtype=float).T
        self.open, self.high, self.low, self.close = (column / ticks for column in columns[:4])
        self.volume = columns[4]
        self.typical = (self.high + self.low + self.close) / 3
        self.median = (self.high + self.low) / 2
