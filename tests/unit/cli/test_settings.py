"""--config and --save-config: what the command takes from a settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahsml_app import cli
from ahsml_app.base.errors import ExitCode, OptionError
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.base.options.settings_file import read_settings
from ahsml_app.cli.arguments import UsageError, parse_arguments


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(
        'source = "photos"\nout = "done"\nviews = 2\nfinetune = true\nfinetune-epochs = 4\n',
        "utf-8",
    )
    return path


def options(*argv: str) -> RunOptions:
    return parse_arguments(list(argv)).options


def test_a_settings_file_gives_what_the_command_line_leaves_out(settings: Path) -> None:
    values = {
        "source": Path("photos"),
        "out": Path("done"),
        "views": 2,
        "finetune": True,
        "finetune_epochs": 4,
    }
    assert options("--headless", "--config", str(settings)) == with_values(RunOptions(), values)


def test_the_command_line_wins_over_the_settings_file(settings: Path) -> None:
    taken = options(
        "--headless", "others", "--config", str(settings), "--views", "4", "--no-finetune",
        "--folds", "3",
    )  # fmt: skip
    assert taken.source == Source(Path("others"))
    assert taken.features.views == 4  # the default, but given
    assert not taken.tuning.enabled
    assert taken.training.folds == 3
    assert taken.output.folder == Path("done")


def test_a_fine_tuning_option_needs_the_switch_in_either_place(settings: Path) -> None:
    given = ["--headless", "--config", str(settings), "--finetune-memory", "9"]
    assert options(*given).tuning.memory == 9
    with pytest.raises(UsageError, match="--finetune-memory has no effect"):
        options(*given, "--no-finetune")


def test_a_mistake_in_the_settings_file_ends_the_command(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.write_text("epoch = 3", "utf-8")
    with pytest.raises(OptionError):
        options("--config", str(settings))
    assert cli.main(["--headless", "--config", str(settings)]) == ExitCode.USAGE
    assert f"{settings} has an unknown key 'epoch'" in capsys.readouterr().err


def test_the_options_of_a_call_are_saved_over_those_of_a_file(
    settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "saved.toml"
    call = ["--config", str(settings), "--views", "6", "--loss", "circle"]
    assert cli.main([*call, "--save-config", str(saved)]) == ExitCode.OK
    assert f"The settings are in {saved}." in capsys.readouterr().out
    assert read_settings(saved) == read_settings(settings) | {"views": 6, "loss": "circle"}
    assert cli.main([*call, "--save-config", str(saved)]) == ExitCode.OUTPUT
    assert cli.main([*call, "--save-config", str(saved), "--force", "--quiet"]) == ExitCode.OK


def test_saving_needs_no_complete_call_and_runs_nothing(tmp_path: Path) -> None:
    saved = tmp_path / "saved.toml"
    assert cli.main(["--headless", "--epochs", "3", "--save-config", str(saved)]) == ExitCode.OK
    assert read_settings(saved) == {"epochs": 3}


def test_the_window_opens_the_folder_of_a_manifest(tmp_path: Path) -> None:
    assert options("--labels", "photos/labels.csv").source == Source(
        Path("photos"), labels=Path("photos/labels.csv")
    )
    assert options().source is None
