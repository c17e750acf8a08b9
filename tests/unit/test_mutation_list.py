"""The list of faults fits the code: each entry can be applied, and its tests exist."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from mutations.run_mutations import Mutation, load, mutated

CHECKOUT = Path(__file__).resolve().parents[2]
MUTATIONS = load()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.fault)
def test_the_fault_can_be_made_and_its_tests_exist(mutation: Mutation) -> None:
    changed = mutated(mutation, (CHECKOUT / mutation.file).read_text(encoding="utf-8"))
    ast.parse(changed)
    assert mutation.tests
    for test in mutation.tests:
        file, _, name = test.partition("::")
        source = (CHECKOUT / file).read_text(encoding="utf-8")
        assert not name or f"def {name.partition('[')[0]}(" in source, test


def test_every_layer_has_faults_to_be_noticed() -> None:
    layers = {mutation.file.split("/")[1] for mutation in MUTATIONS}
    assert layers >= {"base", "core", "store", "session", "cli", "gui"}
