// Jiuzhu 救助 — uploads on their way: sent with what is said beside them, followed to their end, tried again, stopped.
import { $, attempt, progressWords, send, toast } from './site.js';

const ended = (job) => ['done', 'dead', 'cancelled'].includes(job?.state);

// ---- followed: one question for all of them; a stream for each would use up the browser's connections ----
const watched = new Map();
const EVERY = 1500; // milliseconds
let asking = null;
/** Calls `tell(job, dossier)` until the dossier's job has ended. */
export function watch(id, tell) {
  watched.set(id, tell);
  asking ??= setTimeout(ask, 300);
}
async function ask() {
  const ids = [...watched.keys()].slice(0, 100);
  if (!document.hidden) {
    try {
      const told = await send('GET', `/api/v1/dossiers?limit=100&${ids.map((id) => `id=${id}`).join('&')}`);
      const found = new Map(told.dossiers.map((dossier) => [dossier.id, dossier]));
      for (const id of ids) {
        const dossier = found.get(id), tell = watched.get(id);
        if (!dossier || ended(dossier.job)) watched.delete(id); // gone, or over
        if (dossier) tell(dossier.job, dossier);
      }
    } catch { /* the next question may be answered */ }
  }
  asking = watched.size ? setTimeout(ask, EVERY) : null;
}

/** Shows in a bar and in words how far a job is; `ended` bars are taken away. */
export function show(bar, words, job) {
  const { pages, pages_done: done } = job?.progress ?? {};
  if (ended(job)) bar?.remove();
  else if (bar && job?.state === 'running' && pages) { bar.max = pages; bar.value = done; }
  else bar?.removeAttribute('value');
  words.textContent = progressWords(job);
}

/** Sends files as one dossier, or into one at `address`; `sent(loaded, total)` as they go. Answers the receipt. */
export function sendFiles(address, files, fields, sent) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of files) form.append('files', file, file.webkitRelativePath || file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of how much was sent
    request.open('POST', address);
    request.setRequestHeader('X-CSRF-Token', $('meta[name="csrf"]').content);
    request.upload.addEventListener('progress', (event) => { if (event.lengthComputable) sent(event.loaded, event.total); });
    request.addEventListener('load', () => {
      let told = null;
      try { told = JSON.parse(request.responseText); } catch { /* a proxy's page */ }
      if (request.status === 202) resolve(told);
      else reject(new Error(told?.error ? `${told.error.message}。${told.error.hint}` : `上传没有完成（${request.status}）`));
    });
    request.addEventListener('error', () => reject(new Error('与服务器的连接中断，请重新上传')));
    request.send(form);
  });
}

/** Screens once more what was given up or cancelled; stops what waits or runs. */
export const again = (id) => attempt(async () => { await send('POST', `/api/v1/dossiers/${id}/screen`, {}); location.reload(); });
export const stop = (id) => attempt(async () => { await send('DELETE', `/api/v1/dossiers/${id}/screen`); toast('已取消，文件仍保存'); location.reload(); });
