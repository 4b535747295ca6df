"""Splits by time, on rows that can be counted by hand: `python -m unittest discover -s python`."""

import unittest

import numpy as np

from stratc_training.splitting import walk_forward


def instants(first: int, count: int) -> np.ndarray:
    return np.datetime64("2020-01-01T00:00:00", "us") + np.arange(first, first + count) * np.timedelta64(1, "D")


class WalkForward(unittest.TestCase):
    def test_purges_rows_whose_label_is_known_only_in_the_test(self):
        folds = list(walk_forward(instants(0, 12), instants(3, 12), folds=2, embargo=0))
        self.assertEqual([(list(train), list(test)) for train, test in folds], [([0], [4, 5, 6, 7]), ([0, 1, 2, 3, 4], [8, 9, 10, 11])])

    def test_leaves_an_embargo_before_the_test(self):
        folds = list(walk_forward(instants(0, 12), instants(1, 12), folds=2, embargo=3))
        self.assertEqual([(list(train), list(test)) for train, test in folds], [([0, 1, 2], [7]), (list(range(7)), [11])])

    def test_keeps_the_bars_of_one_instant_together(self):
        time, known = np.repeat(instants(0, 6), 2), np.repeat(instants(1, 6), 2)
        ((train, test),) = walk_forward(time, known, folds=1, embargo=0)
        self.assertEqual((list(train), list(test)), ([0, 1, 2, 3], [6, 7, 8, 9, 10, 11]))

    def test_refuses_what_leaves_nothing(self):
        with self.assertRaisesRegex(ValueError, "leaves nothing"):
            list(walk_forward(instants(0, 12), instants(1, 12), folds=2, embargo=4))
        with self.assertRaisesRegex(ValueError, "too few rows"):
            list(walk_forward(instants(0, 4), instants(3, 4), folds=3, embargo=0))


if __name__ == "__main__":
    unittest.main()
