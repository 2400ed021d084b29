"""Put tables that scripts have measured into ``RESULTS.rst``, each in its place.

    python benchmarks/robustness.py --images BSDS
    python benchmarks/record.py results/*.txt

The place of a table is made by hand, once, and called like the file that a script writes::

    .. table: robustness_noise
    .. end

What stood between the two lines is replaced by the file: date, command, versions, table.
Tables that have no place are left out.
"""

import argparse
import re
from pathlib import Path
from textwrap import dedent, indent

RESULTS = Path(__file__).with_name("RESULTS.rst")
PLACE = re.compile(r"^\.\. table: (\w+)\n(.*?)^\.\. end$", re.M | re.S)
LITERAL = "::\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, help="as the scripts wrote them")
    args = parser.parse_args()
    text = RESULTS.read_text()
    for path in args.files:
        if path.stem in tables_in(text):
            text = recorded(text, path.stem, path.read_text())
            print(f"{path}: recorded")
        else:
            print(f"{path}: left out, {RESULTS.name} has no line '.. table: {path.stem}'")
    RESULTS.write_text(text)


def tables_in(text):
    """The tables of a document by their names; of an empty place no text."""
    blocks = dict(PLACE.findall(text))
    return {
        name: dedent(block.partition(LITERAL)[2]).strip() for name, block in blocks.items()
    }


def recorded(text, name, table):
    """The document with a table in the place of its name."""
    table = indent(table.strip(), " " * 4)
    block = f".. table: {name}\n\n{LITERAL}\n{table}\n\n.. end"
    return PLACE.sub(lambda place: block if place[1] == name else place[0], text)


if __name__ == "__main__":
    main()
