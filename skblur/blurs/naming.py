"""A blur in words: what is printed of it, and what is read."""

import json
import re

from .types import UNDECIDED_NAME, answer_names, blur_type, blur_types

__all__ = []

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
# What is said of a blur besides, if type and parameters do not make its PSF.
FREE = "its PSF has no simple form"
# Of a text that is no blur so much is shown.
SHOWN = 80


class FreePSFError(ValueError):
    """The words are of a blur whose PSF they do not hold."""

    def __init__(self):
        super().__init__(
            "the PSF of this blur has no simple form, and words do not hold it"
        )


def format_parameters(kind, values):
    """Each parameter that there is, with its unit: ``["length 36.3 px", ...]``."""
    # Rounded, an angle may be a whole turn.
    return [
        f"{p.name} {p.wrap(round(values[p.name], 1)):.1f} {p.unit}"
        for p in kind.parameters
        if p.name in values
    ]


def format_blur(kind, values):
    """Type and parameters as `parse_blur` reads them: ``"motion, length 36.3 px, ..."``."""
    return ", ".join([kind.name, *format_parameters(kind, values)])


def short_form(kind):
    """How a blur of the type is given in short: ``"motion LENGTH ANGLE"``."""
    return " ".join([kind.name, *(p.name.upper() for p in kind.parameters)])


def parse_blur(text):
    """The target ``(type, size, angle)`` of a blur in words.

    Parameters
    ----------
    text : str
        A line that `BlurEstimate` prints, also with the name of a file before it; or in
        short the type and its parameters, as ``"motion 36.3 1.9"``; or what
        `BlurEstimate.to_dict` gives, as JSON.

    Returns
    -------
    tuple of float
        The target, its angle within one period.

    Raises
    ------
    FreePSFError
        If type and parameters are not what makes the PSF.

    ValueError
        If the text is none of this, or undecided.
    """
    text = text.strip()
    # A line may begin with a brace too, as names of files may, but it never ends with one.
    is_record = text.startswith("{") and text.endswith("}")
    kind, values, is_free = _read_record(text) if is_record else _read_line(text)
    if is_free:
        raise FreePSFError
    values = {p.name: p.wrap(float(values[p.name])) for p in kind.parameters}
    return kind.target(**values)


def _read_line(text):
    if "\n" in text:
        raise ValueError(f"expected one blur, got {len(text.splitlines())} lines")
    # What stands before the last name, a colon between, is the name of a file.
    found = re.fullmatch(
        rf"(?:.*: )?({'|'.join(map(re.escape, answer_names()))})(?!\w)(.*)", text
    )
    if found is None:
        raise ValueError(f"expected {_expected()}, got {_shown(text)}")
    kind = _known(found[1])
    words, _, more = found[2].partition(";")
    numbers = re.fullmatch(_pattern(kind), words)
    if numbers is None:
        printed = [f"{p.name} {p.name.upper()} {p.unit}" for p in kind.parameters]
        forms = dict.fromkeys([short_form(kind), ", ".join([kind.name, *printed])])
        expected = " or ".join(f"'{form}'" for form in forms)
        raise ValueError(f"expected {expected}, got {_shown(text)}")
    return kind, numbers.groupdict(), FREE in more


def _pattern(kind):
    """Matches what stands behind the name of a type, the confidence too if it is there."""
    parameters = [
        rf"[\s,]+(?:{re.escape(p.name)}\s+)?(?P<{p.name}>{NUMBER})(?:\s*{re.escape(p.unit)})?"
        for p in kind.parameters
    ]
    return rf"{''.join(parameters)}\s*(?:\(confidence {NUMBER}\))?\s*"


def _read_record(text):
    try:
        # As floats, for which no number is too large.
        record = json.loads(text, parse_int=float)
    except ValueError as error:
        raise ValueError(f"expected one JSON object, got {_shown(text)}: {error}") from None
    if "blur_type" not in record:
        reason = f": {record['error']}" if record.get("error") else ""
        raise ValueError(f"expected a record with 'blur_type', got none{reason}")
    kind = _known(record["blur_type"])
    for p in kind.parameters:
        if not isinstance(record.get(p.name), float):
            got = f"{record[p.name]!r}" if p.name in record else "none"
            raise ValueError(f"expected a number as '{p.name}' of {kind.name}, got {got}")
    return kind, record, bool(record.get("free_psf"))


def _known(name):
    if name == UNDECIDED_NAME:
        raise ValueError(f"the blur is undecided: name one as {_expected()}")
    return blur_type(name)


def _expected():
    forms = [f"'{short_form(kind)}'" for kind in blur_types()]
    return f"{', '.join(forms[:-1])} or {forms[-1]}"


def _shown(text):
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")
