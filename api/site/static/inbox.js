// Jiuzhu 救助 — the inbox: rows by key, uploads with live progress, a word when something new came.
import { $, $$, attempt, follow, progressWords, toast } from './site.js';
import { walk } from './rows.js';

walk($$('.leads .row'));

// ---- uploads ----
const jobs = $('#jobs');
function line(name) {
  const item = document.createElement('li');
  const label = document.createElement('b');
  label.textContent = name;
  label.title = name;
  const bar = Object.assign(document.createElement('progress'), { max: 1 });
  bar.setAttribute('aria-label', '上传与筛查进度');
  item.append(label, bar, document.createElement('small'));
  jobs.prepend(item);
  return item;
}
function tellJob(item, job, dossier) {
  const bar = $('progress', item), words = $('small', item);
  const { pages, pages_done: done } = job?.progress ?? {};
  if (job?.state === 'running' && pages) { bar.max = pages; bar.value = done; }
  if (job?.state === 'done') { bar.max = 1; bar.value = 1; }
  words.textContent = progressWords(job);
  if (job?.state === 'done') {
    const link = Object.assign(document.createElement('a'), { href: `/dossiers/${dossier}`, textContent: '打开卷宗' });
    words.append('　', link);
  }
}
function watch(item, id) { follow(id, (job) => tellJob(item, job, id)); }

function upload(files) {
  const item = line(files.length === 1 ? files[0].name : `${files[0].name} 等 ${files.length} 个文件`);
  const form = new FormData();
  for (const file of files) form.append('files', file, file.webkitRelativePath || file.name);
  const request = new XMLHttpRequest(); // fetch tells nothing of how much was sent
  request.open('POST', '/api/v1/dossiers');
  request.setRequestHeader('X-CSRF-Token', $('meta[name="csrf"]').content);
  request.upload.addEventListener('progress', (event) => {
    if (!event.lengthComputable) return;
    $('progress', item).max = event.total;
    $('progress', item).value = event.loaded;
    $('small', item).textContent = `上传 ${Math.round((100 * event.loaded) / event.total)}%`;
  });
  request.addEventListener('load', () => {
    const told = JSON.parse(request.responseText || '{}');
    if (request.status !== 202) {
      $('small', item).textContent = told.error ? `${told.error.message}。${told.error.hint}` : `上传没有完成（${request.status}）`;
      return;
    }
    if (told.repeat) toast('这些文件已在库中，没有重复保存');
    $('progress', item).removeAttribute('value');
    watch(item, told.dossier);
  });
  request.addEventListener('error', () => { $('small', item).textContent = '与服务器的连接中断，请重新上传'; });
  request.send(form);
}

const drop = $('#drop');
if (drop) {
  $$('#jobs [data-dossier]').forEach((item) => { if (item.dataset.state !== 'dead') watch(item, item.dataset.dossier); });
  $('#files').addEventListener('change', (event) => { if (event.target.files.length) upload([...event.target.files]); event.target.value = ''; });
  for (const kind of ['dragover', 'dragenter']) document.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add('over'); });
  for (const kind of ['dragleave', 'drop']) document.addEventListener(kind, () => drop.classList.remove('over'));
  document.addEventListener('drop', (event) => { event.preventDefault(); if (event.dataTransfer.files.length) upload([...event.dataTransfer.files]); });
}

// ---- something new ----
let known = null;
attempt(async () => {
  const source = new EventSource('/api/v1/events');
  source.addEventListener('inbox', (event) => {
    const told = JSON.parse(event.data);
    if (known !== null && told.newest !== known) $('#fresh').hidden = false;
    known = told.newest;
  });
});
