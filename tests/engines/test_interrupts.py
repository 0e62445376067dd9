import signal
import threading

import pytest

from narrator.engines.interrupts import defer_interrupts


def test_what_is_within_comes_to_its_end_before_it_is_interrupted():
    done = []

    def work():
        with defer_interrupts():
            signal.raise_signal(signal.SIGINT)
            done.append("the whole")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["the whole"]


def test_an_error_within_is_told_and_later_interrupts_count_again():
    with pytest.raises(ValueError, match="within"), defer_interrupts():
        raise ValueError("within")
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_who_ignores_interrupts_goes_on_ignoring_them():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with defer_interrupts():
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_are_left_alone():
    done = []

    def work():
        with defer_interrupts():
            done.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [signal.default_int_handler]
