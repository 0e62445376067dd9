"""A lane runs the most urgent task first, and drops what nobody waits for any more."""

import threading

import pytest

from narrator.studio.task_lane import TaskLane, Urgency


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
