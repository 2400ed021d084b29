"""What the installed Pillow has been built with."""

__all__ = []

# What it may lack, and its name for it.
CODECS = {"AVIF": "avif", "JPEG": "jpg", "JPEG2000": "jpg_2000", "WEBP": "webp"}


def has_codec(kind):
    """Whether Pillow reads and writes this format."""
    from PIL import features

    # Of what it has not heard of, an older one says so by a warning.
    known = {*features.modules, *features.codecs}
    return kind not in CODECS or (CODECS[kind] in known and features.check(CODECS[kind]))
