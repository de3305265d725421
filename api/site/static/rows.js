// Jiuzhu 救助 — a page of rows beside its filters: rows by key and click, filters that apply at once.
import { $, $$, keysRest } from './site.js';

const told = (field) => (field.tagName === 'SELECT' ? field.name : `${field.name}=${field.value}`);

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
  const last = sessionStorage.getItem('filter'); // the page that a filter loads goes on where the keyboard was
  sessionStorage.removeItem('filter');
  if (last) $$('.filters [name]').find((field) => told(field) === last)?.focus({ preventScroll: true });
  $('.filters').addEventListener('change', (event) => {
    sessionStorage.setItem('filter', told(event.target));
    event.currentTarget.requestSubmit();
  });
  $('.filters').addEventListener('submit', (event) => { // no empty fields in the address
    $$('select, input', event.currentTarget).forEach((field) => { if (field.value === '') field.disabled = true; });
  });
  addEventListener('pageshow', () => $$('.filters [disabled]').forEach((field) => { field.disabled = false; }));
}
