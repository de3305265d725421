// Jiuzhu 救助 — the dossier page beyond the report: decide, correct, unmask, supplements. Reading is report.js.
import { $, $$, attempt, follow, keysRest, progressWords, send, toast, toastLeft, toastNext } from './site.js';

const id = document.body.dataset.dossier;
const base = `/api/v1/dossiers/${id}`;

let action = null; // accept, check or reject while its reasons are open

// ---- the victim in view: tabs, decide bar and address follow one another ----
const tabs = $$('[role="tab"]');
const chosen = () => tabs.find((tab) => tab.getAttribute('aria-selected') === 'true');
let gone = null; // the lead in the bar of somebody who has no tab: decided on, and no longer found
const victim = () => gone ?? chosen()?.getAttribute('aria-controls').slice(2);
const bar = () => $$('.decide .one').find((each) => !each.hidden);
function showBar() {
  for (const one of $$('.decide .one')) one.hidden = one.dataset.victim !== victim();
  const undo = $('[data-decide="undo"]'); // only one's own
  if (undo) undo.hidden = bar()?.dataset.own === undefined;
  close();
}
new MutationObserver(() => { gone = null; showBar(); }).observe($('.tabs') ?? document.body, { subtree: true, attributeFilter: ['aria-selected'] });
function addressed() { // #l-v2 opens that victim's tab, #l-gone-… only the bar
  const tab = tabs.find((each) => each.getAttribute('href') === location.hash);
  gone = location.hash.startsWith('#l-gone-') ? location.hash.slice(3) : gone;
  if (tab) gone = null;
  if (tab && tab !== chosen()) tab.click();
  showBar();
}
addEventListener('hashchange', addressed);
addressed();
showBar();

// ---- decide: two keys, nothing chosen beforehand ----
function close() {
  action = null;
  $$('.why').forEach((why) => { why.hidden = true; });
  $$('[data-decide]').forEach((button) => button.getAttribute('aria-expanded') && button.setAttribute('aria-expanded', 'false'));
}
function open(kind) {
  const same = action === kind;
  close();
  if (same) return;
  action = kind;
  $(`.why[data-for="${kind}"]`).hidden = false;
  $(`[data-decide="${kind}"]`).setAttribute('aria-expanded', 'true');
}
async function decide(kind, reason) {
  const one = bar();
  if (!one || (kind === 'undo' && one.dataset.own === undefined)) return;
  const note = $(`.why[data-for="${kind}"] [name="note"]`)?.value || undefined;
  await attempt(async () => {
    let told = kind === 'undo' ? '已撤回' : '已记录处理';
    try {
      await send('POST', `/api/v1/leads/${one.dataset.lead}/decisions`, { action: kind, reason, note, last: one.dataset.last || null });
    } catch (error) {
      if (error.status !== 409) throw error;
      told = error.message; // somebody decided meanwhile: nothing was written, the page shows what they did
    }
    toastNext(told);
    location.hash = `l-${one.dataset.victim}`;
    location.reload();
  });
}

// ---- the rest ----
function again(words) { toastNext(words); location.reload(); }
function wait() {
  follow(id, (job) => {
    toast(progressWords(job));
    if (job?.state === 'done') again('筛查完成');
  });
}
const deeds = {
  unmask: () => $('#unmask').showModal(),
  mask: () => attempt(async () => { await send('POST', `${base}/mask`); again('姓名已遮蔽'); }),
  more: () => $('#more').showModal(),
  rescreen: () => attempt(async () => { await send('POST', `${base}/screen`, {}); $('#more').close(); wait(); }),
  seal: (button) => attempt(async () => { await send('PATCH', base, { sealed: button.dataset.sealed !== 'true' }); again('已更新'); }),
  keep: () => {
    if ($('#keep-until').reportValidity() && $('#keep-until').value) attempt(async () => { await send('PATCH', base, { keep_until: $('#keep-until').value }); again('已更新保存期限'); });
  },
  keepAlways: () => attempt(async () => { await send('PATCH', base, { keep_always: true }); again('已更新保存期限'); }),
  delete: () => {
    if (!confirm('将删除这件卷宗的全部文书、结果和索引，不能恢复；删除会留痕。是否继续？')) return;
    attempt(async () => { await send('DELETE', base); location.assign('/'); });
  },
};
document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  const data = button.dataset;
  if (data.do) deeds[data.do](button);
  else if (data.decide === 'undo') decide('undo');
  else if (data.decide) open(data.decide);
  else if (data.reason) decide(action, data.reason);
  else if (data.unmask) attempt(async () => { await send('POST', `${base}/unmask`, { reason: data.unmask }); again('姓名已显示，本次查阅留痕'); });
  else if (data.withdraw) attempt(async () => { await send('DELETE', `${base}/corrections/${data.withdraw}`); again('更正已撤回'); });
  else if ('close' in data) button.closest('dialog').close();
});
$('#supplement')?.addEventListener('change', (event) => {
  const form = new FormData();
  for (const file of event.target.files) form.append('files', file, file.name);
  attempt(async () => { await send('POST', `${base}/uploads`, form); $('#more').close(); wait(); });
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && action) { close(); return; }
  if (keysRest(event) || document.body.classList.contains('correcting') || !$('.decide [data-decide]')) return;
  const kind = { a: 'accept', c: 'check', r: 'reject' }[event.key];
  if (kind) open(kind);
  else if (event.key === 'z') decide('undo');
  else if (action && /^[1-5]$/.test(event.key)) $$(`.why[data-for="${action}"] [data-reason]`)[Number(event.key) - 1]?.click();
  else return;
  event.preventDefault();
});
toastLeft();
