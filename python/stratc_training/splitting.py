"""Splits by time, none of whose tests was seen in training."""

from collections.abc import Iterator

import numpy as np


def walk_forward(time: np.ndarray, known: np.ndarray, folds: int, embargo: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """
    Row indices of training and test, `folds` times. The instants are cut into `folds` + 1 blocks of the same length; each but the first is a test, and
    what comes before it is its training. Purged: a row is trained on only if its label is known before the test begins. Embargo: the test begins
    `embargo` instants after its block does, so that what lingers in windows is not shared.
    """
    instants = np.unique(time)
    blocks = np.array_split(instants, folds + 1)
    for block in blocks[1:]:
        tested = block[embargo:]
        if len(tested) == 0:
            raise ValueError(f"an embargo of {embargo} leaves nothing of tests of {len(block)} bars")
        train = np.flatnonzero(known < block[0])
        test = np.flatnonzero((time >= tested[0]) & (time <= tested[-1]))
        if len(train) == 0:
            raise ValueError("too few rows: nothing is known before the first test begins")
        yield train, test
