"""Results are kept by digest, whole or not at all."""

import os
from pathlib import Path

import pytest

from companion import store
from companion.store import Store


def test_a_result_is_computed_once(tmp_path: Path) -> None:
    calls = []
    for _ in range(2):
        assert Store(tmp_path).get("answer", lambda: calls.append(1) or 42) == 42
    assert len(calls) == 1


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[:-1], lambda whole: whole[:40] + b"x" + whole[41:], lambda _: b""]
)
def test_a_damaged_result_is_computed_again(tmp_path: Path, damage) -> None:
    Store(tmp_path).get("answer", lambda: list(range(100)))
    path = tmp_path / "answer.pickle"
    path.write_bytes(damage(path.read_bytes()))
    assert Store(tmp_path).get("answer", lambda: "computed again") == "computed again"
    assert Store(tmp_path).get("answer", lambda: "never") == "computed again"


def test_the_store_holds_what_is_whole_and_nothing_else(tmp_path: Path) -> None:
    assert not Store(tmp_path).holds("answer")
    Store(tmp_path).get("answer", lambda: 42)
    assert Store(tmp_path).holds("answer")
    (tmp_path / "answer.pickle").write_bytes(b"damaged")
    assert not Store(tmp_path).holds("answer")


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


def fill(folder: Path, text: str = "whole") -> None:
    with store.sealed(folder):
        folder.mkdir(exist_ok=True)
        (folder / "file").write_text(text)


def test_a_sealed_folder_keeps_what_was_left_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    fill(folder)
    with store.sealed(folder):
        assert (folder / "file").read_text() == "whole"


DAMAGE = {
    "a changed file": lambda folder: (folder / "file").write_text("damaged"),
    "a missing file": lambda folder: (folder / "file").unlink(),
    "a file too many": lambda folder: (folder / "half-written").touch(),
    "a missing seal": lambda folder: (folder / store.SEAL).unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_folder_is_emptied_before_it_is_used_again(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "folder"
    fill(folder)
    DAMAGE[damage](folder)
    with store.sealed(folder):
        assert not folder.exists()


def test_a_folder_whose_writer_was_interrupted_is_emptied_before_it_is_used_again(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    fill(folder)
    with pytest.raises(KeyboardInterrupt), store.sealed(folder):
        raise KeyboardInterrupt
    with store.sealed(folder):
        assert not folder.exists()


def folders(root: Path, names: str) -> dict[str, Path]:
    """Folders of one letter each, the first used longest ago."""
    made = {}
    for age, name in enumerate(names):
        made[name] = root / name
        made[name].mkdir()
        os.utime(made[name], (age, age))
    return made


def left(root: Path) -> str:
    return "".join(sorted(path.name for path in root.iterdir()))


def test_only_the_folders_used_last_are_kept(tmp_path: Path) -> None:
    folders(tmp_path, "abcde")
    store.let_go(tmp_path, keep=3)
    assert left(tmp_path) == "cde"


def test_a_folder_in_use_is_kept_however_old_and_then_counts_as_used_last(tmp_path: Path) -> None:
    made = folders(tmp_path, "abcde")
    store.let_go(tmp_path, keep=2, in_use={made["a"]})
    assert left(tmp_path) == "ade"
    store.let_go(tmp_path, keep=1)
    assert left(tmp_path) == "a"


def test_what_is_written_can_be_read_by_others_as_a_web_server_must(tmp_path: Path) -> None:
    store.write_aside(tmp_path / "file", b"words")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o644
