import json
import platform
import subprocess
import sys

import numpy as np
import PIL
import pytest
import sklearn
from PIL import Image
from scipy.signal import fftconvolve

from skblur import (
    GRNNRegressor,
    __version__,
    deblur_methods,
    load_model,
    motion_psf,
    save_model,
)
from skblur.cli import main


@pytest.fixture
def picture(tmp_path, photos):
    path = tmp_path / "moved.png"
    seen = fftconvolve(photos[4], motion_psf(12, 30), mode="valid")
    Image.fromarray(np.rint(np.clip(seen, 0, 1) * 255).astype(np.uint8)).save(path)
    return path


def test_without_a_file_it_takes_the_clock(capsys):
    assert main(["estimate"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("clock.png: motion, length ")
    assert err == ""


def test_json(capsys, picture):
    assert main(["estimate", "--json", str(picture), str(picture)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines] == [str(picture)] * 2
    assert lines[0]["blur_type"] == "motion"
    assert lines[0]["length"] == pytest.approx(12, abs=3)


def test_bad_files_do_not_stop_the_others(capsys, picture, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    Image.new("L", (9, 9)).save(tmp_path / "tiny.png")
    (tmp_path / "broken.png").write_bytes(picture.read_bytes()[:2000])
    names = [str(tmp_path / n) for n in ("none.png", "text.png", "tiny.png", "broken.png")]
    assert main(["estimate", *names, str(picture)]) == 1
    out, err = capsys.readouterr()
    undecided, found = out.splitlines()
    assert undecided.startswith(f"{names.pop(2)}: undecided (the picture is smaller")
    assert found.startswith(f"{picture}: motion")
    lines = err.splitlines()
    assert len(lines) == 3
    reasons = ("No such file", "cannot be read", "cannot be read")
    for line, name, reason in zip(lines, names, reasons, strict=True):
        assert line.startswith(f"skblur: {name}: ")
        assert reason in line


def test_folder(capsys, picture, tmp_path):
    (tmp_path / "empty").mkdir()
    assert main(["estimate", str(tmp_path), str(tmp_path / "empty")]) == 1
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert "no pictures in" in err


def test_colour_with_orientation(capsys, picture, tmp_path):
    turned = Image.open(picture).convert("RGB")
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", quality=95, exif=exif)
    main(["estimate", "--json", str(tmp_path / "turned.jpg")])
    found = json.loads(capsys.readouterr().out)
    # Shown a quarter turn clockwise: 30 degrees become 120.
    assert found["angle"] == pytest.approx(120, abs=6)


# So few patches teach next to nothing, and the network says so.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_train_then_estimate(capsys, photos, picture, tmp_path):
    folder = tmp_path / "sharp"
    folder.mkdir()
    for i, photo in enumerate(photos[:3]):
        Image.fromarray((photo[:200, :200] * 255).astype(np.uint8)).save(
            folder / f"{i}.png"
        )
    output = tmp_path / "model.npz"
    command = ["train", str(folder), "-o", str(output), "--patches", "240", "--quiet"]
    assert main(command) == 0
    assert "240 patches of 3 photographs" in capsys.readouterr().out
    assert load_model(output).n_features_in_ == 1024
    assert main(["estimate", "--model", str(output), str(picture)]) == 0
    capsys.readouterr()
    assert main(command) == 1
    assert "exists; --force overwrites it" in capsys.readouterr().err
    assert main(["estimate", "--model", str(picture), str(picture)]) == 1
    assert "is not a model written by skblur" in capsys.readouterr().err


def test_a_model_of_something_else(capsys, picture, tmp_path):
    """Non-regression test for: every picture was blamed for it, by an AttributeError."""
    model = GRNNRegressor(sigma=0.5).fit([[0.0], [1.0]], [0.0, 1.0])
    path = str(tmp_path / "model.npz")
    save_model(model, path)
    assert main(["estimate", str(picture), "--model", path]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"skblur: {path}: it holds a GRNNRegressor; expected is one of")
    assert err.count("\n") == 1
    assert main(["estimate", str(picture), "--model", "none.npz"]) == 1
    assert capsys.readouterr().err == "skblur: none.npz: No such file or directory\n"


def test_train_without_pictures(capsys, tmp_path):
    assert main(["train", str(tmp_path), "-o", str(tmp_path / "model.npz")]) == 1
    assert "no pictures in" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["--help"], ["estimate", "--help"], ["train", "--help"]]
)
def test_help(capsys, arguments):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 0
    assert "usage: skblur" in capsys.readouterr().out


def test_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    first, python, *others = capsys.readouterr().out.splitlines()
    assert first == f"skblur {__version__}"
    assert python.startswith(f"Python {platform.python_version()} ")
    found = dict(line.split() for line in others)
    assert found["scikit-learn"] == sklearn.__version__
    assert found["pillow"] == PIL.__version__


def test_as_a_module():
    run = subprocess.run(
        [sys.executable, "-m", "skblur", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith(f"skblur {__version__}\n")
    run = subprocess.run(
        [sys.executable, "-m", "skblur", "estimate", "--nonesuch"],
        capture_output=True,
        text=True,
    )
    assert run.stderr.startswith("usage: skblur estimate [FILE ...] [options]\n")


def test_plot(capsys, picture, tmp_path):
    figure = tmp_path / "found.png"
    assert main(["estimate", str(picture), "--plot", str(figure)]) == 0
    with Image.open(figure) as drawn:
        assert drawn.size[0] > 500
    assert main(["estimate", str(picture), "--plot", str(figure)]) == 1
    assert "--force overwrites it" in capsys.readouterr().err
    assert main(["estimate", str(picture), "--plot", str(figure), "--force"]) == 0
    folder = tmp_path / "figures"
    assert (
        main(["estimate", str(picture), str(picture), "--plot", str(folder), "--force"])
        == 0
    )
    assert [path.name for path in folder.iterdir()] == ["moved.png.png"]


def test_map(capsys, picture, tmp_path):
    figure, arrays = tmp_path / "map.png", tmp_path / "map.npz"
    assert main(["map", str(picture), "-o", str(figure)]) == 0
    assert "motion: " in capsys.readouterr().out
    with Image.open(figure) as drawn:
        assert drawn.size[0] > 500
    assert main(["map", str(picture), "-o", str(arrays), "--stride", "32"]) == 0
    with np.load(arrays) as saved, Image.open(picture) as seen:
        assert saved["size"].shape == seen.size[::-1]
    assert main(["map", str(picture), "-o", str(figure)]) == 1
    assert "--force overwrites it" in capsys.readouterr().err


def test_blur_and_deblur_keep_what_is_in_the_file(capsys, photos, tmp_path):
    """EXIF data and profile stay; the picture is turned, and its orientation with it."""
    sharp, seen, restored = (
        str(tmp_path / f"{n}.png") for n in ("sharp", "seen", "restored")
    )
    pixels = np.rint(255 * photos[1][:150, :200]).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a scene"
    colour = Image.fromarray(np.dstack([pixels, pixels, 255 - pixels]))
    colour.save(sharp, exif=exif, icc_profile=b"a profile")
    blur = ["--motion", "7", "30"]
    assert main(["blur", sharp, "-o", seen, *blur]) == 0
    assert (
        main(["deblur", seen, "-o", restored, *blur, "--method", "tv", "--gamma", "1"]) == 0
    )
    pictures = []
    for path in (sharp, seen, restored):
        with Image.open(path) as picture:
            assert picture.getexif()[0x010E] == "a scene"
            assert picture.getexif().get(0x0112, 1) == (6 if path == sharp else 1)
            assert picture.info["icc_profile"] == b"a profile"
            pictures.append(np.asarray(picture).astype(float))
    turned = np.rot90(pictures[0], -1)
    errors = [np.abs(picture - turned)[10:-10, 10:-10].mean() for picture in pictures[1:]]
    assert errors[1] < 0.6 * errors[0]
    assert main(["deblur", seen, "-o", restored, *blur]) == 1
    assert "--force overwrites it" in capsys.readouterr().err


def test_psf_is_written_and_read(capsys, picture, tmp_path):
    """What estimate and deblur write is what deblur takes."""
    numbers, drawn = tmp_path / "psf.npy", tmp_path / "psf.png"
    assert main(["estimate", str(picture), "--psf", str(numbers)]) == 0
    psf = np.load(numbers)
    assert psf.sum() == pytest.approx(1)
    out = [tmp_path / f"{name}.png" for name in ("first", "second", "third")]
    command = ["deblur", str(picture), "--method", "wiener", "--gamma", "1", "-o"]
    assert main([*command, str(out[0]), "--psf", str(drawn)]) == 0
    assert "restored by wiener in values, noise 0.0" in capsys.readouterr().out
    with Image.open(drawn) as shown:
        levels = np.asarray(shown, float)
    np.testing.assert_allclose(levels / levels.sum(), psf, atol=1e-4)
    noise = ["--noise", "0.01"]
    for path, given in zip(out[1:], (numbers, drawn), strict=True):
        assert main([*command, str(path), "--psf-file", str(given), *noise]) == 0
    pictures = [np.asarray(Image.open(path), float) for path in out[1:]]
    assert np.abs(pictures[0] - pictures[1]).max() <= 2
    assert main([*command, str(tmp_path / "x.png"), "--psf", str(numbers)]) == 1
    assert "--force overwrites it" in capsys.readouterr().err
    command = ["estimate", str(picture), "--psf", str(tmp_path / "psf.txt")]
    assert main(command) == 1
    assert "must end in .npy or .png" in capsys.readouterr().err


@pytest.mark.parametrize("method", deblur_methods())
def test_the_noise_that_is_told_is_the_one_that_was_used(
    capsys, picture, rng, tmp_path, method
):
    """Non-regression test for: of methods that measure it, it was said to be 0.0000."""
    with Image.open(picture) as opened:
        seen = np.asarray(opened) / 255
    noisy, out = tmp_path / "noisy.png", str(tmp_path / "out.png")
    pixels = np.rint(255 * (seen + 0.03 * rng.standard_normal(seen.shape)).clip(0, 1))
    # One of the colours has less.
    image = np.stack([pixels, pixels, 255 * seen], axis=-1).astype(np.uint8)
    Image.fromarray(image).save(noisy)
    blur = ["--motion", "12", "30", "--gamma", "1", "--method", method, "--force"]
    command = ["deblur", str(noisy), "-o", out, *blur]
    of_luma = method in ("tv", "epll")
    assert main(command) == 0
    told = capsys.readouterr().out.split(", noise ")[1].removesuffix(" of full scale\n")
    told = [float(each) for each in told.split(" to ")]
    # Of the luma, in which blue counts 0.114; or from the least of a colour to the most.
    assert len(told) == (1 if of_luma else 2)
    assert told[-1] == pytest.approx((1 - 0.114) * 0.03 if of_luma else 0.03, rel=0.2)
    assert of_luma or told[0] < 0.01
    assert main([*command, "--noise", "0.02"]) == 0
    assert "noise 0.0200 of full scale" in capsys.readouterr().out


@pytest.mark.parametrize("gamma", [[], ["--gamma", "2.4"]])
@pytest.mark.parametrize("suffix", ["png", "jpg"])
@pytest.mark.parametrize(
    "blur", [["--gaussian", "2"], ["--motion", "9", "30"], ["--defocus", "4"]]
)
def test_what_blur_has_done_deblur_undoes(photos, tmp_path, blur, suffix, gamma):
    """Non-regression test for: in another light than it was done, it lost 6 dB."""
    sharp, seen, restored = (
        str(tmp_path / f"{n}.{suffix}") for n in ("sharp", "seen", "restored")
    )
    pixels = np.rint(255 * photos[4][60:260, 100:340]).astype(np.uint8)
    Image.fromarray(pixels).save(sharp, quality=100)
    assert main(["blur", sharp, "-o", seen, *blur, *gamma]) == 0
    assert main(["deblur", seen, "-o", restored, "--method", "tv"]) == 0
    truth, before, after = (
        np.asarray(Image.open(path), float) for path in (sharp, seen, restored)
    )
    inner = np.s_[10:-10, 10:-10]
    errors = [np.mean((picture - truth)[inner] ** 2) for picture in (before, after)]
    assert errors[1] < 0.75 * errors[0]


def test_of_a_photograph_that_was_exposed_the_light_is_known(photos, tmp_path, capsys):
    """It is restored in linear light, and blurred in it, unless that is said."""
    pixels = np.rint(255 * photos[4][60:260, 100:340]).astype(np.uint8)
    exif = Image.Exif()
    exif[0x8769] = {0x829A: 0.02}
    taken, plain, blurred = (str(tmp_path / f"{n}.jpg") for n in ("taken", "plain", "b"))
    Image.fromarray(pixels).save(taken, quality=100, exif=exif)
    Image.fromarray(pixels).save(plain, quality=100)
    seen = []
    for name, gamma in ((taken, []), (plain, ["--gamma", "2.4"]), (plain, [])):
        assert main(["blur", name, "-o", blurred, "--force", "--defocus", "4", *gamma]) == 0
        seen.append(np.asarray(Image.open(blurred)))
    np.testing.assert_array_equal(seen[0], seen[1])
    assert (seen[0] != seen[2]).any()
    given = ["--defocus", "4", "--method", "wiener", "--force"]
    for name, gamma, said in (
        (taken, [], "in linear light (gamma 2.4)"),
        (taken, ["--gamma", "1"], "in values"),
        (plain, [], "in values"),
    ):
        assert main(["deblur", name, "-o", blurred, *given, *gamma]) == 0
        assert said in capsys.readouterr().out


def test_deblur_estimates_and_says_so(capsys, picture, photos, tmp_path):
    out = tmp_path / "restored.jpg"
    assert main(["deblur", str(picture), "-o", str(out), "--method", "wiener"]) == 0
    assert "motion, length" in capsys.readouterr().out
    assert out.exists()
    flat = tmp_path / "flat.png"
    Image.new("L", (100, 100), 128).save(flat)
    assert main(["deblur", str(flat), "-o", str(tmp_path / "flat_out.png")]) == 1
    assert "nothing written" in capsys.readouterr().err
    assert not (tmp_path / "flat_out.png").exists()
    assert main(["deblur", str(picture), "-o", str(tmp_path / "noname")]) == 1
    assert "must end in one of" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.part"))
