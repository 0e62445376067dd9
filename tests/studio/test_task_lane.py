"""A lane runs the most urgent task first, and drops what nobody waits for any more."""

import threading

import pytest

from narrator.errors import SynthesisError
from narrator.studio.task_lane import SpeechLanes, TaskLane, Urgency


def test_what_somebody_waits_for_comes_before_what_is_likely_to_be_heard() -> None:
    lane, gate, order = TaskLane("test"), threading.Event(), list[str]()
    lane.submit(Urgency.NOW, gate.wait)
    futures = [
        lane.submit(urgency, lambda name=name: order.append(name))
        for urgency, name in (
            (Urgency.IDLE, "idle"),
            (Urgency.LIKELY, "likely"),
            (Urgency.NOW, "now"),
        )
    ]
    gate.set()
    for future in futures:
        future.result(timeout=10)
    assert order == ["now", "likely", "idle"]
    lane.close()


def test_old_likely_tasks_are_cancelled_and_errors_belong_to_whoever_waits() -> None:
    lane, gate = TaskLane("test"), threading.Event()
    lane.submit(Urgency.NOW, gate.wait)
    likely = [lane.submit(Urgency.LIKELY, lambda: 1) for _ in range(12)]
    failing = lane.submit(Urgency.NOW, lambda: 1 // 0)
    gate.set()
    with pytest.raises(ZeroDivisionError):
        failing.result(timeout=10)
    assert likely[0].cancelled()
    assert likely[-1].result(timeout=10) == 1
    lane.close()


def test_an_engine_that_hangs_blocks_no_other_and_its_own_lines_only_for_a_while() -> None:
    lanes, gate = SpeechLanes(max_seconds=0.2), threading.Event()
    hanging = lanes.submit("mute", Urgency.NOW, gate.wait)
    waiting = lanes.submit("mute", Urgency.NOW, lambda: "spoken")
    assert lanes.submit("other", Urgency.NOW, lambda: 1).result(timeout=10) == 1
    with pytest.raises(SynthesisError, match=r"mute has not answered for 0\.2 seconds"):
        hanging.result(timeout=10)
    assert waiting.result(timeout=10) == "spoken"
    gate.set()  # the answer that comes too late is ignored, and its thread ends
    assert lanes.submit("mute", Urgency.NOW, lambda: 2).result(timeout=10) == 2
    lanes.close()
