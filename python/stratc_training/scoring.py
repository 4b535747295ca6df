"""Out-of-sample figures of answers against what came."""

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import log_loss, r2_score, roc_auc_score


def score(label: np.ndarray, answer: np.ndarray, is_condition: bool, train_mean: float) -> dict[str, float]:
    """
    For a condition the log loss, that of always answering the share of training, the area under the ROC curve (0.5 is chance) and the share told right;
    for a number R squared against the mean of training, and Spearman's rank correlation.
    """
    if not is_condition:
        against = np.full_like(label, train_mean)
        residual, spread = np.square(label - answer).sum(), np.square(label - against).sum()
        return {"r2": float(1 - residual / spread), "r2_own_mean": float(r2_score(label, answer)), "rank_correlation": float(spearmanr(label, answer).statistic)}
    return {
        "log_loss": float(log_loss(label, answer, labels=[0, 1])),
        "log_loss_of_share": float(log_loss(label, np.full_like(label, train_mean), labels=[0, 1])),
        "auc": float(roc_auc_score(label, answer)) if len(np.unique(label)) == 2 else float("nan"),
        "accuracy": float(np.mean((answer > 0.5) == (label > 0.5))),
    }


def pooled(scores: list[dict[str, float]], weights: list[int]) -> dict[str, float]:
    """The mean of each figure over the folds that have it, by their rows: a label that never changes in a test has no curve, nor have equal answers a rank."""
    figures = {}
    for name in scores[0]:
        found = [(each[name], weight) for each, weight in zip(scores, weights) if np.isfinite(each[name])]
        if found:
            values, rows = zip(*found)
            figures[name] = float(np.average(values, weights=rows))
    return figures
