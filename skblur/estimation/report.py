"""What has been found about one of many photographs, as a flat row of a table."""

from ..blurs.types import answer_names, blur_types, parametric_types
from ..files.names import text_of_name
from ..images.image_file_error import one_line
from .blur_estimate import BlurEstimate

__all__ = []


def report_columns():
    """Names of the columns, in order: those of all types that are known."""
    parameters = [p.name for kind in parametric_types() for p in kind.parameters]
    return [
        "file",
        "blur_type",
        "confidence",
        *parameters,
        *(f"{name}_std" for name in parameters),
        *(f"p_{kind.name}" for kind in blur_types()),
        *(f"share_{name}" for name in answer_names()),
        "misfit",
        "reason",
        "error",
    ]


def report_row(name, outcome):
    """What there is of the columns, for a `BlurEstimate` or the error in its place."""
    if not isinstance(outcome, BlurEstimate):
        error = one_line(" ".join(str(outcome).split()))
        return {"file": text_of_name(name), "error": error}
    row = {
        "file": text_of_name(name),
        "blur_type": outcome.blur_type,
        "confidence": outcome.confidence,
        **outcome.parameters,
        **{f"{key}_std": value for key, value in outcome.std.items()},
        **{f"p_{key}": value for key, value in outcome.probabilities.items()},
        **{f"share_{key}": value for key, value in outcome.shares.items()},
    }
    if outcome.misfit is not None:
        row["misfit"] = outcome.misfit
    return row | ({"reason": outcome.reason} if outcome.reason else {})


def report_record(name, found):
    """What there is of a `BlurEstimate`, as JSON has it: with dicts in it."""
    return {"file": text_of_name(name)} | found.to_dict()
