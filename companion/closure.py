"""Which files of a package can influence a result: the closure of imports, read from the source and never executed.

Everything errs on the side of more. An import inside a function counts, one for the type checker alone counts, so does
a module that a string names, as ``python -m`` takes it. A module that imports by a name which only its running knows
depends on the whole package. A file that is no module, such as a catalogue of words or a style of figures, belongs to
every module of its folder.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SUFFIX = ".py"
BYTECODE = "__pycache__"
IMPORTERS = frozenset({"import_module", "__import__", "find_spec", "run_module", "run_path", "exec", "eval"})
"""Functions that run what their first argument names."""
IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Reach:
    """What one function of a module can come to use.

    Parameters
    ----------
    modules
        The modules that it imports or whose members it names, not yet those that they import in turn.
    members
        Names of its own class that it reads, itself included: methods, and what the instance holds.
    """

    modules: frozenset[str]
    members: frozenset[str]


class Package:
    """The modules of one package and what each of them imports.

    Parameters
    ----------
    folder
        The package's folder, whose name is that of the package.
    kept
        What `imports_of_all` gave for these very sources, where that is known.

    Examples
    --------
    >>> package = Package(Path(__file__).parent)
    >>> package.imports("companion.errors") == frozenset()
    True
    """

    def __init__(self, folder: Path, kept: Mapping[str, frozenset[str]] | None = None) -> None:
        self.folder = folder
        self._direct = dict(kept or {})
        self._sources: dict[str, bytes] = {}
        self._trees: dict[str, ast.Module] = {}

    @cached_property
    def modules(self) -> Mapping[str, Path]:
        """Dotted name -> file, of every module."""
        return {self._name(file): file for file in sorted(self.folder.rglob(f"*{SUFFIX}"))}

    def source(self, module: str) -> bytes:
        """Give the source of a module, as it stood when it was first asked for."""
        if module not in self._sources:
            self._sources[module] = self.modules[module].read_bytes()
        return self._sources[module]

    @cached_property
    def _data(self) -> Mapping[Path, Sequence[Path]]:
        """Folder of modules -> the files in it that are none; a folder without modules counts to the one around it."""
        rooms = {self.folder, *(file.parent for file in self.modules.values())}
        found: dict[Path, list[Path]] = {room: [] for room in rooms}
        for file in sorted(self.folder.rglob("*")):
            if file.is_file() and file.suffix != SUFFIX and BYTECODE not in file.parts:
                found[next(folder for folder in file.parents if folder in rooms)].append(file)
        return found

    def closure(self, modules: Iterable[str]) -> frozenset[Path]:
        """Give the files of these modules, of all that they import in turn, and of what lies beside each.

        Raises
        ------
        KeyError
            If the package has no such module.
        """
        reached: set[str] = set()
        asked = list(modules)
        if unknown := set(asked) - self.modules.keys():
            raise KeyError(*sorted(unknown))
        waiting = [name for module in asked for name in self._known(module)]
        while waiting:
            module = waiting.pop()
            if module not in reached:
                reached.add(module)
                waiting.extend(self.imports(module) - reached)
        files = {self.modules[module] for module in reached}
        return frozenset(files.union(*(self._data[file.parent] for file in files)))

    def imports(self, module: str) -> frozenset[str]:
        """Give the modules of the package that a module imports, with the packages that they stand in."""
        if module not in self._direct:
            is_package = self.modules[module].name == f"__init__{SUFFIX}"
            inside = module if is_package else module.rpartition(".")[0]
            self._direct[module] = self.imported(self._tree(module), inside)
        return self._direct[module]

    def imports_of_all(self) -> dict[str, frozenset[str]]:
        """Give every module with the modules that it imports, which takes about a second."""
        return {module: self.imports(module) for module in self.modules}

    def imported(self, code: ast.AST, inside: str = "") -> frozenset[str]:
        """Give the modules of the package that code imports anywhere in it.

        Parameters
        ----------
        code
            The code, parsed.
        inside
            The package that the code stands in, from which ``from . import`` sees.
        """
        found: set[str] = set()
        # What a name at the head stands for, so that `figures.results` counts whoever imports the module itself.
        called = {self.folder.name: self.folder.name}
        chains = []
        for node in ast.walk(code):
            if isinstance(node, ast.Import):
                called |= {alias.asname or alias.name: alias.name for alias in node.names}
                found.update(name for alias in node.names for name in self._known(alias.name))
            elif isinstance(node, ast.ImportFrom):
                start = _absolute(node, inside)
                called |= {alias.asname or alias.name: f"{start}.{alias.name}" for alias in node.names}
                found.update(name for alias in node.names for name in self._known(f"{start}.{alias.name}"))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
                chains.append(node)
            elif isinstance(node, ast.Constant) and node.value in self.modules:
                found.update(self._known(str(node.value)))
            elif _imports_what_only_running_tells(node):
                found.update(self.modules)
        for chain in chains:
            first, _, rest = _dotted(chain).partition(".")
            if first in called and (name := f"{called[first]}.{rest}") in self.modules:
                found.update(self._known(name))
        return frozenset(found)

    def reach(self, module: str, owner: str, member: str, besides: Collection[str] = ()) -> Reach:
        """Give what a method can come to use, through the methods and the functions of its module that it names.

        Parameters
        ----------
        module
            Dotted name of the module.
        owner
            The class in it.
        member
            The method.
        besides
            Members that are not looked into.

        Raises
        ------
        KeyError
            If there is no such class or method.
        """
        tree = self._tree(module)
        inside = module.rpartition(".")[0]
        heads = _heads(tree)
        imports = {name: self.imported(node, inside) for name, node in heads.items() if isinstance(node, IMPORTS)}
        methods = {node.name: node for node in ast.walk(heads[owner]) if isinstance(node, ast.FunctionDef)}
        modules: set[str] = set()
        members = {member}
        seen: set[ast.AST] = set()
        waiting: list[ast.AST] = [methods[member]]
        while waiting:
            code = waiting.pop()
            if code in seen:
                continue
            seen.add(code)
            modules |= self.imported(code, inside)
            own = _bound(code)
            held = set()
            for node in ast.walk(code):
                if isinstance(node, ast.Attribute):
                    of_module = isinstance(node.value, ast.Name) and node.value.id in imports.keys() - own
                    held |= set() if of_module else {node.attr}
            # Handed on as a whole, an instance may be asked for anything.
            named = {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}
            if owner in named or _handed_on(code):
                held |= methods.keys()
            members |= held
            modules |= {name for head in imports.keys() & named for name in imports[head]}
            waiting += [heads[name] for name in heads.keys() & named - imports.keys() - {owner}]
            waiting += [methods[name] for name in methods.keys() & held - set(besides)]
        return Reach(frozenset(modules), frozenset(members))

    def _tree(self, module: str) -> ast.Module:
        if module not in self._trees:
            self._trees[module] = ast.parse(self.source(module))
        return self._trees[module]

    def _name(self, file: Path) -> str:
        parts = file.relative_to(self.folder.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def _known(self, name: str) -> Iterator[str]:
        """Those of a name and the packages around it that are modules here; a package's own ``__init__`` runs first."""
        parts = name.split(".")
        return (start for length in range(len(parts)) if (start := ".".join(parts[: length + 1])) in self.modules)


def _heads(tree: ast.Module) -> dict[str, ast.stmt]:
    """What stands at the head of a module by the names that it gives: imports one by one, definitions, values."""
    found: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name.split(".")[0]: ast.Import([alias]) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {
                alias.asname or alias.name: ast.ImportFrom(node.module, [alias], node.level) for alias in node.names
            }
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found[node.name] = node
        else:
            found |= dict.fromkeys(_bound(node), node)
    return found


def _bound(code: ast.AST) -> set[str]:
    """Names that code gives a meaning of its own: arguments and what is assigned to."""
    names = {node.arg for node in ast.walk(code) if isinstance(node, ast.arg)}
    return names | {
        node.id for node in ast.walk(code) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _handed_on(code: ast.AST) -> bool:
    """Whether ``self`` stands in code as a whole, and not only before a dot."""
    dotted = {node.value for node in ast.walk(code) if isinstance(node, ast.Attribute)}
    return any(isinstance(node, ast.Name) and node.id == "self" and node not in dotted for node in ast.walk(code))


def _absolute(node: ast.ImportFrom, inside: str) -> str:
    """What stands behind ``from``, without dots in front."""
    if not node.level:
        return node.module or ""
    parts = inside.split(".")
    around = parts[: len(parts) - node.level + 1]
    return ".".join([*around, *([node.module] if node.module else [])])


def _dotted(node: ast.AST) -> str:
    """A chain of attributes as it is written; empty where it hangs on something else than a name."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""


def _imports_what_only_running_tells(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    # `pandas.eval` and the like evaluate expressions on their own columns.
    own_word = called in ("exec", "eval") and isinstance(node.func, ast.Attribute)
    first = node.args[0] if node.args else None
    absolute = isinstance(first, ast.Constant) and isinstance(first.value, str) and not first.value.startswith(".")
    return called in IMPORTERS and not own_word and not absolute
