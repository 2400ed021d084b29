import json

import numpy as np
import pytest
from PIL import Image
from scipy.signal import fftconvolve

from skblur import __version__, load_model, motion_psf
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
    for line, name, reason in zip(
        lines,
        names,
        ("No such file", "cannot identify", ""),
        strict=True,
    ):
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
    assert capsys.readouterr().out == f"skblur {__version__}\n"


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
