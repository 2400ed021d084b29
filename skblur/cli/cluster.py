"""The option for a cluster that does the work."""

import re
from argparse import ArgumentTypeError
from contextlib import contextmanager

from .command_error import about

# Seconds until a scheduler that does not answer is taken for none.
PATIENCE = 10


def add_scheduler(parser):
    """Add ``--scheduler`` to a parser, or a group of it."""
    parser.add_argument(
        "--scheduler",
        type=address,
        metavar="ADDRESS",
        help="have all workers of a Dask cluster do it; the address of its scheduler, as "
        "tcp://host:8786. Pictures must have the same paths on all machines",
    )


def address(text):
    """An address that Dask understands; of another it leaves a client that hangs."""
    if not re.fullmatch(r"((tcp|tls|ucx|wss?)://)?[^\s/]+:\d+", text):
        raise ArgumentTypeError(f"must be as tcp://host:8786, got {text!r}")
    return text


@contextmanager
def on_cluster(scheduler):
    """Within the block joblib spreads its work over the cluster; None is no cluster.

    Raises
    ------
    CommandError
        If Dask is missing, or no scheduler that has workers answers.
    """
    if scheduler is None:
        yield
        return
    from joblib import parallel_config

    with about(scheduler):
        client = _client(scheduler)
    with client, parallel_config("dask", client=client):
        yield


def _client(scheduler):
    try:
        from distributed import Client
    except ImportError as error:
        reason = "a cluster needs dask: pip install 'skblur[distributed]'"
        raise ImportError(reason) from error
    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except OSError as error:
        raise OSError(f"no scheduler answers within {PATIENCE} seconds") from error
    if not client.ncores():
        client.close()
        raise OSError("the scheduler has no workers")
    return client
