"""Runs each neural model on one thread, so machines of the same kind give the same results.

Two threads in one process are slower than two processes of one thread each, because the threads
busy-wait for each other. A voice may ask for a graphics card or a neural processor instead.
"""

from __future__ import annotations

from functools import cache

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


_PROVIDERS = {"cuda": "CUDAExecutionProvider", "coreml": "CoreMLExecutionProvider"}
"""What onnxruntime calls the devices beside the processor, best first."""


def choose_device(device: str) -> str:
    """Return the device on which models run here: `cpu` if the requested one is not available.

    Args:
        device: one of `voice_validation.DEVICES`; `auto` takes the best one that is available.
    """
    candidates = tuple(_PROVIDERS) if device == "auto" else (device,)
    available = onnxruntime.get_available_providers()
    return next((name for name in candidates if _PROVIDERS.get(name) in available), "cpu")


def create_session(model: str | bytes, device: str = "cpu") -> onnxruntime.InferenceSession:
    """Load a model from a file path or from bytes.

    Args:
        model: the path or the bytes.
        device: what `choose_device` returned; the processor runs what the device can't.

    Raises:
        one of MODEL_FAILURES: the model cannot be loaded.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The memory pattern is planned again for each new line length, and is never freed.
    options.enable_mem_pattern = False
    devices = [_PROVIDERS[device]] if device in _PROVIDERS else []
    return onnxruntime.InferenceSession(
        model, sess_options=options, providers=[*devices, "CPUExecutionProvider"]
    )


@cache
def release_after_run() -> onnxruntime.RunOptions:
    """Return the options of a run after which a session keeps no memory for the next.

    A session that never keeps memory takes it value by value from the C library, which is slower,
    and leaves gaps that no other value fits into.
    """
    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options
