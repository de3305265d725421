// Jiuzhu 救助 — administration: forms that post JSON, buttons that send; what is told once stays until the page is left.
import { $, $$, attempt, send, toast } from './site.js';

function once(words) {
  $('#secret').textContent = words;
  $('#secret').hidden = false;
  $('#secret').scrollIntoView({ block: 'center' });
}
function done(told) {
  const secret = told?.password ?? told?.words;
  if (secret) once(`只显示一次，请立即抄录：${secret}`);
  else location.reload();
}
$$('form[data-post]').forEach((form) => form.addEventListener('submit', (event) => {
  event.preventDefault();
  const body = {};
  for (const field of $$('[name]', form)) {
    if ('flag' in field.dataset) body[field.name] = field.checked;
    else if (field.type === 'checkbox') body[field.name] = [...(body[field.name] ?? []), ...(field.checked ? [field.value] : [])];
    else body[field.name] = 'list' in field.dataset ? field.value.split(',') : field.value;
  }
  attempt(async () => { done(await send('POST', form.dataset.post, body)); form.reset(); });
}));
document.addEventListener('click', (event) => {
  const { user, change, delete: gone, send: address, sure } = event.target.closest('button')?.dataset ?? {};
  if (sure && !confirm(sure)) return;
  if (user) attempt(async () => done(await send('PATCH', `/api/v1/users/${user}`, JSON.parse(change))));
  else if (gone) attempt(async () => { await send('DELETE', gone); location.reload(); });
  else if (address) attempt(async () => {
    const told = await send('POST', address);
    if (told?.queued !== undefined) toast(`已安排 ${told.queued} 件`); else location.reload();
  });
});
