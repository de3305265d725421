// Jiuzhu 救助 — the answer to a question as it grows: verdict, values with their words, and what is still missing.
// Words are named by the numbers of their segments and by what they say; offsets never leave the server.
import { $, $$ } from './site.js';
import { quoteLine, sameWords } from './annotate_words.js';

/** The form of an answer; `changed()` is called whenever it says something else. */
export function answerForm(form, many, changed) {
  let active = null; // the value that words are added to
  const values = () => $$('.one-value', form);
  const chosen = () => $('[name="verdict"]:checked', form)?.value ?? null;
  const ticked = (name) => $(`[name="${name}"]:checked`, form)?.value ?? null;
  const note = () => $('[name="note"]', form).value.trim();

  // ---- values: fields and the words that carry them ----
  function fieldsOf(value) {
    const fields = {};
    for (const field of $$('.fields input, .fields select', value)) {
      if (field.type === 'checkbox') fields[field.name] = field.checked;
      else if (field.value !== '') fields[field.name] = field.type === 'number' ? Number(field.value) : field.value;
    }
    return fields;
  }
  const says = (value, fields) => {
    const said = fieldsOf(value);
    return [...new Set([...Object.keys(said), ...Object.keys(fields)])].every((name) => (said[name] ?? null) === (fields[name] ?? null));
  };
  const isBlank = (value) => Object.values(fieldsOf(value)).every((said) => said === false);
  function setFields(value, fields) {
    for (const [name, said] of Object.entries(fields ?? {})) {
      const field = $(`[name="${name}"]`, value);
      if (!field || said === null) continue;
      if (field.type === 'checkbox') field.checked = Boolean(said); else field.value = said;
    }
  }
  function clear() { $('#values', form).replaceChildren(); active = null; }
  function addValue(fields = {}, words = []) {
    const value = $('#value').content.firstElementChild.cloneNode(true);
    value.quoted = [];
    setFields(value, fields);
    $('#values', form).append(value);
    use(value);
    words.forEach(quote);
    return value;
  }
  function use(value) {
    active = value;
    const all = values();
    all.forEach((each) => each.classList.toggle('here', each === value && all.length > 1));
  }
  function quote(words) {
    if (active.quoted.some((each) => sameWords(each, words))) return;
    const value = active;
    value.quoted.push(words);
    $('.quotes', value).append(quoteLine(words, () => { value.quoted = value.quoted.filter((each) => each !== words); changed(); }));
  }

  // ---- what a person does ----
  function say(kind) {
    $(`[name="verdict"][value="${kind}"]`, form).checked = true;
    form.dataset.verdict = kind;
    for (const part of $$('[class*="for-"]', form)) {
      if (part.classList.contains('for-any')) part.hidden = kind === 'unsure';
      else part.hidden = !part.classList.contains(`for-${kind}`);
    }
    if ((kind === 'value' || kind === 'other') && !values().length) addValue();
    changed();
  }
  /** Words that were chosen; choosing them first says that there are some. */
  function addWords(words) {
    if (chosen() !== 'other') say('value');
    quote(words);
    changed();
  }
  /** What the words are; with other words than before, of an attribute that holds a list, another value of it. */
  function label(field, code, words) {
    if (chosen() !== 'value') say('value');
    const box = (value) => $(`[name="${field}"]`, value);
    const isChoice = box(active).tagName === 'SELECT';
    const said = isChoice && values().find((value) => box(value).value === code);
    if (said) use(said);
    else if (many && words && isChoice && box(active).value) addValue();
    if (isChoice) box(active).value = code;
    else if (box(active).type === 'checkbox') box(active).checked = !box(active).checked;
    else box(active).focus();
    if (words) quote(words);
    changed();
  }
  /** Values of a reading or of an answer; `added` keeps what is there. */
  function fill(given, { added = false } = {}) {
    if (!added) clear();
    values().filter((value) => isBlank(value) && !value.quoted.length).forEach((value) => value.remove());
    for (const one of given) {
      const there = one.fields && values().find((value) => says(value, one.fields));
      if (there) { use(there); one.words.forEach(quote); } else addValue(one.fields, one.words);
    }
  }
  function drop(value) {
    value.remove();
    use(values()[0] ?? null);
    if (!active) addValue();
    changed();
  }

  // ---- what it says, and what it still lacks ----
  const words = () => ($$('.for-other', form).every((part) => part.hidden) ? [] : values().flatMap((value) => value.quoted));
  function missing() {
    const quoted = values().every((value) => value.quoted.length);
    switch (chosen()) {
      case 'value': return values().some(isBlank) ? 'label' : quoted ? '' : 'words';
      case 'other': return !ticked('owner') ? 'owner' : quoted ? '' : 'words';
      case 'reject': return !ticked('reason') ? 'reason' : ticked('reason') === 'other' && !note() ? 'note' : '';
      case 'unsure': return note() ? '' : 'doubt';
      case 'unstated': return '';
      default: return 'verdict';
    }
  }
  function body() {
    const kind = chosen();
    const said = { verdict: kind, note: note() || null };
    if (kind === 'value') said.values = values().map((value) => ({ fields: fieldsOf(value), words: value.quoted }));
    if (kind === 'other') { said.owner = ticked('owner'); said.values = [{ words: values().flatMap((value) => value.quoted) }]; }
    if (kind === 'reject') said.reason = ticked('reason');
    return said;
  }

  // ---- one step back ----
  const state = () => ({ kind: chosen(), owner: ticked('owner'), reason: ticked('reason'), values: values().map((value) => ({ fields: fieldsOf(value), words: [...value.quoted] })) });
  function restore({ kind, owner, reason, values: given }) {
    clear();
    given.forEach((value) => addValue(value.fields, value.words));
    for (const [name, value] of Object.entries({ owner, reason })) $$(`[name="${name}"]`, form).forEach((radio) => { radio.checked = radio.value === value; });
    if (kind) { say(kind); return; }
    $$('[name="verdict"]', form).forEach((radio) => { radio.checked = false; });
    delete form.dataset.verdict;
    $$('[class*="for-"]', form).forEach((part) => { part.hidden = !part.classList.contains('for-any'); });
    changed();
  }

  form.addEventListener('focusin', (event) => { const value = event.target.closest('.one-value'); if (value) use(value); });
  form.addEventListener('input', () => changed());
  form.addEventListener('change', (event) => { if (event.target.name === 'verdict') say(event.target.value); else changed(); });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button?.id === 'add-value') { $('select', addValue()).focus(); changed(); }
    else if (button && 'dropValue' in button.dataset) drop(button.closest('.one-value'));
  });
  return { chosen, say, addWords, label, fill, missing, body, words, state, restore, active: () => active };
}
