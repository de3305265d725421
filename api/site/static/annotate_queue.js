// Jiuzhu 救助 — the queue of annotation: rows by key, filters that apply at once.
import { $, $$, keysRest, toast } from './site.js';

const rows = $$('.queue-list .row');
let at = -1;
function step(by) {
  if (!rows.length) return;
  rows[at]?.classList.remove('here');
  at = Math.max(0, Math.min(rows.length - 1, at + by));
  rows[at].classList.add('here');
  $('a', rows[at]).focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: 'nearest' });
}
document.addEventListener('keydown', (event) => {
  if (keysRest(event)) return;
  if (event.key === 'j' || event.key === 'k') step(event.key === 'j' ? 1 : -1);
  else if (event.key === 'f' && $('#begin')) $('#begin').click();
  else return;
  event.preventDefault();
});
rows.forEach((row) => row.addEventListener('click', (event) => {
  if (!event.target.closest('a') && !String(getSelection())) location.assign(row.dataset.href);
}));
$('.filters').addEventListener('change', (event) => event.currentTarget.requestSubmit());
$('.filters').addEventListener('submit', (event) => { // no empty fields in the address
  $$('select', event.currentTarget).forEach((field) => { if (field.value === '') field.disabled = true; });
});
addEventListener('pageshow', () => $$('.filters [disabled]').forEach((field) => { field.disabled = false; }));
const words = sessionStorage.getItem('toast');
if (words) { sessionStorage.removeItem('toast'); toast(words); }
