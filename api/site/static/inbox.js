// Jiuzhu 救助 — the inbox: rows by key, uploads with live progress, a word when a lead came that is not on the page.
import { $, $$, send, toast } from './site.js';
import { walk } from './rows.js';
import { sendFiles, show, watch } from './uploads.js';

walk($$('.leads .row'));

// ---- uploads: at once, with what stands in the fields beside them at that moment ----
const jobs = $('#jobs'), intake = $('#intake');
function line(name) {
  const item = document.createElement('li');
  const label = Object.assign(document.createElement('b'), { textContent: name, title: name });
  const bar = Object.assign(document.createElement('progress'), { max: 1 });
  bar.setAttribute('aria-label', '上传与筛查进度');
  item.append(label, bar, document.createElement('small'));
  jobs.prepend(item);
  return item;
}
function follow(item, id) {
  item.dataset.dossier = id;
  watch(id, (job) => {
    show($('progress', item), $('small', item), job);
    if (job?.state === 'done') $('small', item).append('　', Object.assign(document.createElement('a'), { href: `/dossiers/${id}`, textContent: '打开卷宗' }));
    if (job?.state === 'dead') $('small', item).append('　', Object.assign(document.createElement('a'), { href: `/dossiers/${id}`, textContent: '怎么办' }));
  });
}
/** The fields as the upload hook takes them, empty ones left out. */
function fieldsBeside() {
  const given = new FormData(intake), fields = {}, metadata = {};
  for (const [name, value] of given) {
    const words = typeof value === 'string' ? value.trim() : '';
    if (words === '') continue;
    if (name.startsWith('metadata.')) metadata[name.slice(9)] = words; else fields[name] = words;
  }
  if (Object.keys(metadata).length) fields.metadata = JSON.stringify(metadata);
  return fields;
}
async function upload(files) {
  const fields = fieldsBeside();
  if (fields.supplement && !fields.number) {
    $('#beside').open = true;
    $('[name="number"]', intake).focus();
    toast('补充卷须写明原卷宗的案号；填写后请重新拖入或选取');
    return;
  }
  const typed = $$('[name]', intake).map((field) => [field, field.type === 'checkbox' ? field.checked : field.value]);
  intake.reset();
  $('#beside').open = false;
  const item = line(files.length === 1 ? files[0].name : `${files[0].name} 等 ${files.length} 个文件`);
  const bar = $('progress', item), words = $('small', item);
  try {
    const told = await sendFiles('/api/v1/dossiers', files, fields, (loaded, total) => {
      bar.max = total;
      bar.value = loaded;
      words.textContent = `上传 ${Math.round((100 * loaded) / total)}%`;
    });
    if (told.repeat) toast('这些文件已在库中，没有重复保存');
    else if (!told.new) toast('已作为补充卷并入同案号的卷宗，全卷重新筛查');
    bar.removeAttribute('value');
    words.textContent = '等待筛查';
    if (fields.sealed && !('sealed' in intake.dataset)) { bar.remove(); words.textContent = '已收到；封存案件，限授权人员查阅'; } else follow(item, told.dossier);
  } catch (error) {
    bar.remove();
    words.textContent = error.message;
    for (const [field, value] of typed) field[field.type === 'checkbox' ? 'checked' : 'value'] = value; // to be put right
    if (Object.keys(fields).length) $('#beside').open = true;
  }
}
if (intake) {
  $$('#jobs [data-dossier]').forEach((item) => { if (['waiting', 'running', 'retrying'].includes(item.dataset.state)) follow(item, item.dataset.dossier); });
  intake.addEventListener('submit', (event) => { event.preventDefault(); $('#files').click(); }); // Enter in a field
  $('#files').addEventListener('change', (event) => { const files = [...event.target.files]; if (files.length) upload(files); event.target.value = ''; });
  for (const kind of ['dragover', 'dragenter']) document.addEventListener(kind, (event) => { event.preventDefault(); $('#drop').classList.add('over'); });
  for (const kind of ['dragleave', 'drop']) document.addEventListener(kind, () => $('#drop').classList.remove('over'));
  document.addEventListener('drop', (event) => { event.preventDefault(); if (event.dataTransfer.files.length) upload([...event.dataTransfer.files]); });
}

// ---- something new: a lead that the filters let through and that stands neither in the list nor among the uploads ----
const fresh = $('#fresh');
let known;
async function look() {
  const asked = new URLSearchParams(new URL($('a', fresh).href).search);
  asked.set('since', fresh.dataset.since);
  const { leads } = await send('GET', `/api/v1/leads?${asked}`);
  const listed = new Set($$('.leads [data-lead]').map((row) => row.dataset.lead));
  const followed = new Set($$('#jobs [data-dossier]').map((item) => item.dataset.dossier));
  if (leads.some((lead) => !listed.has(lead.id) && !followed.has(lead.dossier))) fresh.hidden = false;
}
const source = new EventSource('/api/v1/events');
source.addEventListener('inbox', (event) => {
  const { newest } = JSON.parse(event.data);
  if (newest === known || !fresh.hidden) return;
  known = newest;
  look().catch(() => { known = undefined; }); // the next word asks again
});
