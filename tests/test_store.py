"""Results are kept by digest, whole or not at all."""

import os
from pathlib import Path

import pytest

from companion import store
from companion.store import Store

STATE = "a" * 64


def test_a_result_is_computed_once(tmp_path: Path) -> None:
    calls = []
    for _ in range(2):
        assert Store(tmp_path).get("answer", STATE, lambda: calls.append(1) or 42) == 42
    assert len(calls) == 1


def test_another_state_has_a_result_of_its_own(tmp_path: Path) -> None:
    assert Store(tmp_path).get("answer", STATE, lambda: 42) == 42
    assert Store(tmp_path).get("answer", "b" * 64, lambda: 43) == 43
    assert Store(tmp_path).get("answer", STATE, lambda: 44) == 42


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[:-1], lambda whole: whole[:40] + b"x" + whole[41:], lambda _: b""]
)
def test_a_damaged_result_is_computed_again(tmp_path: Path, damage) -> None:
    Store(tmp_path).get("answer", STATE, lambda: list(range(100)))
    (path,) = tmp_path.glob("answer/*.pickle")
    path.write_bytes(damage(path.read_bytes()))
    assert Store(tmp_path).get("answer", STATE, lambda: "computed again") == "computed again"
    assert Store(tmp_path).get("answer", STATE, lambda: "never") == "computed again"


def test_the_store_holds_what_is_whole_and_nothing_else(tmp_path: Path) -> None:
    assert not Store(tmp_path).holds("answer", STATE)
    assert Store(tmp_path).find("answer", STATE) is None
    Store(tmp_path).put("answer", STATE, 42)
    assert Store(tmp_path).holds("answer", STATE)
    assert Store(tmp_path).find("answer", STATE) == 42
    (path,) = tmp_path.glob("answer/*.pickle")
    path.write_bytes(b"damaged")
    assert not Store(tmp_path).holds("answer", STATE)


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    store.write_aside(path, b"old")

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.write_aside(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_the_digest_depends_on_where_one_part_ends() -> None:
    assert store.digest([b"ab", b"c"]) != store.digest([b"a", b"bc"])


def test_the_digest_of_files_does_not_depend_on_their_order_but_on_name_and_content(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    two.write_text("2")
    before = store.digest_files([one, two], tmp_path)
    assert store.digest_files([two, one], tmp_path) == before
    one.write_text("2")
    two.write_text("1")
    assert store.digest_files([one, two], tmp_path) != before


def states(folder: Path, letters: str) -> Store:
    """A store with a result of one step for each letter, the first used longest ago."""
    kept = Store(folder)
    for age, letter in enumerate(letters):
        kept.put("answer", letter * 64, letter)
        (path,) = folder.glob(f"answer/{letter}*")
        os.utime(path, (age, age))
    return kept


def left(folder: Path) -> str:
    return "".join(sorted(path.name[0] for path in folder.glob("answer/*")))


def test_only_the_results_used_last_are_kept_of_each_step(tmp_path: Path) -> None:
    kept = states(tmp_path, "abcde")
    kept.put("other", STATE, 42)
    kept.let_go(3)
    assert left(tmp_path) == "cde"
    assert kept.holds("other", STATE)


def test_of_a_step_that_is_named_another_number_is_kept(tmp_path: Path) -> None:
    kept = states(tmp_path, "abcde")
    for state in "ab":
        kept.put("other", state * 64, 42)
    kept.let_go(5, {"answer": 1})
    assert left(tmp_path) == "e"
    assert all(kept.holds("other", state * 64) for state in "ab")


def test_a_result_that_is_read_counts_as_used_last(tmp_path: Path) -> None:
    kept = states(tmp_path, "abcde")
    kept.find("answer", "a" * 64)
    kept.let_go(2)
    assert left(tmp_path) == "ae"


def test_what_is_written_can_be_read_by_others_as_a_web_server_must(tmp_path: Path) -> None:
    store.write_aside(tmp_path / "file", b"words")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o644
