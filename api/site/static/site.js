// Jiuzhu 救助 — what every page shares: requests with the session's word, errors in words, the key table.
export const $ = (query, root = document) => root.querySelector(query);
export const $$ = (query, root = document) => [...root.querySelectorAll(query)];
document.body.classList.add('js');

const csrf = $('meta[name="csrf"]')?.content ?? '';

/** Sends a request; answers the JSON, or null without one. Throws an Error in words for a person, with its `status`. */
export async function send(method, address, body) {
  const headers = { 'X-CSRF-Token': csrf, Accept: 'application/json' };
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers['Content-Type'] = 'application/json';
  let answer;
  try {
    answer = await fetch(address, { method, headers, body: body === undefined ? undefined : form ? body : JSON.stringify(body) });
  } catch {
    throw new Error('与服务器的连接中断，请稍后重试');
  }
  if (answer.status === 401) { location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}${location.hash}`); throw new Error('请重新登录'); }
  const told = answer.status !== 204 && answer.headers.get('content-type')?.includes('json') ? await answer.json() : null;
  if (!answer.ok) throw Object.assign(new Error(told?.error ? `${told.error.message}。${told.error.hint}` : `请求没有完成（${answer.status}）`), { status: answer.status });
  return told;
}

let fading;
export function toast(words) {
  const place = $('#toast');
  place.textContent = words;
  place.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { place.hidden = true; }, 6000);
}

/** What the next page of this session tells when it is there. */
export const toastNext = (words) => sessionStorage.setItem('toast', words);
export function toastLeft() {
  const words = sessionStorage.getItem('toast');
  if (words) { sessionStorage.removeItem('toast'); toast(words); }
}

/** Runs what a person asked for and tells what went wrong. */
export async function attempt(act) {
  try { return await act(); } catch (error) { toast(error.message); return undefined; }
}

/** Whether single keys rest: while typing, in a dialog, or switched off by the person. */
export const keysRest = (event) => event.ctrlKey || event.metaKey || event.altKey || $('dialog[open]') !== null || $('#keys-off')?.checked
  || event.target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select');

/** Words for how far a job is. */
export function progressWords(job) {
  if (!job) return '等待筛查';
  if (job.state === 'dead') return `未能筛查：${job.error?.message ?? ''}`;
  if (job.state === 'cancelled') return '已取消';
  if (job.state === 'done') return '已完成';
  const { stage, pages, pages_done: done } = job.progress ?? {};
  if (job.state === 'waiting') return job.error ? `等待重试：${job.error.message}` : '等待筛查';
  if (stage === 'reading' && pages) return `阅读 ${done}／${pages} 页`;
  return stage === 'storing' ? '保存结果' : '正在打开';
}

/** Follows a dossier's job to its end; `tell(job, dossier)` at every word. */
export function follow(id, tell) {
  const source = new EventSource(`/api/v1/dossiers/${id}/events`);
  source.addEventListener('progress', (event) => { const told = JSON.parse(event.data); tell(told.job, told); });
  source.addEventListener('end', () => source.close());
  return source;
}

const off = $('#keys-off');
if (off) {
  off.checked = localStorage.getItem('keys-off') === '1';
  off.addEventListener('change', () => localStorage.setItem('keys-off', off.checked ? '1' : '0'));
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.dataset.act === 'sign-out') attempt(async () => { const told = await send('POST', '/api/v1/me/sign-out'); location.assign(told?.next ?? '/sign-in'); });
  if (document.body.classList.contains('served')) return; // the dossier's own script does the rest there
  if (button?.dataset.act === 'help') $('#help').showModal();
  if (button?.dataset.act === 'close') $('#help').close();
});
document.addEventListener('keydown', (event) => {
  if (document.body.classList.contains('served') || keysRest(event)) return;
  if (event.key === '?' && $('#help')) { $('#help').showModal(); event.preventDefault(); }
  if (event.key === '/' && $('#find')) { $('#find').focus(); event.preventDefault(); }
});
