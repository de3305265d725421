"""Screens a dossier: all its uploads together, in the order they came in, become one result.

The bytes are opened into memory only, never to a readable file. Progress is told by document and page; the result,
its papers, leads and words are stored in the transaction that ends the job.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from api.changes import unnumbered
from api.jobs.kinds import deliver
from api.jobs.queue import Taken, confirm, finish
from api.screened import Screened
from api.store.intake import dossier_name, uploads_of
from api.store.results import save_result
from api.store.search import passages_of
from api.store.store import Store
from api.store.tables import DossierRow
from api.wiring import Screener
from dossier.document import Dossier
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
    rename = own_names if len(files) > 1 else None
    screened = screener.screen_bytes(upload_name, data, as_of=as_of, progress=on_progress, rename=rename)
    tell({"stage": "storing"})
    screened = _named(screened, taken.dossier_id, name)
    passages = passages_of(screened.dossier) if index else None  # before the transaction: SQLite has one writer
    with store.begin() as session:
        session.get_one(DossierRow, taken.dossier_id, with_for_update=True)  # waits for another that stores a result
        confirm(session, taken)
        save_result(session, store, taken.dossier_id, screened, taken, passages=passages)
        deliver.announce(session, "dossier.screened", taken.dossier_id)
        finish(session, taken, progress={"stage": "done"})


def as_one(store: Store, name: str, files: list[tuple[str, str]]) -> tuple[str, bytes]:
    """One upload as it is; several as members of one archive, in numbered folders so that their order holds.

    `own_names` takes the numbers away again, so that nobody reads one that the file never had.
    """
    if len(files) == 1:
        return files[0][1], store.blobs.read_all(files[0][0])
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as container:
        for number, (blob, file_name) in enumerate(files, 1):
            container.writestr(f"{number:03d}/{file_name}", store.blobs.read_all(blob))
    return f"{name or '卷宗'}.zip", archive.getvalue()


def own_names(dossier: Dossier) -> Dossier:
    """The papers of several uploads under the names that they came with; of equal ones the later are counted.

    What was read is the same whether a paper came alone or beside others, and so is its name.
    """
    taken: Counter[str] = Counter()
    documents = []
    for document in dossier.documents:
        name = unnumbered(document.name)
        taken[name] += 1
        stem, dot, ending = name.rpartition(".")
        again = f"（{taken[name]}）" if taken[name] > 1 else ""
        documents.append(replace(document, name=f"{stem}{again}{dot}{ending}" if stem else name + again))
    warnings = tuple(replace(notice, message=unnumbered(notice.message)) for notice in dossier.warnings)
    return replace(dossier, documents=tuple(documents), warnings=warnings)


def _named(screened: Screened, dossier_id: str, name: str) -> Screened:
    part = screened.result.dossier.model_copy(update={"id": dossier_id, "name": name})
    return Screened(screened.result.model_copy(update={"dossier": part}), screened.dossier)


def is_final(error: BaseException) -> bool:
    """Whether trying again cannot help: the file is what it is."""
    return isinstance(error, JiuzhuError) and not error.code.startswith(("store.", "internal"))
