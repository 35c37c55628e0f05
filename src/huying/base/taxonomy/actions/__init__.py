"""Every write about categories: editions of a tree, single categories, crosswalks, responsibilities."""

from huying.base.taxonomy.actions.categories import (
    add_category,
    confirm_category,
    ensure_categories,
    rename_category,
    retire_category,
)
from huying.base.taxonomy.actions.crosswalks import load_crosswalks, set_crosswalk
from huying.base.taxonomy.actions.loading import CategoryRow, load_categories
from huying.base.taxonomy.actions.responsibilities import (
    add_responsibility,
    end_responsibility,
    load_responsibilities,
)
from huying.base.taxonomy.actions.trees import end_tree, new_edition, new_tree

__all__ = [
    "CategoryRow",
    "add_category",
    "add_responsibility",
    "confirm_category",
    "end_responsibility",
    "end_tree",
    "ensure_categories",
    "load_categories",
    "load_crosswalks",
    "load_responsibilities",
    "new_edition",
    "new_tree",
    "rename_category",
    "retire_category",
    "set_crosswalk",
]
