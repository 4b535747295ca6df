"""Writes a model where a strategy looks for it: FILE.onnx and FILE.onnx.json beside it."""

import hashlib
import json
import os
from importlib.metadata import version

import numpy as np

from .export import Export


def write_model(path: str, onnx: bytes, export: Export, tensor: str, component: int, model_version: str, libraries: list[str]) -> None:
    """Both files or none that a strategy could read: the model's hash is in the sidecar, which is put in place last."""
    what = f"probability of {export.label_name}" if export.is_condition else f"expected {export.label_name}"
    sidecar = {
        "schema": "stratc-model/1.0",
        "version": model_version,
        "sha256": hashlib.sha256(onnx).hexdigest(),
        "features": [
            {"name": name, "mean": float(column.mean()), "deviation": float(column.std())}
            for name, column in zip(export.names, export.inputs.astype(np.float64).T)
        ],
        "output": {"name": export.description["output"], "tensor": tensor, "component": component, "meaning": what},
        "trained": {"from": instant(export.time.min()), "to": instant(export.known.max())},
        "libraries": {name: version(name) for name in libraries},
    }
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    for target, content in ((path, onnx), (f"{path}.json", f"{json.dumps(sidecar, indent=1)}\n".encode())):
        partial = f"{target}.partial"
        with open(partial, "wb") as file:
            file.write(content)
        os.replace(partial, target)


def instant(time: np.datetime64) -> str:
    return f"{np.datetime_as_string(time, unit='s')}Z"
