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


def begin_processes(n_jobs, module):
    """Start the processes, which import what they will need while this one does.

    Parameters
    ----------
    n_jobs : int
        How many.
    module : str
        What they will need.

    Returns
    -------
    iterable
        To be gone through before the processes get work.
    """
    if n_jobs == 1:
        return ()
    from joblib import Parallel, delayed, effective_n_jobs

    imports = [delayed(_import)(module)] * effective_n_jobs(n_jobs)
    return Parallel(n_jobs, return_as="generator")(imports)


def _import(module):
    import_module(module)
