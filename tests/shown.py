"""What a document shows, run: its code and commands in order, and what they print.

Code is in ``.. code-block:: python``, and what it prints in the ``.. code-block:: text``
after it. Commands are in ``.. code-block:: console``, each after ``$ ``, and what they
print below them. Of numbers that are measured (they have a decimal point, or are followed
by a unit) one unit of the last digit shown or 2 % is allowed, seconds are not compared,
``...`` stands for anything, runs of blanks are alike, and everything else is exact.
"""

import io
import os
import re
import shlex
import subprocess
import sys
import traceback
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from decimal import Decimal
from itertools import pairwise
from textwrap import dedent
from typing import NamedTuple

from skblur.cli import main

DIRECTIVE = re.compile(r"( *)\.\. (?:code-block|code|sourcecode)::(.*)")
# What shows code in any other way: a paragraph that ends in two colons, a doctest.
LITERAL = re.compile(r"( *)(?! |\.\. )(?:.*\S)?::$")
DOCTEST = re.compile(r"( *)>>> ")

SECONDS = r"(?<![\w.])\d+(?:\.\d+)?(?:e\+\d+)? (?:s\b|per second)"
MEASURED = r"(?<![\w.])-?\d+(?:\.\d+(?:e[-+]\d+)?|e[-+]\d+|(?= (?:%|px|deg|dB)))"
PIECES = re.compile(rf"(?P<any>\.\.\.)|(?P<seconds>{SECONDS})|(?P<number>{MEASURED})")
NUMBER = r"(-?\d+(?:\.\d+)?(?:e[-+]\d+)?)"
RELATIVE = Decimal("0.02")

# What the shell has to be asked for.
SHELL = re.compile(r"[|><;&*$`]")


class Block(NamedTuple):
    """A block of a document: its language, its text, and the line that it begins in."""

    language: str
    text: str
    line: int


NOTHING = Block("", "", 0)


class Step(NamedTuple):
    """Something to run: a block of Python or a command, and what it is shown to print."""

    language: str
    text: str
    shown: str
    line: int


def blocks_of(text):
    """All blocks of a document, in their order."""
    lines, number = text.splitlines(), 0
    while number < len(lines):
        opened = _opened(lines[number])
        number += 1
        if opened is None:
            continue
        language, indent = opened
        if language == "doctest":
            yield Block(language, lines[number - 1].strip(), number)
            continue
        end = _end_of(lines, number, indent)
        while number < end and re.match(r" *(:[\w-]+:.*)?$", lines[number]):
            number += 1
        if number < end:
            inside = dedent("\n".join(lines[number:end])).rstrip()
            yield Block(language, inside, number + 1)
        number = end


def _opened(line):
    """Language of the block that a line opens, and how far it is indented; or None."""
    if found := DIRECTIVE.match(line):
        return found[2].strip(), len(found[1])
    if found := DOCTEST.match(line):
        return "doctest", len(found[1])
    if found := LITERAL.match(line):
        return "literal", len(found[1])
    return None


def _end_of(lines, start, indent):
    """The first line from `start` on that is indented no more than the one before."""
    for number in range(start, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            return number
    return len(lines)


def steps_of(text):
    """What a document has to run, with what each is shown to print.

    Blocks that are neither run nor the output of one come as they are.
    """
    output = NOTHING
    for block, after in pairwise([*blocks_of(text), NOTHING]):
        if block is output:
            continue
        if block.language == "python":
            output = after if after.language == "text" else NOTHING
            yield Step("python", block.text, output.text, block.line)
        elif block.language == "console":
            yield from _commands_of(block)
        else:
            yield Step(block.language, block.text, "", block.line)


def _commands_of(block):
    """The commands of a console and what is below each."""
    text = block.text.replace("\\\n", "  ")
    command, shown, line = "", [], block.line
    for number, row in enumerate(text.splitlines()):
        if row.startswith("$ "):
            if command or shown:
                yield Step("console", command, "\n".join(shown), line)
            command, shown, line = row[2:].strip(), [], block.line + number
        else:
            shown.append(row)
    yield Step("console", command, "\n".join(shown), line)


class Session:
    """Runs the steps of one document, one after the other, in one folder and namespace.

    Parameters
    ----------
    folder : Path
        Where commands and code read and write.

    name : str
        The document, for messages.
    """

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.namespace = {"__name__": "__main__"}

    def complaint_of(self, step):
        """What is wrong with a step, once it has been run; None if nothing is."""
        where = f"{self.name}:{step.line}"
        said = self._run(step)
        if said is None:
            kind = f"a block of '{step.language}' is neither run nor listed in NOT_RUN"
            return f"{where}: {kind}:\n{step.text}"
        if not is_same(step.shown, said):
            return f"{where}: {step.text}\nshows:\n{step.shown}\nprints:\n{said}"
        return None

    def _run(self, step):
        """What a step prints, in the order of a terminal; None if it cannot be run."""
        with chdir(self.folder):
            if step.language == "python":
                return _printed(self._python, step)
            if step.language == "console" and step.text:
                command = step.text.split("  #")[0].strip()
                if command.startswith("skblur ") and not SHELL.search(command):
                    return _printed(_skblur, shlex.split(command)[1:])
                return _shell(command)
        return None

    def _python(self, step):
        # The lines of a traceback are those of the document.
        source = "\n" * (step.line - 1) + step.text
        exec(compile(source, self.name, "exec"), self.namespace)


def _skblur(arguments):
    # Help, versions and errors of usage have been printed when it exits.
    with suppress(SystemExit):
        main(arguments)


def _printed(call, *arguments):
    """What a call prints, a traceback included."""
    stream = io.StringIO()
    with redirect_stdout(stream), redirect_stderr(stream):
        try:
            call(*arguments)
        except Exception:
            traceback.print_exc()
    return stream.getvalue()


def _shell(command):
    """What a command prints where the programs of this environment come first."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    done = subprocess.run(
        command,
        shell=True,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.stdout


def is_same(shown, said):
    """Whether a text is what it was shown to be."""
    shown, said = _even(shown), _even(said)
    pattern, numbers, start = [], [], 0
    for piece in PIECES.finditer(shown):
        pattern.append(re.escape(shown[start : piece.start()]))
        start = piece.end()
        pattern.append({"any": ".*", "seconds": SECONDS, "number": NUMBER}[piece.lastgroup])
        if piece.lastgroup == "number":
            numbers.append(piece[0])
    pattern.append(re.escape(shown[start:]))
    found = re.fullmatch("".join(pattern), said, re.DOTALL)
    return found is not None and all(map(_is_near, numbers, found.groups()))


def _even(text):
    """The text with one blank for many, and none at the ends of lines."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(lines).strip()


def _is_near(shown, said):
    shown, said = Decimal(shown), Decimal(said)
    unit = Decimal((0, (1,), shown.as_tuple().exponent))
    return abs(shown - said) <= max(unit, RELATIVE * abs(shown))
