// Jiuzhu 救助 — the recall ledger: say what was found in a drawn dossier.
import { $, attempt, send } from './site.js';

document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-save]');
  if (!button) return;
  const row = button.closest('tr');
  const fields = ['victims', 'missed'].map((name) => $(`[name="${name}"]`, row));
  if (!fields.every((field) => field.reportValidity())) return; // an empty field is no zero
  const [victims, missed] = fields.map((field) => Number(field.value));
  const names = $('[name="names"]', row).value.split(/[、，,；;\n]/u).map((name) => name.trim()).filter(Boolean);
  attempt(async () => { await send('PUT', `/api/v1/recall/checks/${row.dataset.check}`, { victims, missed, names }); location.reload(); });
});
