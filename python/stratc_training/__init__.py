"""Training of models for stratc: from the export of `stratc features` to an ONNX file with its sidecar."""
