"""The command `companion`; it exits with 0 done, 1 a difference found, 2 wrong input, 3 nobody left to analyse."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from companion.errors import SYSTEM, EngineError, InputError, NothingLeftError, Problem, refused
from companion.one_at_a_time import alone

if TYPE_CHECKING:
    from rich.console import Console

    from companion.store import Store
    from companion.study import Study
    from companion.survey.mapping import Columns
    from companion.survey.questionnaire import Questionnaire
    from companion.truth import replications
    from companion.truth.replications import Job, Population

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)

DIFFERENT = 1
WRONG_INPUT = 2
NOTHING_LEFT = 3
NEED_CHAPTERS = ("book", "verify", "pdf", "epub", "slides")

Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for a command that is at work here.")]
Survey = Annotated[
    Path | None, typer.Option("--survey", help="A survey export of any tool; the one that ships when not given.")
]
Asked = Annotated[
    Path | None, typer.Option("--questionnaire", help="What was asked; data/questionnaire.yml when not given.")
]
MappedBy = Annotated[
    Path | None,
    typer.Option("--mapping", help="Which column of the survey answers which question, where the names are others."),
]


@contextmanager
def told(folder: Path | None = None) -> Iterator[None]:
    """Tell wrong input, and what the system refuses, in words; leave with the exit code, without a traceback.

    Parameters
    ----------
    folder
        Where all faults are listed if they are many; where the book is built when not given.
    """
    try:
        yield
    except InputError as error:
        print(error, file=sys.stderr)
        list_all(error, folder)
        raise typer.Exit(WRONG_INPUT) from error
    except OSError as error:
        if error.errno not in SYSTEM:
            raise
        print(refused(error), file=sys.stderr)
        raise typer.Exit(WRONG_INPUT) from error
    except NothingLeftError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(NOTHING_LEFT) from error
    except EngineError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(DIFFERENT) from error
    except BrokenExecutor as error:
        print(
            "A process that computed beside this one was ended from outside, most often for want of memory. Close "
            "other programs or ask for fewer workers, and run the command again; what was there stands.",
            file=sys.stderr,
        )
        raise typer.Exit(DIFFERENT) from error


def list_all(error: InputError, folder: Path | None) -> None:
    """Say where all faults are listed, if they are more than was told."""
    from companion import problem_list
    from companion.root import ROOT

    try:
        listed = problem_list.keep(error, folder or ROOT / "_build")
    except OSError as refusal:
        print(refused(refusal), file=sys.stderr)
        return
    if listed is not None:
        print(f"All {len(error.problems)} are listed in {listed}", file=sys.stderr)


@contextmanager
def progress(words: str) -> Iterator[None]:
    """Show that something is going on, where somebody watches."""
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


def study_of(survey: Path | None, asked: Path | None, mapped_by: Path | None) -> Study:
    """Give the study of a survey, with its questionnaire and mapping read; what is not named is this book's."""
    from companion import study

    named = study.of_this_book()
    files = ((survey, named.survey), (asked, named.asked), (mapped_by, named.mapped_by))
    own = [given.resolve() if given else usual for given, usual in files]
    current = study.Study(own[0] or named.survey, asked=own[1], mapped_by=own[2])
    _ = current.questionnaire, current.mapping
    return current


@app.callback(help=__doc__)
def begin(context: typer.Context) -> None:
    """Find the folder of the book, and its chapters where a command needs them."""
    with told():
        from companion import root

        if context.invoked_subcommand in NEED_CHAPTERS:
            root.check_chapters(root.ROOT)


class Tool(StrEnum):
    """A tool whose export can be written."""

    QUALTRICS = "qualtrics"
    LIMESURVEY = "limesurvey"
    GOOGLE = "google"
    MICROSOFT = "microsoft"
    SURVEYMONKEY = "surveymonkey"
    SPSS = "spss"
    EXCEL = "excel"


@app.command()
def simulate(
    truth: Annotated[Path | None, typer.Option(help="The truth to draw from; data/truth.yml when not given.")] = None,
    questionnaire: Annotated[
        Path | None, typer.Option(help="What was asked; data/questionnaire.yml when not given.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Where the export is written.")] = Path("data/survey.csv"),
    tool: Annotated[
        Tool, typer.Option("--format", help="The tool whose export it is; a mapping that reads it back stands beside.")
    ] = Tool.QUALTRICS,
) -> None:
    """Write the raw survey export that a truth and its seed give."""
    from companion import store
    from companion.root import ROOT
    from companion.survey import questionnaire as asked
    from companion.truth import simulate as simulation
    from companion.truth import tool_formats, truth_file

    with told():
        drawn_from = truth_file.load_truth(truth or ROOT / "data" / "truth.yml")
        questions = asked.load_questionnaire(questionnaire or ROOT / "data" / "questionnaire.yml")
        written = tool_formats.written(tool.value, simulation.survey(drawn_from, questions), questions)
        store.write_aside(output, written.content)
        if written.mapping is not None:
            store.write_aside(output.with_suffix(".mapping.yml"), written.mapping)
    print(f"{output}: {len(written.content):,} bytes")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A survey export of any tool, text, Excel or SPSS.")],
    questionnaire: Annotated[
        Path | None, typer.Option(help="What was asked; data/questionnaire.yml when not given.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Which column answers which question, where the names are others.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder in which survey.csv is written.")] = Path("_build/imported"),
    draft: Annotated[
        Path | None,
        typer.Option("--draft-mapping", help="Write a mapping to fill in to this file, and import nothing."),
    ] = None,
) -> None:
    """Read a survey export of any tool and write the table that the book reads, without personal data."""
    from companion import problem_list, store
    from companion.root import ROOT
    from companion.survey import imported
    from companion.survey import mapping as mappings
    from companion.survey import questionnaire as asked

    with told(out):
        questions = asked.load_questionnaire(questionnaire or ROOT / "data" / "questionnaire.yml")
        columns = mappings.Columns() if mapping is None else mappings.load(mapping, questions)
        if draft is not None:
            write_draft(file, draft, questions, columns)
            return
        place = imported.check_place(file, out)
        with progress("Reading the survey"):
            found = imported.read(file, questions, columns)
            content = imported.written(found, questions)
        store.write_aside(place, content)
        (out / problem_list.FILE).unlink(missing_ok=True)
    print("\n".join(imported.facts(found, place, questions)))


def write_draft(file: Path, draft: Path, questions: Questionnaire, known: Columns) -> None:
    """Write a mapping of a survey file to fill in, where no file stands yet."""
    from companion import store
    from companion.survey import draft_mapping, imported
    from companion.survey.exports import any_tool

    if draft.exists():
        raise InputError(Problem(draft, "There is such a file already, which is not written over.", "Name another."))
    source = any_tool.read(file, known.sheet, imported.expected(questions, known))
    text = draft_mapping.drafted(source, questions, known)
    store.write_aside(draft, text.encode())
    print(f"{draft}: a mapping of {file}, in which {draft_mapping.undecided(text)} lines are left to decide")


class Written(StrEnum):
    """How a questionnaire can be written."""

    QUALTRICS = "qualtrics"
    LIMESURVEY = "limesurvey"
    PAGE = "page"


class Wording(StrEnum):
    """In whose words."""

    NL = "nl"
    EN = "en"


@app.command("questionnaire")
def questionnaire_(
    output: Annotated[Path, typer.Argument(metavar="OUTPUT", help="The file to write.")],
    form: Annotated[
        Written, typer.Option("--format", help="Qualtrics' Advanced TXT, LimeSurvey's structure (TSV), or a page.")
    ],
    asked: Asked = None,
    language: Annotated[Wording, typer.Option(help="Whose words.")] = Wording.NL,
) -> None:
    """Write the questionnaire as a survey tool takes it in, or as a page to print."""
    from companion import store
    from companion.root import ROOT
    from companion.survey import questionnaire, questionnaire_formats

    with told():
        questions = questionnaire.load_questionnaire(asked or ROOT / "data" / "questionnaire.yml")
        content = questionnaire_formats.written(form.value, questions, language.value)
        store.write_aside(output, content)
    print(f"{output}: {len(content):,} bytes; the post, and chance, are for you to add")


@app.command()
def analyse(survey: Survey = None, asked: Asked = None, mapped_by: MappedBy = None, wait: Wait = True) -> None:
    """Compute every number of the book and print the verdicts."""
    from companion import numbers, study
    from companion.report.told import Told

    with told():
        current = study_of(survey, asked, mapped_by)
        with alone(current.root, wait), progress("Computing the study"):
            registry = numbers.collect_side_by_side(current, workers=os.cpu_count() or 1)
    for claim in current.stated_claims.results:
        print(f"{claim}  {Told(current, registry).verdict(claim)}")
    print(f"{len(registry)} numbers; results in {study.FOLDER}")


@app.command("report")
def report_(
    survey: Survey = None,
    asked: Asked = None,
    mapped_by: MappedBy = None,
    out: Annotated[Path, typer.Option(help="Folder of results.md, results.tex and results.docx.")] = Path(
        "_build/report"
    ),
    wait: Wait = True,
) -> None:
    """Write the Results section of a paper about a survey: Markdown, LaTeX and Word, from the numbers of the book."""
    from companion.documents import files
    from companion.report import results_section

    with told():
        if out.exists() and not out.is_dir():
            raise InputError(Problem(out, "This is a file, and a folder is written.", "Name a folder with --out."))
        current = study_of(survey, asked, mapped_by)
        with alone(current.root, wait), progress("Computing the study"):
            document = results_section.results(current, results_section.numbers_of(current))
        for ending in files.FORMATS:
            files.write(document, path := out / f"results{ending}")
            print(path)


class Edition(StrEnum):
    """Whom the book is for."""

    OPEN = "open"
    STUDENT = "student"


For = Annotated[
    Edition, typer.Option("--edition", help="The open one, or that for students, without any solution or key.")
]


def study_with_a_book(survey: Path | None, asked: Path | None, mapped_by: Path | None) -> Study:
    """Give the study of a survey as `study_of` does; one that has no book is refused before anything waits."""
    from companion.survey import whole_design

    current = study_of(survey, asked, mapped_by)
    whole_design.demand(current.questionnaire, current.asked_in, whole_design.BOOK)
    return current


def of_edition(current: Study, edition: Edition) -> Study:
    """Give the study of an edition; that for students has a folder of its own, whose sources are written here."""
    from companion.book import student_edition

    return student_edition.laid_out(current) if edition is Edition.STUDENT else current


@app.command()
def book(
    survey: Survey = None,
    asked: Asked = None,
    mapped_by: MappedBy = None,
    edition: For = Edition.OPEN,
    wait: Wait = True,
    watched: Annotated[
        bool, typer.Option("--watch", help="Serve it on this machine, and build again whenever a file is saved.")
    ] = False,
    port: Annotated[int, typer.Option(help="Where --watch serves it; 0 for any port that is free.")] = 8000,
) -> None:
    """Build the book into _build/html; the edition for students into _build/student/_build/html."""
    from companion.book import build

    if watched:
        return keep_watch({"--survey": survey, "--questionnaire": asked, "--mapping": mapped_by}, port)
    with told():
        current = study_with_a_book(survey, asked, mapped_by)
        with alone(current.root, wait):
            raise typer.Exit(build.build(of_edition(current, edition)))


def keep_watch(about: Mapping[str, Path | None], port: int) -> None:
    """Build the book, serve it, and build it again whenever a file is saved, until somebody ends it."""
    from companion.book import build, watch
    from companion.root import ROOT

    # A process of its own for each build: the package may be what was saved.
    command = [sys.executable, "-c", "from companion.cli import app; app()", "book"]
    command += [part for option, file in about.items() if file for part in (option, str(file.resolve()))]

    def once() -> int:
        return subprocess.run(command, cwd=ROOT, check=False).returncode

    with told():
        once()
        with watch.served(ROOT / build.SITE, port) as site:
            print(f"The book is at {site.address}; it follows what you save, until Ctrl+C.", flush=True)
            watch.watch(ROOT, site, once)


class Engine(StrEnum):
    """What computes again."""

    COMPANION = "companion"
    LAVAAN = "lavaan"


REPORTS = {Engine.COMPANION: "_build/verification", Engine.LAVAAN: "_build/verification-lavaan"}


@app.command()
def verify(
    only: Annotated[str, typer.Option(help="Only keys and names that fit, such as 'mediation.*' or 'fig-*'.")] = "*",
    engine: Annotated[
        Engine, typer.Option(help="What computes again: this package, or R with lavaan.")
    ] = Engine.COMPANION,
    renew: Annotated[bool, typer.Option("--update", help="Make the recomputed results the reviewed ones.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Update without asking.")] = False,
    wait: Wait = True,
) -> None:
    """Compute everything again from the survey and compare it with results/expected.json."""
    from rich.console import Console

    from companion import study
    from companion.verification import report, update, verification

    console, book = Console(), study.of_this_book()
    with told(), alone(book.root, wait):
        if engine is Engine.LAVAAN:
            raise typer.Exit(0 if by_lavaan(book, only, renew, console) else DIFFERENT)
        if renew:
            raise typer.Exit(0 if update.update(book, agreement(only, yes), console) else DIFFERENT)
        with progress("Computing everything again in an empty folder"):
            outcome = verification.verify(book, only)
        report.write(outcome, book.root / REPORTS[engine])
    report.show(outcome, console)
    print(f"The report is in {REPORTS[engine]}.html")
    raise typer.Exit(0 if outcome.agrees else DIFFERENT)


def by_lavaan(book: Study, only: str, renew: bool, console: Console) -> bool:
    """Let R with lavaan compute the numbers again; say whether it agrees, and keep that for the book where asked."""
    from companion.peers import confirmation
    from companion.verification import lavaan, report

    if renew and only != "*":
        raise InputError(Problem("--only", "What is kept is a whole comparison.", "Leave out --only or --update."))
    with progress("R computes the numbers again (some minutes)"):
        outcome, kept = lavaan.verify(book, only)
    report.write(outcome, book.root / REPORTS[Engine.LAVAAN])
    report.show(outcome, console)
    for aside in outcome.asides:
        print(aside)
    print(f"The report is in {REPORTS[Engine.LAVAAN]}.html")
    if renew and outcome.agrees:
        confirmation.write(book.root, kept)
        print(f"{confirmation.FILE} is written, for the chapter 'Rebuild and verify'")
    return outcome.agrees


def agreement(only: str, yes: bool) -> Callable[[str], bool]:
    """Give who agrees to new expected results: the option --yes, or somebody at the keyboard, about all of them."""
    if only != "*":
        raise InputError(
            Problem(
                "--only", "The expected results are updated as a whole.", "Leave out --only, or leave out --update."
            )
        )
    if yes:
        return lambda _: True
    if not sys.stdin.isatty():
        raise InputError(
            Problem(
                "--update",
                "There is nobody to ask whether the difference is meant.",
                "Run it in a terminal, or add --yes.",
            )
        )
    return typer.confirm


@app.command()
def pdf(
    survey: Survey = None,
    asked: Asked = None,
    mapped_by: MappedBy = None,
    edition: For = Edition.OPEN,
    wait: Wait = True,
) -> None:
    """Build the book, then set it as one PDF in _build/paper."""
    from companion.book import paper

    with told():
        current = study_with_a_book(survey, asked, mapped_by)
        with alone(current.root, wait), progress("Setting the pages"):
            raise typer.Exit(paper.build_pdf(of_edition(current, edition)))


@app.command()
def epub(
    survey: Survey = None,
    asked: Asked = None,
    mapped_by: MappedBy = None,
    edition: For = Edition.OPEN,
    wait: Wait = True,
) -> None:
    """Build the book, then write it as one EPUB in _build/paper."""
    from companion.book import paper

    with told():
        current = study_with_a_book(survey, asked, mapped_by)
        with alone(current.root, wait), progress("Writing the EPUB"):
            raise typer.Exit(paper.build_epub(of_edition(current, edition)))


@app.command()
def slides(survey: Survey = None, asked: Asked = None, mapped_by: MappedBy = None, wait: Wait = True) -> None:
    """Build the book, then print the slides of its course in _build/paper/slides, one PDF a session."""
    from companion.book.slides import pdf as printed

    with told():
        current = study_with_a_book(survey, asked, mapped_by)
        with alone(current.root, wait), progress("Printing the slides"):
            raise typer.Exit(printed.build_pdf(current))


@app.command()
def power() -> None:
    """Make the table of power by survey size again (about an hour) and write it to results/power.csv."""
    from rich.progress import track

    from companion import store, study
    from companion.analysis import mediation
    from companion.root import ROOT
    from companion.truth import population, recovery
    from companion.truth import power as monte_carlo

    with told():
        current = study.of_this_book()
        truth = population.load_truth(ROOT / study.TRUTHS["reversal"])
        items = mediation.items_of(current.questionnaire, current.analysis)
        turned = recovery.turned_items(current.questionnaire)
        sizes = track(monte_carlo.SIZES, description="Sizes", transient=True)
        table = monte_carlo.simulate(truth, items, turned, current.stated_claims, sizes)
        store.write_aside(ROOT / monte_carlo.TABLE, table.to_csv(index=False, lineterminator="\n").encode())
    print(table.to_string(index=False))


@app.command()
def surveys() -> None:
    """Draw the surveys of the button "Another survey" again (some minutes) and write results/surveys.csv."""
    from rich.progress import track

    from companion import store, study
    from companion.analysis import mediation
    from companion.root import ROOT
    from companion.truth import drawn_ahead, recovery

    with told():
        current = study.of_this_book()
        truths = {name: current.truth(file) for name, file in study.TRUTHS.items()}
        items = mediation.items_of(current.questionnaire, current.analysis)
        turned = recovery.turned_items(current.questionnaire)
        sizes = track(drawn_ahead.SIZES, description="Sizes", transient=True)
        table = drawn_ahead.simulate(truths, items, turned, current.stated_claims, sizes)
        store.write_aside(ROOT / drawn_ahead.TABLE, table.to_csv(index=False, lineterminator="\n").encode())
    print(f"{len(table)} surveys are in {drawn_ahead.TABLE}.")


class Order(StrEnum):
    """Whose questions a preregistration answers."""

    ASPREDICTED = "aspredicted"
    OSF = "osf"


@app.command()
def plan(
    file: Annotated[Path, typer.Argument(metavar="PLAN.yml", help="The plan, such as those in data/plans/.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the tables; _build/plans/NAME when not given.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes, this one among them; the results are the same.")] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A Dask scheduler (tcp://host:port) whose workers simulate, or local: one of its own, with so many "
            "--workers, on this machine; the results are the same.",
        ),
    ] = None,
    as_r: Annotated[
        bool, typer.Option("--r", help="Write an R script for lavaan for each design into that folder, and stop.")
    ] = False,
    register: Annotated[
        Path | None,
        typer.Option(
            "--preregistration", metavar="FILE.md", help="Fill in a preregistration, too: .md, .docx or .tex."
        ),
    ] = None,
    order: Annotated[
        Order | None, typer.Option(help="Whose questions it answers, in their order; AsPredicted's when not given.")
    ] = None,
    wait: Wait = True,
) -> None:
    """Simulate the surveys of a plan: power, false finds, bias, coverage and width, each with its Monte Carlo error."""
    from rich.console import Console

    from companion import study
    from companion.analysis import mediation
    from companion.documents import files
    from companion.root import ROOT
    from companion.store import Store
    from companion.truth import best_weights, cluster, in_r, planned, planned_tables, preregistration, replications
    from companion.truth import plan as plans
    from companion.words import words

    with told(out):
        if as_r and register:
            raise InputError(Problem("--r", "A script simulates nothing that could be registered.", "Leave out one."))
        if order and not register:
            raise InputError(
                Problem(
                    "--order",
                    "It says whose questions a preregistration answers, and there is none.",
                    "Add --preregistration FILE.md.",
                )
            )
        if scheduler == cluster.LOCAL:
            engine = cluster.started_here(workers)
        elif scheduler and workers > 1:
            raise InputError(
                Problem(
                    "--workers", "It counts processes on this machine, and a scheduler has its own.", "Leave out one."
                )
            )
        else:
            engine = cluster.on(scheduler) if scheduler else replications.in_processes(workers)
        current = study.of_this_book()
        items = mediation.items_of(current.questionnaire, current.analysis)
        read = plans.load_plan(file, current.questionnaire, items, current.stated_claims)
        if register:
            files.check(register)
            preregistration.check(file, read.plan)
        read = best_weights.completed(file, read, current.stated_claims)
        folder = out or ROOT / "_build" / "plans" / file.stem
        if as_r:
            for script in in_r.write(read, current.stated_claims, folder):
                print(script)
            return
        kept = Store(folder / "replications")
        with alone(ROOT, wait):
            simulate_with_progress(replications.jobs_of(read), kept, engine)
            result = planned.outcome(read, current.stated_claims, kept)
            planned_tables.write(read, result, folder)
        if register:
            about = (current.questionnaire, current.analysis, current.stated_claims, result.runs, result.power)
            form = preregistration.document(read, file.name, *about, words("en"), (order or Order.ASPREDICTED).value)
            files.write(form, register)
    planned_tables.show(read, result, Console(), words("en"))
    print(f"Simulated, from a truth that is written down. The tables are in {folder}")
    if register:
        print(f"The preregistration is in {register}; what only you know is marked in it.")


def simulate_with_progress(jobs: Sequence[Job | Population], kept: Store, engine: replications.Engine) -> None:
    """Run the jobs of a plan under a bar that says how long it still takes, where somebody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from companion.truth import replications

    columns = (TextColumn("Parts"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Parts", total=len(jobs))
        for _ in replications.run(jobs, kept, engine):
            bar.advance(task)


@app.command("class")
def class_(
    students: Annotated[Path, typer.Option(help="The class: a CSV file with the columns id and name.")],
    seed: Annotated[int, typer.Option(min=0, help="Another seed makes another assignment for the same class.")],
    out: Annotated[Path, typer.Option(help="Folder of the class; its folder teacher/ is yours alone.")],
    truths: Annotated[
        str, typer.Option(help="Names from data/classes/truths.yml, with commas between; each student gets one.")
    ] = "reversal",
    workers: Annotated[int, typer.Option(min=1, help="Processes at work; the files are the same.")] = os.cpu_count()
    or 1,
    wait: Wait = True,
) -> None:
    """Make a survey and an assignment for each student of a class, and one key for the teacher."""
    from rich.progress import track

    from companion import study
    from companion.root import ROOT
    from companion.survey import whole_design
    from companion.truth.classes import kit
    from companion.truth.classes import students as members
    from companion.truth.classes import truths as named

    with told():
        current = study.of_this_book()
        whole_design.demand(current.questionnaire, current.asked_in, whole_design.CLASS)
        known = named.load(ROOT / named.FILE, [name.strip() for name in truths.split(",") if name.strip()])
        listed = members.read(students)
        with alone(out / kit.TEACHER, wait):
            jobs = kit.jobs(listed, known, seed, current.questionnaire, current.analysis, out)
            done = kit.run(jobs, workers)
            list(track(done, "Students", len(jobs), console=on_stderr(), transient=True))
            key = kit.finish(jobs, seed)
    print(f"Simulated surveys for {len(jobs)} students are in {out / kit.STUDENTS}; hand out a folder each.")
    print(f"The same as one file each, for a learning platform, is in {out / kit.ZIPPED}.")
    print(f"The key is {key}. Keep {out / kit.TEACHER} to yourself: it holds the secret of the class.")


def on_stderr() -> Console:
    """Give where progress is shown."""
    from rich.console import Console

    return Console(stderr=True)


@app.command("mark")
def mark_(
    submissions: Annotated[Path, typer.Argument(help="Folder with what was handed in: CSV, XLSX or notebooks.")],
    key: Annotated[Path, typer.Option(help="The key that companion class wrote.")],
    out: Annotated[Path, typer.Option(help="Where feedback, tables and grade book are written.")] = Path("marks"),
) -> None:
    """Compare what students handed in with the key, and tell known mistakes apart."""
    from companion.truth.classes import key as keys
    from companion.truth.classes import marking
    from companion.truth.classes import submissions as handed
    from companion.words import words

    with told():
        known = keys.load(key)
        read = handed.read_all(submissions, known)
        every = marking.marked(known, read)
        marking.write(every, [one for one in read if one.student is None], out, words("en"))
    problems = [problem for one in read for problem in one.problems]
    print(f"{sum(bool(one.marks) for one in every)} of {len(every)} students marked; {out / marking.OVERVIEW}")
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise typer.Exit(WRONG_INPUT)


@app.command()
def fit(
    model: Annotated[Path, typer.Argument(help="A model in lavaan's syntax.")],
    data: Annotated[Path, typer.Argument(help="A CSV file with a header row.")],
    group: Annotated[str | None, typer.Option(help="Column whose values are the groups.")] = None,
    missing: Annotated[str, typer.Option(help="listwise or fiml.")] = "listwise",
    bootstrap: Annotated[int, typer.Option(min=0, help="Bootstrap draws; none when 0.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 1,
    json: Annotated[Path | None, typer.Option("--json", help="Write the results to this file too.")] = None,
) -> None:
    """Fit a structural equation model and print estimates, fit measures and intervals."""
    from companion.peers import own_model

    with told(), progress("Fitting"):
        result = own_model.fit(model, data, group=group, missing=missing, draws=bootstrap, seed=seed)
        if json is not None:
            own_model.write_json(result, json)
    print(result.text)
