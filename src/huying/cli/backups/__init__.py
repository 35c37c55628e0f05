"""A backup: database, files, models and configuration of one moment in one tar; the keys lie apart.

manifest.json       what is inside, with sizes, SHA-256 and the number of rows of every table (last in the tar)
database/…          huying.sqlite3 (a consistent copy) or huying.pgdump (pg_dump's custom format)
files/…  models/…   as in the data folder
configuration.json  the options without secrets, for the person who installs anew
"""

from huying.cli.backups.manifest import BackupError, Manifest
from huying.cli.backups.pack import pack
from huying.cli.backups.unpack import unpack

__all__ = ["BackupError", "Manifest", "pack", "unpack"]
