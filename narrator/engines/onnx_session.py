"""Runs each neural model on one thread, so machines of the same kind give the same results.

Two threads in one process are slower than two processes of one thread each, because the threads
busy-wait for each other.
"""

from __future__ import annotations

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as state

MODEL_FAILURES: tuple[type[Exception], ...] = (
    OSError,
    RuntimeError,
    ValueError,
    state.EPFail,
    state.Fail,
    state.InvalidArgument,
    state.InvalidGraph,
    state.InvalidProtobuf,
    state.NoSuchFile,
    state.NotImplemented,
    state.RuntimeException,
)
"""The exceptions that a broken model, or input that the model rejects, can cause."""


def create_session(model: str | bytes) -> onnxruntime.InferenceSession:
    """Load a model from a file path or from bytes.

    Raises:
        one of MODEL_FAILURES: the model cannot be loaded.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The memory pattern is planned again for each new line length, and is never freed.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(
        model, sess_options=options, providers=["CPUExecutionProvider"]
    )
