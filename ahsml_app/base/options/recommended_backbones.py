"""A short list of networks for those who have a network connection or a file of weights.

Licence and training data are those of the model cards, which may change: the card counts. No
licence here forbids commercial use.
"""

from __future__ import annotations

from dataclasses import dataclass

DOWNLOAD_SENTENCE = (
    "Downloaded once from the Hugging Face Hub, which learns the network's name and no image."
)


@dataclass(frozen=True, slots=True)
class RecommendedBackbone:
    """A network and what speaks for it.

    Attributes:
        name: Its name for `--backbone`.
        title: Its usual name.
        licence: SPDX name of the licence of its weights.
        megabytes: Size of the download; 0 for none.
        size: Side of its input in pixels, as this program uses it.
        purpose: What it is good for.
    """

    name: str
    title: str
    licence: str
    megabytes: int
    size: int
    purpose: str

    @property
    def summary(self) -> str:
        """Licence, download and input size on one line."""
        download = f"{self.megabytes} MB" if self.megabytes else "built in"
        return f"{self.licence}, {download}, {self.size} px"


RECOMMENDED_BACKBONES = (
    RecommendedBackbone(
        "efficientnet-lite0",
        "EfficientNet-Lite0",
        "Apache-2.0",
        0,
        192,
        "The default: fast on any laptop.",
    ),
    RecommendedBackbone(
        "timm:convnext_tiny.in12k_ft_in1k",
        "ConvNeXt tiny",
        "Apache-2.0",
        114,
        192,
        "Photographs of everyday things.",
    ),
    RecommendedBackbone(
        "timm:vit_small_patch14_dinov2.lvd142m",
        "DINOv2 small",
        "Apache-2.0",
        88,
        224,
        "Shapes and textures of any kind.",
    ),
    RecommendedBackbone(
        "timm:vit_base_patch14_dinov2.lvd142m",
        "DINOv2 base",
        "Apache-2.0",
        346,
        224,
        "Finer shapes and textures, on a graphics card.",
    ),
    RecommendedBackbone(
        "timm:vit_base_patch16_siglip_224.webli",
        "SigLIP base",
        "Apache-2.0",
        372,
        224,
        "Products, logos and scenes, on a graphics card.",
    ),
)
"""The network that is built in, and others from small to large."""

TEXT_NETWORK = RecommendedBackbone(
    "ViT-B-32",
    "CLIP ViT-B/32 of DataComp",
    "MIT",
    605,
    224,
    "Knows what photographs show, by texts in English.",
)
"""The network to find images by a text; its name is that of open_clip, and not for `--backbone`."""

TEXT_HUB = "laion/CLIP-ViT-B-32-DataComp.XL-s13B-b90K"
"""Where its weights are on the Hugging Face Hub."""

TEXT_EXTRA = "text"
"""The extra that installs what runs it."""

SUGGESTIONS = tuple(
    (each.title, each.name, f"{each.purpose} ({each.summary})")
    for each in RECOMMENDED_BACKBONES
    if each.megabytes
)
"""Those to download, as an `Option` takes suggestions."""
