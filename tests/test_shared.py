"""What the processes of a run share is made once, whole or not at all."""

import multiprocessing
from pathlib import Path

import pytest

from tests.shared import once


def test_what_is_there_is_not_made_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    made: list[Path] = []
    first = once(tmp_path_factory, "a-thing", made.append)
    assert once(tmp_path_factory, "a-thing", made.append) == first
    assert made == [first] and first.is_dir()


def test_what_could_not_be_made_is_tried_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    def fail(_folder: Path) -> None:
        raise OSError("no room")

    for _ in range(2):
        with pytest.raises(OSError, match="no room"):
            once(tmp_path_factory, "another-thing", fail)
    made: list[Path] = []
    once(tmp_path_factory, "another-thing", made.append)
    assert len(made) == 1


def test_of_many_processes_one_makes_it_and_the_others_wait(tmp_path_factory: pytest.TempPathFactory) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_slowly, args=(tmp_path_factory,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(20)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]


def _slowly(tmp_path_factory: pytest.TempPathFactory) -> None:
    def make(folder: Path) -> None:
        (folder / "number").open("x").close()  # a second time would fail

    folder = once(tmp_path_factory, "a-number", make)
    assert (folder / "number").is_file()
