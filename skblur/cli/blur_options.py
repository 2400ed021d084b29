"""Options that name a blur: one for each type that has parameters."""

from ..blurs.types import parametric_types


def add_blur(parser, required):
    """Add ``--gaussian``, ``--motion`` and so on; the group, of which one may be given."""
    kinds = parser.add_mutually_exclusive_group(required=required)
    for kind in parametric_types():
        meanings = [f"{p.meaning} in {UNITS[p.unit]}" for p in kind.parameters]
        kinds.add_argument(
            f"--{kind.name}",
            type=float,
            nargs=len(kind.parameters),
            metavar=tuple(p.name.upper() for p in kind.parameters),
            help="; ".join(meanings),
        )
    return kinds


UNITS = {"px": "pixels", "deg": "degrees"}


def given_target(options):
    """The blur as ``(type, size, angle)``, or None if none was given."""
    for kind in parametric_types():
        values = getattr(options, kind.name)
        if values is not None:
            names = [p.name for p in kind.parameters]
            return kind.target(**dict(zip(names, values, strict=True)))
    return None
