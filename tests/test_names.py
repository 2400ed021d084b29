import os
from itertools import product

import pytest

from skblur.files.names import name_of_text, text_of_name


@pytest.mark.parametrize(
    "name", ["a.png", "holiday/ü ö.jpg", "new\nline", r"C:\all\udo.png"]
)
def test_usual_names_stay(name):
    assert text_of_name(name) == name_of_text(name) == name


def test_each_name_has_a_text_of_its_own():
    """Non-regression test for: two files were one row, and none was found again."""
    parts = ["\\", "u", r"\u", "dce9", "\udce9", "\ud800", "005c", "é"]
    names = {"".join(some) for n in range(5) for some in product(parts, repeat=n)}
    texts = {text_of_name(name): name for name in names}
    assert len(texts) == len(names)
    for text, name in texts.items():
        assert text.encode("utf-8").decode("utf-8") == text
        assert name_of_text(text) == name


def test_bytes_that_are_not_utf8():
    assert text_of_name(os.fsdecode("é".encode() + b"\xe9.png")) == r"é\udce9.png"
