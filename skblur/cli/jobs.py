"""The processes of a command, and the option for their number."""

from importlib import import_module

from .values import jobs


def add_jobs(parser):
    """Add ``--jobs`` to a parser, or a group of it."""
    parser.add_argument(
        "--jobs",
        type=jobs,
        default=1,
        metavar="N",
        help="number of processes, -1 for one per processor [1]",
    )


def import_everywhere(module, n_jobs):
    """A module, imported here and by the processes that will need it at the same time.

    Parameters
    ----------
    module : str
        Its name, with its packages.
    n_jobs : int
        Number of processes; 1 is this one alone.

    Returns
    -------
    module
        As it is here.
    """
    if n_jobs == 1:
        return import_module(module)
    from joblib import Parallel, delayed, effective_n_jobs

    imports = [delayed(_import)(module)] * effective_n_jobs(n_jobs)
    others = Parallel(n_jobs, return_as="generator")(imports)
    here = import_module(module)
    for _ in others:
        pass
    return here


def _import(module):
    import_module(module)
