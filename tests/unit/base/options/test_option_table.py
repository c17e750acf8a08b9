"""The table of options: complete, sound, and the one source of what others show."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import pytest

from ahsml_app.base.options.option_table import OPTIONS, record_of, value_of, with_values
from ahsml_app.base.options.run_options import LossName, RunOptions, Source
from ahsml_app.cli.command_options import COMMAND_OPTIONS


def test_the_table_holds_every_field_of_every_section() -> None:
    options = with_values(RunOptions(), {"source": Path("photos")})
    fields = {(section, name) for section, part in asdict(options).items() for name in part}
    assert {(option.section, option.field) for option in OPTIONS.values()} == fields
    assert not OPTIONS.keys() & COMMAND_OPTIONS.keys()


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_is_described_and_takes_its_own_default(name: str) -> None:
    option = OPTIONS[name]
    assert option.help
    assert option.explanation.endswith(".")
    assert option.metavar or option.kind == "switch"
    assert not option.requires or OPTIONS[option.requires].kind == "switch"
    if option.default is not None:
        assert option.check(option.default) == option.default


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("views", 17),
        ("views", 2.0),
        ("views", True),
        ("views", "2"),
        ("loss", "proxy"),
        ("loss", ["triplet"]),
        ("finetune", 1),
        ("backbone", ""),
        ("out", 3),
    ],
)
def test_a_value_that_an_option_does_not_have_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"is (not|neither)"):
        OPTIONS[name].check(value)


def test_the_losses_of_the_table_are_those_of_the_engine() -> None:
    from ahsml_app.core.losses import LOSSES

    assert set(get_args(LossName)) == set(LOSSES)


def test_the_defaults_of_the_table_are_those_of_the_engine() -> None:
    from ahsml_app.core.config import TrainConfig
    from ahsml_app.core.finetune.finetune_config import FinetuneConfig

    for name in ("loss", "folds", "epochs", "passes", "dimension", "seed"):
        assert OPTIONS[name].default == getattr(TrainConfig(), name), name
    for name in ("epochs", "memory"):
        assert OPTIONS[f"finetune_{name}"].default == getattr(FinetuneConfig(), name), name


def test_values_go_to_their_sections_and_leave_the_rest_as_it_is() -> None:
    base = with_values(RunOptions(), {"views": 2, "seed": 5})
    options = with_values(base, {"finetune_epochs": 3, "seed": 7})
    assert options.tuning.epochs == 3
    assert options.training.epochs is None
    assert (options.features.views, options.training.seed) == (2, 7)
    assert options.source is None
    assert value_of(options, "labels") is None
    options = with_values(options, {"source": Path("photos"), "labels": Path("l.csv")})
    assert options.source == Source(Path("photos"), Path("l.csv"))


def test_the_record_names_every_option_and_is_plain() -> None:
    options = with_values(RunOptions(), {"source": Path("photos"), "passes": 1})
    record = record_of(options)
    assert list(record) == list(OPTIONS)
    assert (record["source"], record["passes"], record["finetune"]) == ("photos", 1, False)


def test_the_options_need_neither_numpy_nor_torch() -> None:
    script = (
        "import sys\nimport ahsml_app.base.options.settings_file\n"
        "assert not {'numpy', 'torch'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
