"""The table that `stratc features` writes, as arrays in the order of time."""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as parquet


@dataclass(frozen=True)
class Export:
    """One row for each bar; `description` is the file's own (docs/models.md)."""

    description: dict
    inputs: np.ndarray  # rows x inputs, float32, as the model gets them
    label: np.ndarray  # float64, a condition 0 or 1
    is_condition: bool
    label_name: str
    time: np.ndarray  # ends of the bars, datetime64[us], UTC, ascending
    known: np.ndarray  # ends of the bars at which the labels are known

    @property
    def names(self) -> list[str]:
        return [each["name"] for each in self.description["inputs"]]


def read_export(path: str, label_name: str | None = None) -> Export:
    """Reads the Parquet file at `path`; the label must be named where it has several. Raises ValueError where it is no such file."""
    table = parquet.read_table(path)
    metadata = (table.schema.metadata or {}).get(b"stratc_features")
    if metadata is None:
        raise ValueError(f"{path} was not written by `stratc features -o FILE.parquet`")
    description = json.loads(metadata)
    labels = {each["name"]: each for each in description["labels"]}
    if label_name is None and len(labels) == 1:
        (label_name,) = labels
    if label_name not in labels:
        raise ValueError(f"which label? {path} has {', '.join(labels)}")
    if table.num_rows == 0:
        raise ValueError(f"{path} has no rows")
    columns = [table.column(f"input_{each['name']}").to_numpy() for each in description["inputs"]]
    return Export(
        description=description,
        inputs=np.column_stack(columns).astype(np.float32, copy=False),
        label=table.column(f"label_{label_name}").to_numpy().astype(np.float64),
        is_condition=labels[label_name]["type"] == "condition",
        label_name=label_name,
        time=table.column("time").to_numpy(),
        known=table.column("known").to_numpy(),
    )
