"""ModelFileError: a file is no model, or a damaged one."""

__all__ = ["ModelFileError"]


class ModelFileError(ValueError):
    """A file does not hold a model that this skblur can read.

    It was written by another program or another version, or it has been damaged: nothing
    of it is used. `load_model` raises it, and no other error but those of the file system.

    Examples
    --------
    >>> import os, tempfile
    >>> from skblur import ModelFileError, load_model
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "model.npz")
    ...     with open(path, "w") as file:
    ...         _ = file.write("no model")
    ...     try:
    ...         load_model(path)
    ...     except ModelFileError as error:
    ...         print(str(error).split(": ", 1)[1])
    it is no archive
    """
