// Jiuzhu 救助 — one question: take a reading, choose words by mouse or key, answer; the next question loads by itself.
// Words are named by the numbers of their segments and by what they say; offsets never leave the server.
import { $, $$, keysRest, send, toast, toastLeft, toastNext } from './site.js';
import { chooser, quoteLine, sameWords } from './annotate_words.js';

const { item, result, query } = document.body.dataset;
const suffix = query ? `?${query}` : '';
const form = $('#answer');
const readings = form ? JSON.parse(form.dataset.readings) : [];
const answers = form ? JSON.parse(form.dataset.answers) : [];
let active = null; // the value that words are added to

toastLeft();

// ---- values: fields and the words that carry them ----
function addValue(fields = {}, words = []) {
  const value = $('#value').content.firstElementChild.cloneNode(true);
  value.quoted = [];
  for (const [name, said] of Object.entries(fields ?? {})) {
    const field = $(`[name="${name}"]`, value);
    if (!field || said === null) continue;
    if (field.type === 'checkbox') field.checked = Boolean(said); else field.value = said;
  }
  $('#values').append(value);
  use(value);
  words.forEach((each) => addWords(each));
  return value;
}
function use(value) {
  active = value;
  $$('.one-value').forEach((each) => each.classList.toggle('here', each === value && $$('.one-value').length > 1));
}
function addWords(words) {
  if (!active || active.quoted.some((each) => sameWords(each, words))) return;
  active.quoted.push(words);
  const value = active;
  $('.quotes', value).append(quoteLine(words, () => { value.quoted = value.quoted.filter((each) => each !== words); }));
}
const sideTaken = (number) => $$('.sides .side-of').forEach((side, index) => side.classList.toggle('taken', index === number));
function verdict(kind) {
  sideTaken(-1);
  $(`[name="verdict"][value="${kind}"]`, form).checked = true;
  $$('.for-value', form).forEach((part) => { part.hidden = kind !== 'value'; });
  $('.for-reject', form).hidden = kind !== 'reject';
  if (kind === 'value' && !$('.one-value')) addValue();
}
const chosen = () => $('[name="verdict"]:checked', form)?.value;
function fill(values) {
  $('#values').replaceChildren();
  values.forEach((value) => addValue(value.fields ?? {}, value.words));
  verdict('value');
}
function take(number) {
  const reading = readings[number];
  if (!reading) return;
  if (reading.unstated) verdict('unstated'); else fill(reading.values);
  sideTaken(number);
  const chip = $('.chip', $$('.sides .side-of')[number]);
  if (chip) $(chip.getAttribute('href'))?.scrollIntoView({ block: 'nearest' });
}
function repeat(number) {
  const given = answers[number];
  if (given.verdict === 'value') fill(given.values); else verdict(given.verdict);
  if (given.reason) $(`[name="reason"][value="${given.reason}"]`, form).checked = true;
}

// ---- the answer ----
function number(field) { return field.value === '' ? null : Number(field.value); }
function fieldsOf(value) {
  const fields = {};
  for (const field of $$('input, select', value)) {
    if (field.type === 'checkbox') fields[field.name] = field.checked;
    else if (field.type === 'number') fields[field.name] = number(field);
    else fields[field.name] = field.value === '' ? null : field.value;
  }
  return Object.fromEntries(Object.entries(fields).filter(([, said]) => said !== null));
}
function wrong(words) { $('#wrong').textContent = words; $('#wrong').hidden = !words; }
let sending = false;
async function submit() {
  wrong('');
  if (!chosen()) { wrong('请先回答：有记载、未载明，或不作标注。'); return; }
  if (sending) return;
  sending = true;
  const body = { result, verdict: chosen(), note: $('[name="note"]', form).value || null };
  if (body.verdict === 'value') body.values = $$('.one-value').map((value) => ({ fields: fieldsOf(value), words: value.quoted }));
  if (body.verdict === 'reject') body.reason = $('[name="reason"]:checked', form)?.value ?? null;
  try {
    const { state, next, left } = await send('POST', `/api/v1/annotation/${item}/answers${suffix}`, body);
    const said = { once: '已记录，等第二人', settled: '已记录，两人一致或已裁定', rejected: '已记录，不作标注', conflict: '已记录，与前一人不一致，等裁定' }[state];
    toastNext(`${said}；还有 ${left} 题`);
    location.assign(next ? `/annotate/${next}${suffix}` : `/annotate${suffix}`);
  } catch (error) { sending = false; wrong(error.message); }
}

// ---- words of the text ----
const words = chooser($('#text'), (picked) => {
  $('#dock').hidden = !picked;
  $('#picked').textContent = picked ? picked.words.trim() : '';
});
function addPicked() {
  const picked = words.picked();
  if (!picked || !form) return;
  if (chosen() !== 'value') verdict('value');
  addWords(picked);
  words.clear();
  toast('已加入卷内文字');
}
$('#add-words')?.addEventListener('click', addPicked);
$('#text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target === $('#text')) { addPicked(); event.preventDefault(); }
});

$('mark[id]', $('#text'))?.scrollIntoView({ block: 'center' });

// ---- the rest ----
function guide() {
  const open = $('#guide-toggle').getAttribute('aria-expanded') !== 'true';
  $('#guide-toggle').setAttribute('aria-expanded', String(open));
  $('#guide-body').hidden = !open;
  localStorage.setItem('guide', open ? '1' : '0');
}
if (localStorage.getItem('guide') === '0') guide();
document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.id === 'guide-toggle') guide();
  else if ('take' in button.dataset) take(Number(button.dataset.take));
  else if ('repeat' in button.dataset) repeat(Number(button.dataset.repeat));
  else if (button.id === 'add-value') $('select', addValue()).focus();
  else if ('dropValue' in button.dataset) { button.closest('.one-value').remove(); use($('.one-value')); if (!active) addValue(); }
});
form?.addEventListener('submit', (event) => { event.preventDefault(); submit(); });
form?.addEventListener('change', (event) => { if (event.target.name === 'verdict') verdict(event.target.value); });
form?.addEventListener('focusin', (event) => { const value = event.target.closest('.one-value'); if (value) use(value); });
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && event.target.closest('#answer')) { event.target.blur(); return; } // out of a field, so that keys work again
  if (keysRest(event)) return;
  if (event.key === 'w') $('#text').focus();
  else if (event.key === 'g') guide();
  else if (event.key === 'n' && $('#skip-item')) $('#skip-item').click();
  else if (!form) return;
  else if (event.key === 'e') { if (!chosen()) verdict('value'); ($('.one-value select, .one-value input') ?? $('[name="verdict"]:checked')).focus(); }
  else if (event.key === '0') verdict('unstated');
  else if (event.key === 'x') verdict('reject');
  else if (event.key === 'f') submit();
  else if (chosen() === 'reject' && /^[1-5]$/.test(event.key)) $$('[name="reason"]', form)[Number(event.key) - 1].checked = true;
  else if (/^[1-9]$/.test(event.key)) take(Number(event.key) - 1);
  else return;
  event.preventDefault();
});
