// Jiuzhu 救助 — the queue of annotation.
import { $, $$, keysRest, toastLeft } from './site.js';
import { walk } from './rows.js';

walk($$('.queue-list .row'));
document.addEventListener('keydown', (event) => {
  if (keysRest(event) || event.key !== 'f' || !$('#begin')) return;
  $('#begin').click();
  event.preventDefault();
});
toastLeft();
