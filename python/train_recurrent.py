"""
Trains a small recurrent net (a GRU) on an export of `stratc features` and writes it with its sidecar, as train_sklearn.py does for its models.

    python train_recurrent.py train.parquet --steps 10 --model recurrent.onnx

A model has no memory between bars: the net reads a row as `--steps` bars of the same inputs, the oldest first, so the strategy gives it a window:
`input { r9: r[9], v9: v[9], r8: r[8], v8: v[8], ... r0: r, v0: v }`. onnxruntime runs it (`onnx`), the kernel does not know recurrent nets.
"""

import argparse
import io
import json
import sys

import numpy as np
import torch

from stratc_training.export import Export, read_export
from stratc_training.scoring import pooled, score
from stratc_training.sidecar import write_model
from stratc_training.splitting import walk_forward

HIDDEN = 8
EPOCHS = 30
BATCH = 256


class Recurrent(torch.nn.Module):
    """Standardized inputs through a GRU; the answer is a probability."""

    def __init__(self, steps: int, mean: np.ndarray, deviation: np.ndarray):
        super().__init__()
        self.shape = (-1, steps, len(mean) // steps)
        self.register_buffer("mean", torch.from_numpy(mean))
        self.register_buffer("deviation", torch.from_numpy(np.where(deviation > 0, deviation, 1)))
        self.memory = torch.nn.GRU(self.shape[2], HIDDEN, batch_first=True)
        self.last = torch.nn.Linear(HIDDEN, 1)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        scaled = ((rows - self.mean) / self.deviation).reshape(self.shape)
        _, state = self.memory(scaled)
        return torch.sigmoid(self.last(state[0]))


def trained(inputs: np.ndarray, label: np.ndarray, steps: int) -> Recurrent:
    torch.manual_seed(0)
    model = Recurrent(steps, inputs.mean(axis=0), inputs.std(axis=0))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003, weight_decay=0.01)
    rows, wanted = torch.from_numpy(inputs), torch.from_numpy(label.astype(np.float32))[:, None]
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(rows)).split(BATCH):
            optimizer.zero_grad()
            torch.nn.functional.binary_cross_entropy(model(rows[batch]), wanted[batch]).backward()
            optimizer.step()
    return model.eval()


def out_of_sample(export: Export, steps: int, folds: int, embargo: int) -> dict[str, float]:
    scores, weights = [], []
    for number, (train, test) in enumerate(walk_forward(export.time, export.known, folds, embargo), start=1):
        model = trained(export.inputs[train], export.label[train], steps)
        with torch.no_grad():
            answer = model(torch.from_numpy(export.inputs[test])).numpy()[:, 0].astype(np.float64)
        scores.append(score(export.label[test], answer, True, export.label[train].mean()))
        weights.append(len(test))
        print(f"fold {number} of {folds}: {len(train)} rows, tested on {len(test)}", file=sys.stderr, flush=True)
    return pooled(scores, weights)


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains a recurrent net on an export of `stratc features`.")
    parser.add_argument("export")
    parser.add_argument("--steps", type=int, required=True, help="bars in a row of inputs")
    parser.add_argument("--label", help="the label to learn, a condition, where the export has several")
    parser.add_argument("--model", required=True, help="ONNX file to write, with its sidecar beside it")
    parser.add_argument("--model-version", default="1.0.0")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--embargo", type=int, default=0, help="bars between training and test")
    flags = parser.parse_args()
    torch.set_num_threads(1)
    try:
        export = read_export(flags.export, flags.label)
        if not export.is_condition:
            raise ValueError(f"{export.label_name} is a number: this net tells a condition")
        if len(export.names) % flags.steps != 0:
            raise ValueError(f"{len(export.names)} inputs are not {flags.steps} bars of the same inputs")
        figures = out_of_sample(export, flags.steps, flags.folds, flags.embargo)
    except ValueError as error:
        sys.exit(f"error: {error}")
    print(f"training on all {len(export.label)} rows", file=sys.stderr, flush=True)
    model = trained(export.inputs, export.label, flags.steps)
    onnx = io.BytesIO()
    any_count = {"rows": {0: "n"}, "probability": {0: "n"}}
    torch.onnx.export(
        model, (torch.from_numpy(export.inputs[:1]),), onnx, input_names=["rows"], output_names=["probability"], dynamic_axes=any_count, dynamo=False
    )
    write_model(flags.model, onnx.getvalue(), export, "probability", 0, flags.model_version, ["torch", "onnx", "numpy"])
    print(json.dumps({"kind": "recurrent", "label": export.label_name, "rows": len(export.label), "folds": flags.folds, "out_of_sample": figures}))


if __name__ == "__main__":
    main()
