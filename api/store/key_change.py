"""The files of keys when a store's key is changed: where the new one comes from, and where both go afterwards."""

from __future__ import annotations

import os
from pathlib import Path

from api.settings import Settings
from api.store.blobs import sync_folder
from api.store.keys import KEY_FILE
from api.store.vault import Vault, key_of_file, read_key

NEW_KEY_FILE = "new-key"


def new_key(settings: Settings) -> bytes:
    """The key that is to follow: of the settings, or of a file that is made, and on the disk before it is used.

    Raises:
        JiuzhuError: `store.key`.
        OSError: its file cannot be read or written.
    """
    if settings.new_key is not None:
        return read_key(settings.new_key)
    path = settings.new_key_file or settings.data_folder() / NEW_KEY_FILE
    key = key_of_file(path)
    sync_folder(path.parent)
    return key


def put_in_place(settings: Settings, old: Vault) -> Path | None:
    """Makes the key that was made in the data folder the one that is found there.

    At every moment there is a file `key`, and the old key is in one of the files.

    Returns:
        where the old key is now; None when the settings say which keys there are, and have to be changed by hand.
    """
    if settings.key is not None or settings.key_file is not None:
        return None
    if settings.new_key is not None or settings.new_key_file is not None:
        return None
    folder = settings.data_folder()
    kept = folder / f"key.before-{old.mark[:8]}"
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write((folder / KEY_FILE).read_bytes())
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    os.replace(folder / NEW_KEY_FILE, folder / KEY_FILE)
    sync_folder(folder)
    return kept
