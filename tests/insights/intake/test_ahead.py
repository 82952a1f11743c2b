import gc
import threading

import pytest

from insights.intake.ahead import ahead, collected_by_batch


class Counting:
    """Counts from 1, and remembers how far it has come, where it ran and whether it was closed."""

    def __init__(self, last=100, fails_at=None):
        self.last, self.fails_at = last, fails_at
        self.reached, self.ran_in, self.closed_in = 0, set(), None

    def begin(self):
        try:
            for number in range(1, self.last + 1):
                if number == self.fails_at:
                    raise ValueError("no more")
                self.reached = number
                self.ran_in.add(threading.get_ident())
                yield number
        finally:
            self.closed_in = threading.get_ident()


def test_items_come_in_order_and_all_of_them():
    with ahead(Counting(50).begin) as items:
        assert list(items) == list(range(1, 51))


def test_it_is_one_item_ahead_and_never_further():
    counting = Counting()
    with ahead(counting.begin) as items:
        for item in items:
            assert counting.reached - item in (0, 1)
            if item == 20:
                break
    assert counting.reached in (20, 21)


def test_the_next_item_is_made_while_this_one_is_in_hand():
    second_is_made = threading.Event()

    def begin():
        yield 1
        second_is_made.set()
        yield 2

    with ahead(begin) as items:
        assert next(items) == 1
        assert second_is_made.wait(10)


def test_the_generator_runs_and_is_closed_in_a_thread_of_its_own():
    counting = Counting()
    with ahead(counting.begin) as items:
        next(items)
    assert counting.ran_in == {counting.closed_in}
    assert counting.closed_in != threading.get_ident()


def test_an_error_comes_after_the_items_before_it():
    with ahead(Counting(fails_at=4).begin) as items:
        assert [next(items), next(items), next(items)] == [1, 2, 3]
        with pytest.raises(ValueError, match="no more"):
            next(items)


def test_who_takes_the_items_may_fail_and_leaves_no_thread_behind():
    counting, threads = Counting(), threading.active_count()

    def take_and_fail():
        with ahead(counting.begin) as items:
            raise KeyError(next(items))

    with pytest.raises(KeyError):
        take_and_fail()
    assert counting.closed_in is not None
    assert threading.active_count() == threads


def test_the_collector_of_cycles_is_held_back_and_let_go_again():
    assert gc.isenabled()
    with collected_by_batch() as collect:
        assert not gc.isenabled()
        collect()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_frees_the_cycles_of_a_batch():
    freed = threading.Event()

    class Cycle:
        def __init__(self):
            self.me = self

        def __del__(self):
            freed.set()

    with collected_by_batch() as collect:
        Cycle()
        collect()
        assert freed.is_set()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with collected_by_batch():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
