"""Settings files: what is written is read again, and mistakes are named."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahsml_app.base.errors import OptionError, OutputError
from ahsml_app.base.options.option import Option
from ahsml_app.base.options.option_table import OPTIONS
from ahsml_app.base.options.settings_file import read_settings, write_settings

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
COMMAND = {name: option for name, option in OPTIONS.items() if option.in_command}


def values_of(option: Option) -> st.SearchStrategy[Any]:
    if option.kind == "choice":
        return st.sampled_from(option.choices)
    return {
        "switch": st.booleans(),
        "whole": st.integers(option.minimum, option.maximum or 10**9),
        "text": TEXTS,
        "path": TEXTS.filter(lambda text: "\0" not in text).map(Path),
    }[option.kind]


SETTINGS = st.fixed_dictionaries(
    {}, optional={name: values_of(option) for name, option in COMMAND.items()}
)


@given(settings=SETTINGS)
def test_what_is_written_is_read_again(
    settings: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    write_settings(path, settings)
    assert read_settings(path) == settings


def test_options_that_are_not_given_are_comments_with_their_defaults(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    write_settings(path, {"epochs": 3})
    text = path.read_text("utf-8")
    assert tomllib.loads(text) == {"epochs": 3}
    assert '\n# loss = "multi-similarity"\n' in text
    assert "\n# finetune-memory = 0\n" in text
    assert "trust" not in text
    uncommented = text.replace("\n# views", "\nviews").replace("\n# finetune =", "\nfinetune =")
    path.write_text(uncommented, "utf-8")
    assert read_settings(path) == {"epochs": 3, "views": 4, "finetune": False}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("epoch = 3", "unknown key 'epoch'", "'epochs'"),
        ("finetune_epochs = 3", "unknown key 'finetune_epochs'", "'finetune-epochs'"),
        ("trust-checked = false", "unknown key 'trust-checked'", ""),
        ("resume = true", "unknown key 'resume'", ""),
        ("[training]\nepochs = 3", "unknown key 'training'", ""),
        ("epochs = 0", "wrong value of 'epochs': 0 is not a whole number from 1", ""),
        ("views = 1.5", "wrong value of 'views': 1.5", ""),
        ('finetune = "yes"', "wrong value of 'finetune': 'yes' is neither", ""),
        ('loss = "proxy"', "wrong value of 'loss': 'proxy' is not one of multi-similarity", ""),
        ("epochs =", "is not valid TOML", "--save-config"),
        ("a = " + 5000 * "[", "is not valid TOML", "--save-config"),
    ],
)
def test_a_mistake_is_refused_with_file_and_key(
    tmp_path: Path, text: str, message: str, hint: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(OptionError) as caught:
        read_settings(path)
    assert str(path) in str(caught.value.message)
    assert message in str(caught.value.message)
    assert hint in str(caught.value.hint)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"gone\.toml cannot be read"):
        read_settings(tmp_path / "gone.toml")


def test_an_existing_file_stays_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("epochs = 9  # mine", "utf-8")
    with pytest.raises(OutputError, match="exists"):
        write_settings(path, {"epochs": 3})
    assert path.read_text("utf-8") == "epochs = 9  # mine"
    write_settings(path, {"epochs": 3}, force=True)
    assert read_settings(path) == {"epochs": 3}


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n", b"[project]\nname = 'mine'\n"])
def test_what_is_no_settings_file_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    """An image that was named by mistake was lost."""
    path = tmp_path / "cat.png"
    path.write_bytes(content)
    with pytest.raises(OutputError, match="is not a settings file"):
        write_settings(path, {"epochs": 3}, force=True)
    assert path.read_bytes() == content


def test_a_name_that_is_no_text_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    with pytest.raises(OutputError, match="not valid text"):
        write_settings(path, {"source": Path("photo\udcff")})
    assert not list(tmp_path.iterdir())


def test_a_folder_that_takes_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    target = tmp_path / "file" / "settings.toml"
    with pytest.raises(OutputError, match="cannot be written") as caught:
        write_settings(target, {})
    assert str(target) in str(caught.value.message)
    assert caught.value.hint
