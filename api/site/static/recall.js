// Jiuzhu 救助 — the recall ledger: draw a month, say what was found.
import { $, attempt, send } from './site.js';

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if ('draw' in button.dataset) attempt(async () => { await send('POST', `/api/v1/recall/${document.body.dataset.month}`); location.reload(); });
  if ('save' in button.dataset) {
    const row = button.closest('tr');
    const [victims, missed] = ['victims', 'missed'].map((name) => Number($(`[name="${name}"]`, row).value));
    attempt(async () => { await send('PUT', `/api/v1/recall/checks/${row.dataset.check}`, { victims, missed }); location.reload(); });
  }
});
