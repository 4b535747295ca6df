"""
Trains a scikit-learn model on an export of `stratc features` and writes it with its sidecar.

    python train_sklearn.py train.parquet --kind boosting --model trend.onnx

Figures come from tests that follow their training in time (stratc_training/splitting.py); the model that is written is then trained on all rows.
Progress goes to stderr, the figures to stdout as JSON.
"""

import argparse
import json
import sys

import numpy as np
from skl2onnx import to_onnx
from sklearn.base import clone
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from stratc_training.export import Export, read_export
from stratc_training.scoring import pooled, score
from stratc_training.sidecar import write_model
from stratc_training.splitting import walk_forward

BOOSTING = {"n_estimators": 20, "max_depth": 2, "learning_rate": 0.1, "min_samples_leaf": 50, "random_state": 0}
FOREST = {"n_estimators": 100, "max_depth": 4, "min_samples_leaf": 50, "random_state": 0}
PERCEPTRON = {"hidden_layer_sizes": (8,), "activation": "tanh", "alpha": 0.01, "max_iter": 500, "random_state": 0}


def estimator(kind: str, is_condition: bool):
    """A model of this kind, small and regularized: there is little to learn in prices, and much to fit."""
    if kind == "boosting":
        return GradientBoostingClassifier(**BOOSTING) if is_condition else GradientBoostingRegressor(**BOOSTING)
    if kind == "forest":
        return RandomForestClassifier(**FOREST) if is_condition else RandomForestRegressor(**FOREST)
    if kind == "mlp":
        return make_pipeline(StandardScaler(), MLPClassifier(**PERCEPTRON) if is_condition else MLPRegressor(**PERCEPTRON))
    if not is_condition:
        raise ValueError("a logistic regression tells a condition, and this label is a number: take boosting, forest or mlp")
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1))


def answers(model, inputs: np.ndarray, is_condition: bool) -> np.ndarray:
    return model.predict_proba(inputs)[:, 1] if is_condition else model.predict(inputs)


def out_of_sample(model, export: Export, folds: int, embargo: int) -> dict[str, float]:
    scores, weights = [], []
    for number, (train, test) in enumerate(walk_forward(export.time, export.known, folds, embargo), start=1):
        if export.is_condition and len(np.unique(export.label[train])) < 2:
            raise ValueError("before the first test the label is always the same: more rows, or fewer folds")
        fitted = clone(model).fit(export.inputs[train], export.label[train])
        found = score(export.label[test], answers(fitted, export.inputs[test], export.is_condition), export.is_condition, export.label[train].mean())
        print(f"fold {number} of {folds}: {len(train)} rows, tested on {len(test)} from {np.datetime_as_string(export.time[test[0]], unit='D')}", file=sys.stderr, flush=True)
        scores.append(found)
        weights.append(len(test))
    return pooled(scores, weights)


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains a scikit-learn model on an export of `stratc features`.")
    parser.add_argument("export")
    parser.add_argument("--kind", choices=["logistic", "boosting", "forest", "mlp"], required=True)
    parser.add_argument("--label", help="the label to learn, where the export has several")
    parser.add_argument("--model", required=True, help="ONNX file to write, with its sidecar beside it")
    parser.add_argument("--model-version", default="1.0.0")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--embargo", type=int, default=0, help="bars between training and test")
    flags = parser.parse_args()
    try:
        export = read_export(flags.export, flags.label)
        model = estimator(flags.kind, export.is_condition)
        figures = out_of_sample(model, export, flags.folds, flags.embargo)
    except ValueError as error:
        sys.exit(f"error: {error}")
    print(f"training on all {len(export.label)} rows", file=sys.stderr, flush=True)
    model.fit(export.inputs, export.label.astype(np.int64) if export.is_condition else export.label)
    options = {id(model): {"zipmap": False}} if export.is_condition else None
    onnx = to_onnx(model, export.inputs[:1], name=flags.kind, options=options).SerializeToString()
    tensor, component = ("probabilities", 1) if export.is_condition else ("variable", 0)
    write_model(flags.model, onnx, export, tensor, component, flags.model_version, ["scikit-learn", "skl2onnx", "onnx", "numpy"])
    print(json.dumps({"kind": flags.kind, "label": export.label_name, "rows": len(export.label), "folds": flags.folds, "out_of_sample": figures}))


if __name__ == "__main__":
    main()
