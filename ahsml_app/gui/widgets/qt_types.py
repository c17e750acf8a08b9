"""Types of Qt that several models share."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex

Index = QModelIndex | QPersistentModelIndex
"""What Qt passes to a model: PySide accepts both kinds wherever it documents one."""
