"""Screens a dossier: all its uploads together, in the order they came in, become one result.

The bytes are opened into memory only, never to a readable file. Progress is told by document and page; the result,
its papers, leads and words are stored in the transaction that ends the job.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

from api.jobs.kinds import deliver
from api.jobs.queue import Taken, confirm, finish
from api.screened import Screened
from api.store.intake import dossier_name, uploads_of
from api.store.results import save_result
from api.store.store import Store
from api.store.tables import DossierRow
from api.wiring import Screener
from dossier.errors import JiuzhuError
from dossier.progress import Progress

KIND = "screen"


def run(store: Store, screener: Screener, taken: Taken, tell: Callable[[dict[str, Any]], None], *, index: bool) -> None:
    """Raises: JiuzhuError when the dossier cannot be screened; LeaseLost when the job is another's by now."""
    assert taken.dossier_id is not None
    tell({"stage": "opening"})
    with store.read() as session:
        row = session.get(DossierRow, taken.dossier_id)
        if row is None or row.deleted_at is not None:
            name, files = "", []
        else:
            name = dossier_name(store, row)
            files = [(upload.blob, upload_name) for upload, upload_name in uploads_of(session, store, row.id)]
    if not files:
        with store.begin() as session:
            finish(session, taken)
        return
    upload_name, data = as_one(store, name, files)

    def on_progress(progress: Progress) -> None:
        tell(
            {
                "stage": "reading",
                "documents": progress.documents_total,
                "documents_done": progress.documents_done,
                "pages": progress.pages_total,
                "pages_done": progress.pages_done,
            }
        )

    as_of = dt.date.fromisoformat(taken.payload["as_of"]) if taken.payload.get("as_of") else dt.date.today()
    screened = screener.screen_bytes(upload_name, data, as_of=as_of, progress=on_progress)
    tell({"stage": "storing"})
    screened = _named(screened, taken.dossier_id, name)
    with store.begin() as session:
        session.get_one(DossierRow, taken.dossier_id, with_for_update=True)  # waits for another that stores a result
        confirm(session, taken)
        save_result(session, store, taken.dossier_id, screened, taken, index=index)
        deliver.announce(session, "dossier.screened", taken.dossier_id)
        finish(session, taken, progress={"stage": "done"})


def as_one(store: Store, name: str, files: list[tuple[str, str]]) -> tuple[str, bytes]:
    """One upload as it is; several as members of one archive, in numbered folders so that their order holds.

    Lists of papers leave folders out, so that nobody reads a number that the file never had.
    """
    if len(files) == 1:
        return files[0][1], store.blobs.read_all(files[0][0])
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as container:
        for number, (blob, file_name) in enumerate(files, 1):
            container.writestr(f"{number:03d}/{file_name}", store.blobs.read_all(blob))
    return f"{name or '卷宗'}.zip", archive.getvalue()


def _named(screened: Screened, dossier_id: str, name: str) -> Screened:
    part = screened.result.dossier.model_copy(update={"id": dossier_id, "name": name})
    return Screened(screened.result.model_copy(update={"dossier": part}), screened.dossier)


def is_final(error: BaseException) -> bool:
    """Whether trying again cannot help: the file is what it is."""
    return isinstance(error, JiuzhuError) and not error.code.startswith(("store.", "internal"))
