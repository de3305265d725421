// Jiuzhu 救助 — one question: judge suggestions, choose words by mouse or key, say what they are, answer; the dock under
// the text always says what to do next, and the next question loads by itself.
import { $, $$, keysRest, send, toast, toastLeft, toastNext } from './site.js';
import { answerForm } from './annotate_answer.js';
import { suggestions } from './annotate_suggestions.js';
import { chooser } from './annotate_words.js';

const { item, result, query, many } = document.body.dataset;
const suffix = query ? `?${query}` : '';
const form = $('#answer');
const readings = form ? JSON.parse(form.dataset.readings) : [];
const answers = form ? JSON.parse(form.dataset.answers) : [];
const pane = $('#text');
const labels = $$('[data-field]');
const past = []; // what an undo goes back to
let looking = true; // at a suggestion, until something is done
let picked = null;

toastLeft();

// ---- the dock: what to do next, never over the words ----
const STEPS = {
  verdict: '在正文中选出写明它的文字（鼠标划选，或按 w 用方向键），再按上方标签；卷内没有的，按 0。',
  label: '选好文字后，按上方标签的数字，说明它是什么。',
  words: '还差卷内文字：在正文中用鼠标划选，或按 w 用方向键选取，回车加入。',
  owner: '按数字选这些文字属于谁。',
  reason: '按数字选不作标注的理由。',
  note: '选“其他”须写附言。',
  doubt: '在附言中写明哪里拿不准，第二人会看到；写完按 Esc，再按 f 提交。',
  '': '回答已齐，按 f 提交。',
};
const element = (name, words) => Object.assign(document.createElement(name), { textContent: words });
function tell() {
  if (!form) { $('#step').textContent = '这道题不需要您再回答。'; return; }
  const looked = readings[hints.at()];
  const shown = !picked && looking && looked;
  const number = labels.length > 1 ? `1–${labels.length}` : '1';
  if (picked) $('#step').replaceChildren('已选', element('q', picked.words.trim()), answer.chosen() === 'other' ? '，回车加入。' : `，按 ${number} 说明它是什么。`);
  else if (shown) $('#step').replaceChildren(`建议 ${looked.letter}　${looked.title}：`, element('b', looked.says), { taken: '（已接受）', other: '（归他人）', no: '（已驳回）' }[hints.of()] ?? '', element('small', '接受；或在正文中选出应有的文字（鼠标划选，或按 w 用方向键），再按上方标签'));
  else $('#step').textContent = STEPS[answer.missing()];
  const acts = { add: picked, drop: picked, accept: shown && hints.of() !== 'taken', reject: shown && hints.of() !== 'no', whose: shown || picked, next: shown && hints.count > 1 };
  for (const [act, on] of Object.entries(acts)) { const button = $(`.dock [data-act="${act}"]`); if (button) button.hidden = !on; }
  const active = answer.active();
  for (const button of labels) {
    const field = active && $(`[name="${button.dataset.field}"]`, active);
    const on = answer.chosen() === 'value' && field && (field.type === 'checkbox' ? field.checked : button.dataset.code ? field.value === button.dataset.code : field.value !== '');
    button.setAttribute('aria-pressed', String(Boolean(on)));
  }
  $$('[data-verdict]', $('.labels')).forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.verdict === answer.chosen())));
  underline();
}
function underline() { // the words of the answer, in the text
  const used = new Set();
  for (const words of answer.words()) {
    const all = $$(`[data-document="${words.document}"] .w`);
    const [first, last] = [words.first, words.last].map((id) => all.findIndex((word) => word.dataset.w === id));
    if (first >= 0 && last >= first) all.slice(first, last + 1).forEach((word) => used.add(word));
  }
  $$('.w', pane).forEach((word) => word.classList.toggle('used', used.has(word)));
}

// ---- what a person does; every act can be taken back ----
const act = (does) => { past.push({ answer: answer.state(), hints: hints.state(), looking }); looking = false; does(); tell(); };
function undo() {
  const last = past.pop();
  if (!last) return;
  answer.restore(last.answer);
  hints.restore(last.hints);
  looking = last.looking;
  tell();
}
function accept(index = hints.at()) {
  const reading = readings[index];
  if (!reading) return;
  act(() => {
    if (!many) hints.only();
    if (reading.unstated) answer.say('unstated');
    else { answer.fill(reading.values, { added: Boolean(many) }); answer.say('value'); }
    hints.look(index);
    hints.judge('taken');
  });
}
function reject() {
  act(() => {
    const was = hints.of();
    hints.judge('no');
    if (was === 'taken' && !many) { answer.restore({ kind: null, owner: null, reason: null, values: [] }); }
    if (hints.open() >= 0) { hints.look(hints.open()); looking = true; }
  });
}
function take(does) { // the words that are chosen, then no more chosen
  const words = picked;
  act(() => does(words));
  if (words) text.clear();
}
const add = () => picked && take((words) => { answer.addWords(words); toast('已加入卷内文字'); });
const label = (button) => take((words) => answer.label(button.dataset.field, button.dataset.code, words));
function whose() {
  if (!$('[name="verdict"][value="other"]', form)) return;
  take((words) => {
    const reading = readings[hints.at()];
    const fromReading = reading && !words && (hints.of() === 'taken' || !answer.words().length);
    if (fromReading && !answer.words().length) answer.fill(reading.values);
    answer.say('other');
    if (fromReading && reading.values.length) hints.judge('other');
    if (words) answer.addWords(words);
  });
}
function unsure() { act(() => answer.say('unsure')); $('[name="note"]', form).focus(); }
function repeat({ verdict, values, reason }) {
  act(() => {
    if (verdict === 'value' || verdict === 'other') answer.fill(values);
    answer.say(verdict);
    if (reason) $(`[name="reason"][value="${reason}"]`, form).checked = true;
  });
}
function tick(name, number) {
  const radio = $$(`[name="${name}"]`, form)[number - 1];
  if (radio) act(() => { radio.checked = true; });
}
function digit(number) {
  if (!picked && answer.chosen() === 'reject') tick('reason', number);
  else if (!picked && answer.chosen() === 'other') tick('owner', number);
  else if (labels[number - 1]) label(labels[number - 1]);
}

// ---- the answer ----
function wrong(words) { $('#wrong').textContent = words; $('#wrong').hidden = !words; }
let sending = false;
async function submit() {
  wrong('');
  if (answer.missing() === 'verdict') { wrong('请先回答：接受建议，或选出文字并按标签，或选其他回答。'); return; }
  if (sending) return;
  sending = true;
  try {
    const { state, next, left } = await send('POST', `/api/v1/annotation/${item}/answers${suffix}`, { result, ...answer.body() });
    const said = { open: '已留给第二人', once: '已记录，等第二人', settled: '已记录，两人一致或已裁定', rejected: '已记录，不作标注', conflict: '已记录，与前一人不一致，等裁定' }[state];
    toastNext(`${answer.chosen() === 'unsure' ? '已留给他人' : said}；还有 ${left} 题`);
    location.assign(next ? `/annotate/${next}${suffix}` : `/annotate${suffix}`);
  } catch (error) { sending = false; wrong(error.message); }
}

// ---- parts ----
const text = chooser(pane, (words) => { picked = words; tell(); });
const hints = suggestions(tell);
const answer = form ? answerForm(form, many, tell) : null;
hints.look(0);
tell();

function fold(open = false) {
  $('#guide-toggle').setAttribute('aria-expanded', String(open));
  $('#guide-body').hidden = !open;
}
function guide() {
  const open = $('#guide-toggle').getAttribute('aria-expanded') !== 'true';
  fold(open);
  localStorage.setItem('guide', open ? '1' : '0');
}
const room = matchMedia('(min-width: 1241px)').matches && !document.body.classList.contains('scanned');
if (localStorage.getItem('guide') === '0' || (!room && localStorage.getItem('guide') === null)) fold();
function files() {
  const open = $('#files').classList.toggle('open');
  $('[data-act="files"]').setAttribute('aria-expanded', String(open));
  if (open) $('#files a')?.focus();
}
function look(index) { if (index >= 0) { looking = true; hints.look(index); } }
const step = (by) => look(hints.count ? (hints.at() + by + hints.count) % hints.count : -1);

const ACTS = { add, drop: () => text.clear(), accept: () => accept(), reject, whose, next: () => step(1), undo, files };
document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  const place = event.target.closest('[data-e]'), side = event.target.closest('.sides .side-of');
  if (button?.id === 'guide-toggle') guide();
  else if (button && ACTS[button.dataset.act]) ACTS[button.dataset.act]();
  else if (button && 'field' in button.dataset) label(button);
  else if (button?.dataset.verdict === 'unsure') unsure();
  else if (button?.dataset.verdict === 'other') whose();
  else if (button?.dataset.verdict) act(() => answer.say(button.dataset.verdict));
  else if (button && 'repeat' in button.dataset) repeat(answers[Number(button.dataset.repeat)]);
  else if (place && !picked) look(hints.resting(place.dataset.e));
  else if (side) { looking = true; hints.look($$('.sides .side-of').indexOf(side), { moved: !event.target.closest('a') }); }
});
form?.addEventListener('submit', (event) => { event.preventDefault(); submit(); });
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && event.target.closest('#answer')) { event.target.blur(); return; } // out of a field, so that keys work again
  if (event.key === 'Escape' && $('#files').classList.contains('open')) { files(); return; }
  if (keysRest(event)) return;
  const free = event.target === pane || !event.target.closest('a, button, summary, input');
  const { key } = event;
  if (key === 'w') pane.focus();
  else if (key === 'g') guide();
  else if (key === '[') files();
  else if (key === 'j' && $('#skip-item')) $('#skip-item').click();
  else if (key === 'n' || key === 'p') step(key === 'n' ? 1 : -1);
  else if (!form) return;
  else if (key === 'Enter' && free && picked) add();
  else if (key === 'Enter' && free && looking) accept(); // not after something was done: the second press of a key is no answer
  else if (key === 'x') reject();
  else if (key === 'v') whose();
  else if (key === 'u') unsure();
  else if (key === 'z') undo();
  else if (key === 'e') { if (!answer.chosen()) act(() => answer.say('value')); ($('.one-value select, .one-value input') ?? $('[name="verdict"]:checked')).focus(); }
  else if (key === '0') act(() => answer.say('unstated'));
  else if (key === 'r') act(() => answer.say('reject'));
  else if (key === 'f') submit();
  else if (/^[1-9]$/.test(key)) digit(Number(key));
  else return;
  event.preventDefault();
});
