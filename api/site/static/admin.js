// Jiuzhu 救助 — administration: forms that post JSON, buttons that send; what is told once stays until it is noted.
import { $, $$, attempt, send, toast } from './site.js';

function done(told) {
  const secret = told?.password ?? told?.words;
  if (!secret) { location.reload(); return; }
  $('#secret-words').textContent = secret;
  $('#secret').hidden = false;
  $('#secret').scrollIntoView({ block: 'center' });
  $('[data-noted]').focus({ preventScroll: true });
}
/** The fields of a form as JSON: single boxes true or false, boxes of one name a list. Null when a list is empty. */
function filled(form) {
  const body = {};
  for (const field of $$('[name]', form)) {
    if ('flag' in field.dataset) body[field.name] = field.checked;
    else if (field.type === 'checkbox') body[field.name] = [...(body[field.name] ?? []), ...(field.checked ? [field.value] : [])];
    else body[field.name] = field.value;
  }
  const empty = $$('[data-least]', form).find((group) => !$('input:checked', group));
  if (!empty) return body;
  toast(empty.dataset.least);
  $('input', empty).focus();
  return null;
}
$$('form[data-post]').forEach((form) => form.addEventListener('submit', (event) => {
  event.preventDefault();
  const body = filled(form);
  if (body) attempt(async () => { done(await send('POST', form.dataset.post, body)); form.reset(); });
}));

// ---- an account as it is, to be changed ----
let editing = null;
function edit(id, now) {
  editing = id;
  $('#edit-who').textContent = now.login;
  $('#edit [name="name"]').value = now.name;
  $('#edit [name="sealed_cases"]').checked = now.sealed_cases;
  $$('#edit [name="roles"]').forEach((box) => { box.checked = now.roles.includes(box.value); });
  $('#edit').showModal();
}
$('#edit-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const body = filled(event.target);
  if (body) attempt(async () => { await send('PATCH', `/api/v1/users/${editing}`, body); location.reload(); });
});

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  const { user, change, delete: gone, send: address, sure, edit: id, now } = button.dataset;
  if (sure && !confirm(sure)) return;
  if ('noted' in button.dataset) location.reload();
  else if ('close' in button.dataset) button.closest('dialog').close();
  else if (id) edit(id, JSON.parse(now));
  else if (user) attempt(async () => done(await send('PATCH', `/api/v1/users/${user}`, JSON.parse(change))));
  else if (gone) attempt(async () => { await send('DELETE', gone); location.reload(); });
  else if (address) attempt(async () => {
    const told = await send('POST', address);
    if (told?.queued !== undefined) toast(`已安排 ${told.queued} 件`); else location.reload();
  });
});
