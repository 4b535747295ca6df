"""Expected values of the statistics of research, computed with numpy and scipy from the formulas of their papers.

Writes values/statistics.json with the series they are of. Needs numpy and scipy:
python -m venv venv && venv/bin/pip install numpy scipy && venv/bin/python tests/golden/statistics.py
"""

import itertools
import json
from pathlib import Path

import numpy as np
from scipy import stats

rng = np.random.default_rng(20140714)


def sharpe(returns):
    deviation = np.std(returns, ddof=1)
    return float(np.mean(returns) / deviation) if deviation > 1e-9 else 0.0


def psr(returns, benchmark):
    """Bailey and Lopez de Prado (2012), equation 7; kurtosis is not in excess of 3."""
    s, g3, g4 = sharpe(returns), stats.skew(returns), stats.kurtosis(returns, fisher=False)
    return float(stats.norm.cdf((s - benchmark) * np.sqrt(len(returns) - 1) / np.sqrt(1 - g3 * s + (g4 - 1) / 4 * s * s)))


def expected_maximum(trials, variance):
    """Bailey and Lopez de Prado (2014), equation 1."""
    gamma = np.euler_gamma
    return float(
        np.sqrt(variance) * ((1 - gamma) * stats.norm.ppf(1 - 1 / trials) + gamma * stats.norm.ppf(1 - 1 / (trials * np.e)))
    )


def cscv(matrix, blocks):
    """Bailey, Borwein, Lopez de Prado and Zhu (2017), section 3: rows are periods, columns trials."""
    rows = [np.arange(len(matrix) * i // blocks, len(matrix) * (i + 1) // blocks) for i in range(blocks)]
    below = lost = splits = 0
    for half in itertools.combinations(range(blocks), blocks // 2):
        inside = np.concatenate([rows[i] for i in half])
        outside = np.concatenate([rows[i] for i in range(blocks) if i not in half])
        a = np.array([sharpe(matrix[inside, j]) for j in range(matrix.shape[1])])
        b = np.array([sharpe(matrix[outside, j]) for j in range(matrix.shape[1])])
        best = int(np.argmax(a))
        omega = stats.rankdata(b)[best] / (matrix.shape[1] + 1)
        below += omega <= 0.5
        lost += b[best] < 0
        splits += 1
    return {"probability": below / splits, "loss_probability": lost / splits, "splits": splits}


def main():
    skewed = np.round(rng.gamma(2, 0.01, 250) - 0.019, 8)
    fat = np.round(rng.standard_t(4, 400) * 0.01 + 0.0008, 8)
    noise = np.round(rng.normal(0, 0.01, (203, 9)), 8)
    edge = np.round(rng.normal(0, 0.01, (203, 9)) + np.linspace(0, 0.003, 9), 8)
    edge[:, 4] = 0
    points = [-37.5, -8, -5, -2.5, -1, -0.1, 0, 1e-9, 0.3, 1, 1.96, 2.49, 3.53, 3.54, 5, 8]
    shares = [1e-300, 1e-12, 0.001, 0.025, 0.2, 0.5, 0.77, 0.975, 0.999, 1 - 1e-9]
    values = {
        "probability": [[x, float(stats.norm.cdf(x))] for x in points],
        "quantile": [[p, float(stats.norm.ppf(p))] for p in shares],
        "series": [
            {
                "returns": list(series),
                "sharpe": sharpe(series),
                "skewness": float(stats.skew(series)),
                "kurtosis": float(stats.kurtosis(series, fisher=False)),
                "above": [[benchmark, psr(series, benchmark)] for benchmark in (0, 0.05, -0.1)],
            }
            for series in (skewed, fat)
        ],
        "expected_maximum": [[n, v, expected_maximum(n, v)] for n, v in ((2, 1), (10, 0.25), (1000, 0.002), (100_000, 1e-4))],
        "cscv": [{"blocks": 8, "matrix": m.tolist(), **cscv(m, 8)} for m in (noise, edge)],
    }
    (Path(__file__).parent / "values" / "statistics.json").write_text(json.dumps(values) + "\n")


main()
