"""Images are found by a text, in the space of a network for both."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from sample_projects import make_images, make_project
from tiny_clip import tiny_clip

import ahsml_app
from ahsml_app.base.errors import BackboneError, Cancelled, InputError
from ahsml_app.base.events import CancelToken, Event, Progress, Stage, drive
from ahsml_app.base.types import SampleTable
from ahsml_app.session.desk.text_search import TextMatches, find_by_text


@pytest.fixture
def table(tmp_path: Path, cache: Path) -> SampleTable:
    """16 images of circles, crosses, squares and triangles."""
    project = make_project(make_images(tmp_path / "pictures", per_class=4))
    found = project.table
    project.close()
    return found


@pytest.fixture
def network(tmp_path: Path) -> str:
    return tiny_clip(tmp_path)


def find(table: SampleTable, text: str, network: str) -> tuple[TextMatches, list[Event]]:
    events: list[Event] = []
    return drive(find_by_text(table, text, network), events.append), events


def extracted(events: list[Event]) -> int:
    """Images that vectors were computed of."""
    seen = [event for event in events if isinstance(event, Progress)]
    return max([event.done for event in seen if event.stage == Stage.EXTRACT_FEATURES], default=0)


def test_images_are_in_the_order_of_the_networks_own_cosines(
    table: SampleTable, network: str
) -> None:
    import open_clip
    import torch
    from PIL import Image
    from safetensors.torch import load_file

    name, file = network.split("=")
    module = open_clip.CLIP(**open_clip.get_model_config(name)).eval()
    module.load_state_dict(load_file(file))
    mean = torch.tensor(open_clip.OPENAI_DATASET_MEAN).reshape(3, 1, 1)
    std = torch.tensor(open_clip.OPENAI_DATASET_STD).reshape(3, 1, 1)

    def pixels(path: str) -> torch.Tensor:
        image = (
            Image.open(table.root / path).convert("RGB").resize((32, 32), Image.Resampling.BILINEAR)
        )
        return (torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255 - mean) / std

    with torch.inference_mode():
        images = module.encode_image(
            torch.stack([pixels(path) for path in table.paths]), normalize=True
        )
        tokens = open_clip.SimpleTokenizer()(["a red circle"])
        expected = (images @ module.encode_text(tokens, normalize=True)[0]).numpy()

    found, _ = find(table, "a red circle", network)

    assert sorted(found.rows.tolist()) == list(range(len(table)))
    assert (np.diff(found.similarity) <= 0).all()
    assert np.allclose(found.similarity, expected[found.rows], atol=0.01)
    assert np.corrcoef(found.similarity, expected[found.rows])[0, 1] > 0.95
    assert not found.is_cut


def test_the_second_text_needs_no_image_again(table: SampleTable, network: str) -> None:
    first, events = find(table, "a red circle", network)
    assert extracted(events) == len(set(table.hashes))
    second, events = find(table, "stars at night", network)
    assert extracted(events) == 0
    assert not np.allclose(np.sort(first.similarity), np.sort(second.similarity))


def test_an_image_that_cannot_be_read_is_left_out(table: SampleTable, network: str) -> None:
    (table.root / table.paths[3]).write_bytes(b"no image at all")
    (table.root / table.paths[5]).unlink()
    found, _ = find(table, "a circle", network)
    assert sorted(found.rows.tolist()) == [row for row in range(len(table)) if row not in (3, 5)]


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        ("ein roter Kreis mit Umlauten: äöü", False),
        ("赤い丸", False),
        ("👩‍🚀 \x00\u202e<start_of_text>", False),
        ("a dog on grass " * 700, True),
        ("x" * 1_000_000, True),
    ],
)
def test_any_text_is_taken(table: SampleTable, network: str, text: str, is_cut: bool) -> None:
    found, _ = find(table, text, network)
    assert len(found.rows) == len(table)
    assert found.is_cut == is_cut


def test_no_text_and_a_stop(table: SampleTable, network: str) -> None:
    with pytest.raises(InputError, match="no text"):
        find(table, "  \n", network)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        drive(find_by_text(table, "a circle", network, cancel), lambda _: None)


def test_what_is_no_such_network_says_what_to_do(
    table: SampleTable, network: str, tmp_path: Path
) -> None:
    name, file = network.split("=")
    for wrong, message, hint in (
        (f"ViT-B-32={file}", "does not hold the weights of ViT-B-32: missing", "ViT-B-16=FILE"),
        (file, "fits none of the common networks", "ViT-B-16=FILE"),
        (f"{name}={tmp_path / 'none.pt'}", "no file of weights", "another file"),
        (f"no-such-network={file}", "no network called 'no-such-network'", "ViT-B-16=FILE"),
        (f"hf-hub:some/one={file}", "no network called", "ViT-B-16=FILE"),
        (f"ViT-B-16-SigLIP={file}", "vocabulary that does not come with it", "SigLIP is not taken"),
        ("ViT-B-16", "no weights of the text network 'ViT-B-16'", "ViT-B-32"),
    ):
        with pytest.raises(BackboneError) as caught:
            find(table, "a circle", wrong)
        assert message in str(caught.value.message)
        assert hint in str(caught.value.hint)


def test_code_in_a_file_of_weights_is_never_run(
    table: SampleTable, network: str, tmp_path: Path
) -> None:
    import torch

    class Evil:
        def __reduce__(self) -> tuple:
            return (shutil.rmtree, (str(table.root),))

    torch.save({"state_dict": Evil()}, tmp_path / "evil.pt")
    with pytest.raises(BackboneError, match="cannot be read as weights"):
        find(table, "a circle", f"tiny-clip={tmp_path / 'evil.pt'}")
    assert table.root.is_dir()


def test_without_the_package_it_says_what_to_install(
    table: SampleTable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "open_clip", None)
    with pytest.raises(BackboneError, match="needs a package") as caught:
        find(table, "a circle", str(tmp_path / "any.safetensors"))
    assert 'pip install "ahsml-app[text]"' in str(caught.value.hint)


def test_a_script_finds_images_of_its_project(network: str, tmp_path: Path, cache: Path) -> None:
    made = make_project(make_images(tmp_path / "pictures", per_class=2))
    made.close()
    with ahsml_app.open_project(made.folder) as project:
        found = project.find("a red circle", network)
        assert sorted(path for path, _ in found) == sorted(project.paths)
    cosines = [cosine for _, cosine in found]
    assert cosines == sorted(cosines, reverse=True)
