"""The shared xlsx helper, under the name by which upper rooms know it; see `huying.base.tables` for how it is used.

It lives below the rooms of the base, so that org, which stands under files, may use it too.
"""

from huying.base.tables import (
    XLSX,
    Column,
    Row,
    RowError,
    TableRead,
    guard,
    read_table,
    unguard,
    write_csv,
    write_table,
)

__all__ = [
    "XLSX",
    "Column",
    "Row",
    "RowError",
    "TableRead",
    "guard",
    "read_table",
    "unguard",
    "write_csv",
    "write_table",
]
