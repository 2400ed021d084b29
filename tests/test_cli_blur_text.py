"""Blurs in words: what is printed is what is read."""

import io
import json
import os
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skblur import (
    BlurEstimate,
    BlurType,
    Parameter,
    blur_types,
    register_blur_type,
    unregister_blur_type,
)
from skblur.blurs.naming import FreePSFError, parse_blur, short_form
from skblur.blurs.types import blur_type
from skblur.cli import main

# One that nothing else knows of: in its name and unit is what patterns might stumble over.
STREAK = BlurType(
    code=7,
    name="motions",
    meaning="seen by a test",
    psf=lambda span: np.ones((3, 3)) / 9,
    parameters=(
        Parameter(
            name="span", unit="px^2", meaning="", paper=(1, 9), photo=(1, 9), trained=(1, 9)
        ),
    ),
)
# The last two look like the beginning of a record.
NAMES = ["clock.png", "a: motion, length 3.0 px.png", "none: none.png", "b (c); d.png"]
NAMES += ["{1}.png", '{"blur_type": "none"}.png']


@pytest.fixture
def streak():
    register_blur_type(STREAK)
    yield STREAK
    unregister_blur_type(STREAK)


def drawn(kind, rng):
    """Random parameters of a type, angles beyond one turn among them."""
    return {
        p.name: float(rng.uniform(-200, 400) if p.period else rng.uniform(0.1, 90))
        for p in kind.parameters
    }


def check_same(found, kind, values, precision):
    """That a target is that of a type with these parameters, as precisely."""
    assert found[0] == kind.code
    for p in kind.parameters:
        assert p.error(found[p.index], values[p.name]) <= precision
        assert p.period is None or 0 <= found[p.index] < p.period


def test_what_is_printed_is_what_is_read(rng, streak):
    for kind in blur_types():
        for _ in range(50):
            values = drawn(kind, rng)
            estimate = BlurEstimate(kind.name, {kind.name: rng.uniform()}, values)
            line = str(estimate)
            bare = line[: line.index(" (confidence")]
            short = " ".join([kind.name, *map(repr, values.values())])
            more = "; 70 % of the picture defocus, radius about 6 px"
            for text in (line, bare, *(f"{name}: {line}{more}\n" for name in NAMES)):
                check_same(parse_blur(text), kind, values, 0.05 + 1e-9)
            for text in (short, json.dumps(estimate.to_dict(), indent=1)):
                check_same(parse_blur(text), kind, values, 1e-9)


def test_angles_are_printed_within_a_turn():
    estimate = BlurEstimate("motion", {"motion": 1.0}, {"angle": 179.97, "length": 5})
    assert str(estimate) == "motion, length 5.0 px, angle 0.0 deg (confidence 1.00)"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "",
            "expected 'none', 'gaussian SIGMA', 'motion LENGTH ANGLE' or 'defocus RADIUS'",
        ),
        ("fog 3", "'defocus RADIUS', got 'fog 3'"),
        ("photo.jpg", "got 'photo.jpg'"),
        ("x" * 99, f"got '{80 * 'x'}...'"),
        ("nonesuch", "got 'nonesuch'"),
        ("none 3", "expected 'none', got 'none 3'"),
        ("motion 12", "expected 'motion LENGTH ANGLE' or 'motion, length LENGTH px, angle"),
        ("motion 12 mm 30 deg", "angle ANGLE deg', got 'motion 12 mm 30 deg'"),
        ("motion, angle 30 deg, length 12 px", "got 'motion, angle"),
        ("gaussian 2,5", "got 'gaussian 2,5'"),
        (
            "undecided (the picture is mere noise)",
            "the blur is undecided: name one as 'none'",
        ),
        ("a.png: none\nb.png: none", "expected one blur, got 2 lines"),
        ("{}}", "expected one JSON object, got '{}}'"),
        ("{1}.png", "expected 'none', 'gaussian SIGMA', "),
        ('{"file": "a.png", "error": "it is damaged"}', "got none: it is damaged"),
        ('{"blur_type": "undecided"}', "the blur is undecided"),
        ('{"blur_type": "fog"}', "the blur type must be one of"),
        ('{"blur_type": "motion", "length": 3}', "a number as 'angle' of motion, got none"),
        ('{"blur_type": "gaussian", "sigma": "2"}', "'sigma' of gaussian, got '2'"),
        ('{"blur_type": "gaussian", "sigma": true}', "'sigma' of gaussian, got True"),
    ],
)
def test_what_is_no_blur(text, reason):
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        parse_blur(text)
    assert reason in str(refused.value)


def free(psf):
    return BlurEstimate("motion", {"motion": 0.9}, {"length": 9, "angle": 3}, free_psf=psf)


def test_a_free_psf_is_in_no_words():
    found = free(np.ones((3, 3)) / 9)
    for text in (f"shaken.png: {found}", json.dumps(found.to_dict())):
        with pytest.raises(FreePSFError, match="words do not hold it"):
            parse_blur(text)


@pytest.fixture
def folder(tmp_path, photos, monkeypatch):
    """A folder to be in, with a picture."""
    monkeypatch.chdir(tmp_path)
    pixels = np.rint(255 * photos[1][:60, :70]).astype(np.uint8)
    Image.fromarray(pixels).save("x.png")
    return tmp_path


@pytest.fixture
def piped(capsys, monkeypatch):
    """What the command says of an estimate is the standard input of the next one."""

    def pipe(found, *options):
        module = import_module("skblur.estimation.estimate_many")
        monkeypatch.setattr(module, "estimate_blur", lambda image, **settings: found)
        assert main(["estimate", "x.png", *options]) == 0
        monkeypatch.setattr(sys, "stdin", io.StringIO(capsys.readouterr().out))

    return pipe


BLUR = ["blur", "x.png", "--force", "-o"]
RESTORE = ["--method", "wiener", "--gamma", "1", "--noise", "0.01", "--force", "-o"]


@pytest.mark.parametrize("option", [(), ("--json",)])
@pytest.mark.parametrize("kind", [each.name for each in blur_types()])
def test_what_estimate_says_blur_and_deblur_take(folder, piped, rng, kind, option):
    kind = blur_type(kind)
    values = {name: round(value % 20, 1) for name, value in drawn(kind, rng).items()}
    found = BlurEstimate(kind.name, {kind.name: 0.9}, values)
    piped(found, *option)
    assert main([*BLUR, "read.png", "--blur", "-"]) == 0
    assert main([*BLUR, "named.png", "--blur", str(found)]) == 0
    assert Path("read.png").read_bytes() == Path("named.png").read_bytes()
    if not kind.parameters:
        with Image.open("read.png") as same, Image.open("x.png") as before:
            assert np.array_equal(same, before)
        return
    short = [f"--{kind.name}", *map(str, values.values())]
    assert main([*BLUR, "short.png", *short]) == 0
    assert Path("short.png").read_bytes() == Path("named.png").read_bytes()
    piped(found, *option)
    assert main(["deblur", "read.png", *RESTORE, "restored.png", "--blur", "-"]) == 0
    assert main(["deblur", "read.png", *RESTORE, "again.png", *short]) == 0
    assert Path("restored.png").read_bytes() == Path("again.png").read_bytes()


def test_what_cannot_be_taken_from_the_standard_input(capsys, folder, piped, monkeypatch):
    deblur = ["deblur", "x.png", "-o", "out.png", "--blur", "-"]
    piped(BlurEstimate("none", {"none": 1.0}))
    assert main(deblur) == 1
    assert capsys.readouterr().err == "skblur: nothing written: the given blur is none\n"
    piped(free(np.ones((3, 3)) / 9))
    assert main(deblur) == 1
    err = capsys.readouterr().err
    assert err.startswith("skblur: standard input: the PSF of this blur has no simple form")
    assert "'skblur deblur --psf-file FILE' takes it" in err
    for text, reason in (("", "expected 'none', "), ("motion 2e3 0", "length must be ")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        assert main([*BLUR, "out.png", "--blur", "-"]) == 1
        assert capsys.readouterr().err.startswith(f"skblur: standard input: {reason}")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff"), "utf-8"))
    assert main(deblur) == 1
    assert "standard input: 'utf-8' codec can't decode" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", None)
    assert main(deblur) == 1
    assert capsys.readouterr().err == "skblur: standard input: it is closed\n"
    assert os.listdir() == ["x.png"]


def test_words_that_are_no_blur_are_an_error_of_usage(capsys, folder):
    for text, reason in (
        ("motion", "argument --blur: expected 'motion LENGTH ANGLE' or "),
        ("gaussian 0", "argument --blur: sigma must be a number of px above 0 and at most"),
        (f'{{"blur_type": "gaussian", "sigma": 1{400 * "0"}}}', "at most 1000, got 'inf'"),
        (str(free(np.ones((3, 3)) / 9)), "'skblur estimate --psf FILE' writes it"),
    ):
        with pytest.raises(SystemExit) as stop:
            main([*BLUR, "out.png", "--blur", text])
        assert stop.value.code == 2
        assert reason in capsys.readouterr().err


def test_help_says_what_is_short_for_what(capsys):
    with pytest.raises(SystemExit):
        main(["deblur", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    for kind in blur_types()[1:]:
        assert f"short for --blur '{short_form(kind)}': " in said
