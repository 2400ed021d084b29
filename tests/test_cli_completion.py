"""Completion of the command by shells."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from skblur.cli import completion, main
from skblur.cli.main import _parser

# Completes the words that it is given, the last of which is being typed.
TRY = """
source "./$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_shtab_skblur
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(capsys, shell):
    pytest.importorskip("shtab")
    with pytest.raises(SystemExit) as stop:
        main(["--print-completion", shell])
    assert stop.value.code == 0
    return capsys.readouterr().out


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash_completes(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("script").write_text(script(capsys, "bash"))
    Path("photo.jpg").touch()
    Path("photos").mkdir()
    for words, expected in (
        (["est"], ["estimate"]),
        (["estimate", "--max"], ["--max-megapixels"]),
        (["deblur", "photo.jpg", "--blu"], ["--blur"]),
        (["--print-completion", "b"], ["bash"]),
        (["estimate", "photo"], ["photo.jpg", "photos"]),
        (["blur", "--gaussian", "2", "-o", "photo."], ["photo.jpg"]),
        (["train", "photo"], ["photos"]),
    ):
        done = subprocess.run(
            ["bash", "-c", TRY, "bash", "script", "skblur", *words],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        assert sorted(done.stdout.split()) == expected


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_have_a_script(capsys, shell):
    said = script(capsys, shell)
    assert "estimate" in said
    assert "print-completion" in said


def test_every_file_and_folder_is_known_to_be_one():
    others = {"PATTERN", "N", "P", "PX", "STD", "POWER", "TEXT", "ADDRESS", "SHELL"}
    others |= {"NAME=LOW:HIGH", "METHOD", None}
    for each in completion.all_actions(_parser()):
        known = each.metavar in completion.FILES | completion.FOLDERS | others
        assert known or isinstance(each.metavar, tuple), each.option_strings


def test_without_shtab(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["--print-completion", "bash"]) == 1
    said = "skblur: --print-completion: it needs shtab: pip install 'skblur[completion]'\n"
    assert capsys.readouterr() == ("", said)
