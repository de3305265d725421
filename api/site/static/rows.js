// Jiuzhu 救助 — a page of rows beside its filters: rows by key and click, filters that apply at once.
import { $, $$, keysRest } from './site.js';

/** j and k go through the rows, a click anywhere opens one; filters are sent as they change, empty ones are left out. */
export function walk(rows) {
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
    if (event.key === 'j' || event.key === 'k') { step(event.key === 'j' ? 1 : -1); event.preventDefault(); }
  });
  rows.forEach((row) => row.addEventListener('click', (event) => {
    if (!event.target.closest('a') && !String(getSelection())) location.assign(row.dataset.href);
  }));
  $('.filters').addEventListener('change', (event) => event.currentTarget.requestSubmit());
  $('.filters').addEventListener('submit', (event) => { // no empty fields in the address
    $$('select, input', event.currentTarget).forEach((field) => { if (field.value === '') field.disabled = true; });
  });
  addEventListener('pageshow', () => $$('.filters [disabled]').forEach((field) => { field.disabled = false; }));
}
