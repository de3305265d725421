// Jiuzhu 救助 — a dossier without a result: how far it is, then the dossier itself; what to do when it stopped.
import { $, attempt, follow, progressWords, toast } from './site.js';
import { again, sendFiles, stop } from './uploads.js';

const id = document.body.dataset.dossier;
if ($('#progress')) {
  follow(id, (job, told) => {
    $('#stage').textContent = progressWords(job);
    const { pages, pages_done: done } = job?.progress ?? {};
    if (pages) { $('#progress').max = pages; $('#progress').value = done; }
    if (told.state === 'screened' || ['dead', 'cancelled'].includes(job?.state)) location.reload();
  });
}
$('[data-again]')?.addEventListener('click', () => again(id));
$('[data-stop]')?.addEventListener('click', () => stop(id));
$('#supplement')?.addEventListener('change', (event) => attempt(async () => {
  await sendFiles(`/api/v1/dossiers/${id}/uploads`, [...event.target.files], {}, (loaded, total) => toast(`上传 ${Math.round((100 * loaded) / total)}%`));
  location.reload();
}));
