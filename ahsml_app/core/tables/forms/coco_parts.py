"""What COCO files of boxes and of whole images have in common: identities, and new categories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def identity(number: Any) -> str:
    """The text of an identity; pandas writes whole numbers as 3.0."""
    whole = isinstance(number, float) and number.is_integer()
    return str(int(number)) if whole else str(number)


def next_number(numbers: Iterable[Any]) -> int:
    """The first number behind all identities, of which some may be texts."""
    taken = (int(text) for text in map(identity, numbers) if text.isdecimal())
    return max(taken, default=0) + 1


def identities(items: Iterable[Any], key: str = "id") -> Iterable[Any]:
    """The identities of items, or those that they name."""
    return (item.get(key) for item in items if isinstance(item, dict))


def new_category(coco: dict[str, Any], name: str) -> int:
    """Adds a category, and returns its number."""
    categories = coco.get("categories")
    if not isinstance(categories, list):
        categories = coco["categories"] = []
    numbers = [*identities(categories), *identities(coco["annotations"], "category_id")]
    number = next_number(numbers)
    new: dict[str, Any] = {"id": number, "name": name}
    if any(isinstance(item, dict) and "supercategory" in item for item in categories):
        new["supercategory"] = ""
    categories.append(new)
    return number
