"""What the scripts of the peers share: the bars they are given, and the one line they answer with.

Every script is called as `python NAME.py FILE ROWS WORKLOAD`: FILE holds float64 columns back to back (bar end in milliseconds, open, high, low, close,
volume), ROWS says how many bars.
"""
import json
import resource
import sys
import time

import numpy
import pandas


def arguments():
    """The bars as a data frame, and the name of the workload."""
    file, rows, workload = sys.argv[1:4]
    columns = numpy.fromfile(file, dtype=numpy.float64).reshape(6, int(rows))
    index = pandas.to_datetime(columns[0], unit="ms")
    names = ["open", "high", "low", "close", "volume"]
    return pandas.DataFrame(dict(zip(names, columns[1:])), index=index), workload


def answer(run, rows):
    """Runs twice, the second time warm, and prints seconds, round trips, the net profit at the last close and the peak of memory."""
    seconds = []
    for _ in range(2):
        begun = time.perf_counter()
        round_trips, net_profit = run()
        seconds.append(time.perf_counter() - begun)
    report = {
        "rows": rows,
        "first_seconds": seconds[0],
        "warm_seconds": seconds[1],
        "round_trips": int(round_trips),
        "net_profit": round(float(net_profit), 2),
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(report))
