"""Damage done to the files and the database of a home, as disks and hands do it."""

import os
import shutil
import sqlite3
from contextlib import closing


def flip_bit(path):
    """Change one bit in the middle of a file, and nothing that the system notes of it, as a disk does."""
    content, status = bytearray(path.read_bytes()), path.stat()
    content[len(content) // 2] ^= 16
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def truncate(path):
    os.truncate(path, path.stat().st_size // 2)


def replace_folder(path, other):
    shutil.rmtree(path)
    shutil.copytree(other, path)


def in_database(home, *statements):
    """Change rows behind the back of everything that keeps them in order."""
    with closing(sqlite3.connect(home / "citebot.sqlite")) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def make_old(path):
    """Let a file or folder look as if nobody had changed it for a day."""
    for each in (path, *path.rglob("*")):
        os.utime(each, (each.stat().st_atime, each.stat().st_mtime - 86_400))
