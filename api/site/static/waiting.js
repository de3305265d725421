// Jiuzhu 救助 — a dossier that is being read: how far it is, then the dossier itself.
import { $, follow, progressWords } from './site.js';

if ($('#progress')) {
  follow(document.body.dataset.dossier, (job, told) => {
    $('#stage').textContent = progressWords(job);
    const { pages, pages_done: done } = job?.progress ?? {};
    if (pages) { $('#progress').max = pages; $('#progress').value = done; }
    if (told.state === 'screened' || ['dead', 'cancelled'].includes(job?.state)) location.reload();
  });
}
