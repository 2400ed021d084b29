"""Reports of many pictures: tables that grow line by line and survive any end."""

import csv
import io
import json
import os
from contextlib import nullcontext, suppress
from pathlib import Path

from ..estimation.report import report_columns, report_record, report_row
from ..files.aside import written_aside
from ..files.names import name_of_text, text_of_name

# What lines of JSON begin with.
START = '{"file": '
# What tells whether a file is still the one that was looked at.
STAMP = "size", "modified"
TEXT = {"encoding": "utf-8", "newline": ""}
# What a kill has cut off may end within a character.
AS_FOUND = {**TEXT, "errors": "surrogateescape"}


def open_report(path, resume):
    """The report that the suffix of a name asks for, new or to go on with.

    Raises
    ------
    ValueError
        If it is no report's, or what is there is none.
    """
    return KINDS[check_report(path)](path, resume)


def check_report(path):
    """The suffix of a report's name.

    Raises
    ------
    ValueError
        If it is none of a report's.

    ImportError
        If what it needs is missing.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in KINDS:
        known = ", ".join(KINDS)
        raise ValueError(f"the name of a report must end in one of {known}")
    if suffix == ".parquet":
        _pyarrow()
    return suffix


def files_of(path):
    """All files that a report of this name is written to."""
    return [path, _lines_of(path)] if check_report(path) == ".parquet" else [path]


def stamp_of(path):
    """Size in bytes and time of the last change in nanoseconds; None if there is none."""
    try:
        there = os.stat(path)
    except (OSError, ValueError):
        # Of some names that a report may have there can be no file.
        return dict.fromkeys(STAMP)
    return {"size": there.st_size, "modified": there.st_mtime_ns}


class JSONLinesReport:
    """A JSON object per picture, as ``--json`` prints them, with the file's stamp.

    Each line is written at once. A run that is killed leaves whole lines, and perhaps the
    beginning of one, which is dropped when it is gone on with.

    Parameters
    ----------
    path : str
        The file.

    resume : bool
        Whether to keep what is in it, but for files that have changed since.
    """

    def __init__(self, path, resume):
        self.path = path
        kept = self._kept() if resume else []
        # Each file that has a row, and the type of blur in it.
        self.done = {name_of_text(row["file"]): row.get("blur_type") for row in kept}
        with written_aside(path) as aside, open(aside, "w", **TEXT) as file:
            file.write(self._head())
            file.writelines(map(self._line, kept))
        # Closed by `__exit__`.
        self.file = open(path, "a", **TEXT)  # noqa: SIM115

    def add(self, name, outcome):
        """Write what has been found of a picture."""
        self.file.write(self._line(self._row(name, outcome) | stamp_of(name)))
        self.file.flush()

    def __enter__(self):
        return self

    def __exit__(self, kind, *failure):
        # What could not be written fails once more, without the name of the report.
        with suppress(OSError) if kind else nullcontext():
            self.file.close()

    def _kept(self):
        """Rows of files that were read and are as they were; what is gone stays, too."""
        if not os.path.exists(self.path):
            return []
        with open(self.path, **AS_FOUND) as file:
            whole = file.read()
        end = whole.rfind("\n") + 1
        if not self._may_begin(whole[end:], first=end == 0):
            raise ValueError(f"it is no report: {whole[end : end + 40]!r}")
        rows = self._rows(whole[:end])
        for row in rows:
            # Lines that were not written here may have halves of characters, anywhere.
            texts = {key: text for key, text in row.items() if isinstance(text, str)}
            row.update({k: text_of_name(name_of_text(text)) for k, text in texts.items()})
        # What could not be read is tried again: disks and networks come back.
        return [row for row in rows if not (row.get("error") or _has_changed(row))]

    def _may_begin(self, text, first):
        """Whether a text may be the beginning of a line, or of the first one."""
        return text[: len(START)] == START[: len(text)]

    def _head(self):
        return ""

    def _row(self, name, outcome):
        if isinstance(outcome, Exception):
            return report_row(name, outcome)
        return report_record(name, outcome)

    def _line(self, row):
        return json.dumps(row) + "\n"

    def _rows(self, text):
        rows = []
        for line in text.splitlines():
            try:
                row = json.loads(line)
                is_row = isinstance(row, dict) and isinstance(row.get("file"), str)
            except ValueError:
                is_row = False
            if not is_row:
                raise ValueError(f"it is no report: {line[:40]!r}")
            rows.append(row)
        return rows


class CSVReport(JSONLinesReport):
    """A line per picture with all columns, empty where they do not apply."""

    def _may_begin(self, text, first):
        return not first or self._head().startswith(text)

    def _head(self):
        self.columns = [*report_columns(), *STAMP]
        return _csv_line(self.columns)

    def _row(self, name, outcome):
        return report_row(name, outcome)

    def _line(self, row):
        return _csv_line([_number(row.get(column)) for column in self.columns])

    def _rows(self, text):
        if text and not text.startswith(self._head()):
            raise ValueError("it is no report, or not of the types of blur that are known")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        return [row for row in rows if None not in row.values()]


class ParquetReport(JSONLinesReport):
    """A table of Apache Parquet, made of lines beside it when all is done.

    A table cannot grow: until then there is ``report.parquet.jsonl``.
    """

    def __init__(self, path, resume):
        self.table, lines = path, _lines_of(path)
        if resume and not os.path.exists(lines) and os.path.exists(path):
            self._unpack(path, lines)
        super().__init__(lines, resume)

    def __exit__(self, kind, *failure):
        super().__exit__(kind, *failure)
        if kind is None:
            self._pack()
            os.unlink(self.path)

    def _row(self, name, outcome):
        return report_row(name, outcome)

    def _pack(self):
        arrow, parquet = _pyarrow()
        texts = {"file", "blur_type", "reason", "error"}
        columns = [*report_columns(), *STAMP]
        kinds = {
            **dict.fromkeys(texts, arrow.string()),
            **dict.fromkeys(STAMP, arrow.int64()),
        }
        schema = arrow.schema([(c, kinds.get(c, arrow.float64())) for c in columns])
        with open(self.path, **TEXT) as file:
            rows = self._rows(file.read())
        with written_aside(self.table) as aside:
            parquet.write_table(arrow.Table.from_pylist(rows, schema), aside)

    def _unpack(self, path, lines):
        _, parquet = _pyarrow()
        try:
            table = parquet.read_table(path)
        except ValueError as error:
            raise ValueError(f"it is no report: {error}") from error
        if table.column_names != [*report_columns(), *STAMP]:
            raise ValueError("it is no report, or not of the types of blur that are known")
        rows = table.to_pylist()
        with written_aside(lines) as aside, open(aside, "w", **TEXT) as file:
            for row in rows:
                file.write(self._line({k: v for k, v in row.items() if v is not None}))


KINDS = {".csv": CSVReport, ".jsonl": JSONLinesReport, ".parquet": ParquetReport}


def _lines_of(path):
    """Where the rows of a table are until all are there."""
    return f"{path}.jsonl"


def _has_changed(row):
    now = stamp_of(name_of_text(row["file"]))
    if now["size"] is None:
        return False
    return any(str(now[key]) != str(row.get(key)) for key in STAMP)


def _csv_line(values):
    out = io.StringIO(newline="")
    # Lines end as the format has it: otherwise a name with a lone "\r" would not be quoted.
    csv.writer(out, lineterminator="\r\n").writerow(values)
    return out.getvalue()


def _number(value):
    return f"{value:.6g}" if isinstance(value, float) else value


def _pyarrow():
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ImportError("tables of Parquet need pyarrow: pip install pyarrow") from error
    return pyarrow, pyarrow.parquet
