"""How neural models are run: on one thread, the same on every machine of a kind.

Two threads are slower than two processes of one thread each: they spin while they wait.
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
"""What a broken model, or input that a model does not take, ends in."""


def create_session(model: str | bytes) -> onnxruntime.InferenceSession:
    """A model, from its file or its bytes, ready to run.

    Raises:
        one of FAILURES: it can't be loaded.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = (
        False  # which plans memory for each length of line anew, and keeps it
    )
    return onnxruntime.InferenceSession(
        model, sess_options=options, providers=["CPUExecutionProvider"]
    )
