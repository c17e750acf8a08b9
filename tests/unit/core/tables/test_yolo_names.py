"""Names of YOLO's classes in YAML, whatever they are, read by the usual reader of YAML."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ahsml_app.core.tables.forms.yolo_names import with_names, yolo_names

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)


FORMS: dict[str, Callable[[list[str]], str]] = {
    "list in lines": lambda names: yaml.safe_dump({"nc": len(names), "names": names}),
    "list in brackets": lambda names: yaml.safe_dump({"names": names}, default_flow_style=None),
    "in double quotes": lambda names: yaml.safe_dump({"names": names}, default_style='"'),
    "numbers in lines": lambda names: yaml.safe_dump({"names": dict(enumerate(names)), "nc": 1}),
    "numbers in braces": lambda names: yaml.safe_dump(
        {"names": dict(enumerate(names))}, default_flow_style=None
    ),
}


@pytest.mark.parametrize("form", FORMS)
@given(names=st.lists(NAMES, min_size=1, max_size=4), new=st.lists(NAMES, max_size=2))
def test_any_names_are_read_and_followed_by_others(
    form: str, names: list[str], new: list[str]
) -> None:
    text = FORMS[form](names) + "# end\n"
    assert yolo_names(text) == names
    written = with_names(text, [*names, *new])
    assert yolo_names(written) == [*names, *new]
    read = yaml.safe_load(written)["names"]
    assert [*(read.values() if isinstance(read, dict) else read)] == [*names, *new]
    assert written.endswith("# end\n")


@pytest.mark.parametrize(
    "text",
    ["names: [a, b", "names: [a, [b]]", "names: a\nb: {", "names: " + "[" * 5000, "names: &a [*a]"],
)
def test_damaged_yaml_names_no_class_and_takes_none(text: str) -> None:
    assert yolo_names(text) == []
    with pytest.raises(ValueError, match="cannot take 'c'"):
        with_names(text, ["c"])
