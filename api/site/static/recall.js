// Jiuzhu 救助 — the recall ledger: say what was found in a drawn dossier, and put right what one said before.
import { $, attempt, send } from './site.js';

function change(button) {
  const fields = button.closest('tr').nextElementSibling;
  fields.hidden = !fields.hidden;
  button.setAttribute('aria-expanded', String(!fields.hidden));
  if (!fields.hidden) $('input', fields).focus();
}
function save(row) {
  const counts = ['victims', 'missed'].map((name) => $(`[name="${name}"]`, row));
  if (!counts.every((field) => field.reportValidity())) return; // an empty field is no zero
  const [victims, missed] = counts.map((field) => Number(field.value));
  const field = $('[name="names"]', row), found = { victims, missed };
  if (field.value !== field.defaultValue) found.names = field.value.split(/[、，,；;\n]/u).map((name) => name.trim()).filter(Boolean);
  attempt(async () => { await send('PUT', `/api/v1/recall/checks/${row.dataset.check}`, found); location.reload(); });
}
document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.matches('[data-change]')) change(button);
  else if (button?.matches('[data-save]')) save(button.closest('tr'));
});
document.addEventListener('keydown', (event) => { // as a form would
  const row = event.target.matches('input') && event.target.closest('[data-check]');
  if (event.key === 'Enter' && row) save(row);
});
