"""What can influence a result is found in the source: no module of the closure is missed, and none outside counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion import store
from companion.closure import Package

FILES = {
    "__init__.py": "",
    "far.py": "VALUE = 1\n",
    "near.py": "from planted import far\n",
    "aside.py": "VALUE = 2\n",
    "room/__init__.py": "",
    "room/first.py": "from planted.near import far\n",
    "room/inner.py": "VALUE = 3\n",
    "room/style.mplstyle": "axes.grid: False\n",
    "room/r/script.R": "1 + 1\n",
    "words/__init__.py": "",
    "words/en/room.yml": "key: words\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package with a chain of imports, a module beside it, and files that are no modules."""
    for name, text in FILES.items():
        file = tmp_path / "planted" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "planted"


def digest(folder: Path, module: str = "planted.room.first") -> str:
    return store.digest_files(Package(folder).closure([module]), folder)


def closure(folder: Path, module: str) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in Package(folder).closure([module])}


@pytest.mark.parametrize(
    "changed", ["far.py", "near.py", "room/first.py", "__init__.py", "room/__init__.py", "room/style.mplstyle"]
)
def test_a_changed_file_of_the_closure_changes_the_digest(folder: Path, changed: str) -> None:
    before = digest(folder)
    (folder / changed).write_text(f"{FILES[changed]}# changed\n")
    assert digest(folder) != before


@pytest.mark.parametrize("changed", ["aside.py", "words/en/room.yml", "words/__init__.py"])
def test_a_changed_file_outside_the_closure_does_not(folder: Path, changed: str) -> None:
    before = digest(folder)
    (folder / changed).write_text(f"{FILES[changed]}# changed\n")
    assert digest(folder) == before


WAYS = {
    "at the head": "import planted.aside\n",
    "under another name": "from planted import aside as other\n",
    "by a member": "from planted.aside import VALUE\n",
    "everything in it": "from planted.aside import *\n",
    "inside a function": "def late():\n    from planted import aside\n",
    "inside a method of a nested class": "class A:\n class B:\n  def late(self):\n   import planted.aside\n",
    "for the type checker alone": "import typing\nif typing.TYPE_CHECKING:\n    from planted import aside\n",
    "where another is missing": "try:\n    import absent\nexcept ImportError:\n    from planted import aside\n",
    "from the package around it": "from .. import aside\n",
    "from a module of the package around it": "from ..aside import VALUE\n",
    "as an attribute of the package": "import planted\nprint(planted.aside.VALUE)\n",
    "by a string": "import importlib\nimportlib.import_module('planted.aside')\n",
    "by a relative string": "import importlib\nimportlib.import_module('..aside', __package__)\n",
    "by a name that only running tells": "import importlib\nname = input()\nimportlib.import_module(name)\n",
    "by a string that is put together": "from importlib import import_module\nimport_module(f'planted.{1}')\n",
    "by the function behind import": "__import__(input())\n",
    "by code in a string": "exec(input())\n",
    "as a process of its own": "import subprocess\nsubprocess.run(['python', '-m', 'planted.aside'])\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_an_import_is_found_whichever_way_it_is_written(folder: Path, way: str) -> None:
    (folder / "room/first.py").write_text(WAYS[way])
    assert "aside.py" in closure(folder, "planted.room.first")


@pytest.mark.parametrize(
    "code", ["import numpy\n", "from aside import VALUE\n", "aside = 1\n", "'planted/aside.py'\n", "frame.eval(x)\n"]
)
def test_what_is_no_import_of_the_module_does_not_bring_it_in(folder: Path, code: str) -> None:
    (folder / "room/first.py").write_text(code)
    assert "aside.py" not in closure(folder, "planted.room.first")


def test_modules_that_import_one_another_are_both_in_the_closure(folder: Path) -> None:
    (folder / "far.py").write_text("from planted import near\n")
    assert closure(folder, "planted.far") == closure(folder, "planted.near") == {"__init__.py", "far.py", "near.py"}


def test_files_of_a_folder_without_modules_belong_to_the_package_around_it(folder: Path) -> None:
    assert {"words/en/room.yml"} <= closure(folder, "planted.words")
    assert {"room/r/script.R", "room/style.mplstyle"} <= closure(folder, "planted.room.inner")


def test_an_unknown_module_is_refused(folder: Path) -> None:
    with pytest.raises(KeyError, match="absent"):
        Package(folder).closure(["planted.absent"])


STEPS = """
from planted import aside, far, near
from planted.room import inner

LIMIT = aside.VALUE

def helped():
    return inner.VALUE

class Chain:
    def __init__(self, file):
        self.file = file

    def first(self):
        return self._kept("first", lambda: near.far.VALUE + self.read)

    @property
    def read(self):
        return self.file

    def second(self):
        return self._kept("second", lambda: self.first() + helped())

    def third(self):
        return LIMIT

    def fourth(self):
        return far.anything(self)

    def fifth(self):
        return Chain(self.file).second()

    def sixth(self):
        far = self
        return far.third()

    def _kept(self, name, compute):
        return aside.VALUE
"""


def reach(folder: Path, member: str) -> tuple[set[str], set[str]]:
    (folder / "chain.py").write_text(STEPS)
    found = Package(folder).reach("planted.chain", "Chain", member, besides=("_kept",))
    methods = {"first", "read", "second", "third", "fourth", "fifth", "sixth", "file"}
    return {name.rpartition(".")[2] for name in found.modules}, set(found.members & methods)


@pytest.mark.parametrize(
    ("member", "modules", "members"),
    [
        ("first", {"near"}, {"first", "read", "file"}),
        ("second", {"near", "inner"}, {"second", "first", "read", "file"}),
        ("third", {"aside"}, {"third"}),
    ],
)
def test_a_method_reaches_what_it_names_itself_and_through_others(
    folder: Path, member: str, modules: set[str], members: set[str]
) -> None:
    found, held = reach(folder, member)
    assert found - {"planted", "room"} == modules
    assert held == members


@pytest.mark.parametrize("member", ["fourth", "fifth"])
def test_a_method_that_hands_the_whole_instance_on_reaches_everything(folder: Path, member: str) -> None:
    _, held = reach(folder, member)
    assert held >= {"first", "second", "third", "fourth"}


def test_a_name_that_hides_a_module_is_taken_for_the_instance_too(folder: Path) -> None:
    assert "third" in reach(folder, "sixth")[1]
