// Jiuzhu 救助 — the page of uploads: what is on its way moves, what stopped can be sent round again.
import { $, $$ } from './site.js';
import { again, show, stop, watch } from './uploads.js';

$$('[data-dossier]').forEach((row) => {
  const id = row.dataset.dossier;
  if (['waiting', 'running', 'retrying'].includes(row.dataset.state)) {
    watch(id, (job) => {
      show($('progress', row), $('[data-words]', row), job);
      if (['done', 'dead', 'cancelled'].includes(job?.state)) $('[data-stop]', row)?.remove();
    });
  }
  $('[data-again]', row)?.addEventListener('click', () => again(id));
  $('[data-stop]', row)?.addEventListener('click', () => stop(id));
});
