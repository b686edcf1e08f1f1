"""A finished checkpoint as a folder that anything of Hugging Face loads; never seen
half written.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from explorer.core import settings
from explorer.core.disk import read_table
from explorer.core.errors import InputError
from explorer.train.family import Family, Size


def folder(model_name: str) -> Path:
    """Where the checkpoints of a model live, one subfolder a revision."""
    return settings.models_dir() / model_name


def steps(model_name: str) -> list[int]:
    """The steps published so far, ascending."""
    there = (path.name for path in folder(model_name).glob("step*") if path.is_dir())
    found = (re.fullmatch(r"step(\d+)", name) for name in there)
    return sorted(int(match[1]) for match in found if match)


def publish(model: Any, tokenizer: Any, model_name: str, facts: Mapping[str, object]) -> Path:
    """Save a model as the revision `step<facts["step"]>`, unless it is there; returns
    its folder.
    """
    target = folder(model_name) / f"step{facts['step']}"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    model.save_pretrained(partial)
    tokenizer.save_pretrained(partial)
    (partial / settings.TRAINING_RECORD).write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    os.rename(partial, target)
    return target


def facts_of(model_name: str, step: int) -> dict[str, Any]:
    """What was recorded with a published checkpoint. Raises InputError when nothing
    that can be read was.
    """
    path = folder(model_name) / f"step{step}" / settings.TRAINING_RECORD
    try:
        return read_table(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.",
            f"Remove {path.parent}, or train under another name.",
        ) from error


def check_recipe(family: Family, size: Size, seed: int) -> None:
    """Raise InputError when the model of this name was trained by another recipe."""
    name = family.model_name(size, seed)
    for step in steps(name)[:1]:
        if facts_of(name, step).get("recipe") != family.digest(size, seed):
            raise InputError(
                f"{name} exists already and was trained by another recipe.",
                f"Remove {folder(name)}, or train with the recipe it has.",
            )
