// Jiuzhu 救助 — putting a fact right beside the paper: a value, 未载明 or somebody else's, and the words that bear it out.
// The words of a page are asked for when it comes into view while the panel is open; the server numbers and checks them.
import { $, $$, keysRest, send, toastNext } from './site.js';
import { chooser, quoteLine, sameWords } from './annotate_words.js';

const base = `/api/v1/dossiers/${document.body.dataset.dossier}`;
const pane = $('.pages'), panel = $('#correct');
const field = (name) => panel.elements[name];
let fixing = null; // what is put right: the button's data, and the button
let quoted = []; // words added
let result; // whose pages the words were cut from

// ---- words over the page: around pieces of its text, and as boxes on its image ----
const inView = ':is(.sheet:not(.has-image) > .page, .sheet.as-text > .page, .sheet.has-image:not(.as-text) > .scan) .w';
const among = () => (panel.hidden ? [] : $$(inView, pane).filter((word) => !word.closest('details:not([open])')));
const svg = (name, attributes) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};
function cutText(lines, words) {
  const nodes = lines.flatMap((line) => {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  });
  let index = 0, used = 0; // the word that is next, and how much of it stands before this node
  for (const node of nodes) {
    const pieces = [];
    for (let at = 0; at < node.length && index < words.length;) {
      const size = Math.min(words[index].text.length - used, node.length - at);
      const piece = Object.assign(document.createElement('span'), { className: 'w', textContent: node.data.slice(at, at + size) });
      piece.dataset.w = words[index].id;
      pieces.push(piece);
      at += size;
      used += size;
      if (used === words[index].text.length) { index += 1; used = 0; }
    }
    node.replaceWith(...pieces);
  }
}
function drawWords(drawing, words) {
  const layer = svg('g', { class: 'words' });
  for (const { id, text, box } of words) {
    if (!box) continue;
    const [x0, y0, x1, y1] = box;
    const word = svg('g', { class: 'w', 'data-w': id });
    const said = svg('desc', {});
    said.textContent = text;
    word.append(svg('rect', { x: x0, y: y0, width: x1 - x0, height: y1 - y0 }), said);
    layer.append(word);
  }
  drawing.append(layer);
}
const AT_ONCE = 60; // lines; a plain text is one page of a thousand
const asked = new Set(); // which lines of which sheet are cut, or about to be
async function cut(sheet, part) {
  const name = `${sheet.id} ${part}`;
  const lines = $$('.page p', sheet).slice(part * AT_ONCE, (part + 1) * AT_ONCE);
  if (asked.has(name) || !lines.length) return;
  asked.add(name);
  const { document: paper } = sheet.closest('.paper').dataset;
  try {
    const told = await send('GET', `${base}/documents/${paper}/pages/${sheet.dataset.page}/words?line=${part * AT_ONCE}&count=${AT_ONCE}`);
    result = told.result;
    cutText(lines, told.words);
    if ($('.scan svg', sheet)) drawWords($('.scan svg', sheet), told.words);
    words.renew();
  } catch (error) { asked.delete(name); wrong(error.message); }
}
async function cutAll(sheet, parts) { for (let part = 0; part < parts; part += 1) await cut(sheet, part); } // in the order of the page
const near = new IntersectionObserver((entries) => { // lines of text, and images of pages, as they come into view
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    const sheet = target.closest('.sheet'), lines = $$('.page p', sheet);
    if (target.matches('.scan')) cutAll(sheet, Math.ceil(lines.length / AT_ONCE));
    else cut(sheet, Math.floor(lines.indexOf(target) / AT_ONCE));
  }
}, { rootMargin: '200px' });

// ---- choosing ----
function start(all) { // at the evidence that is in view, else at the first word in view
  const top = Math.max(pane.getBoundingClientRect().top, 0);
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const box = $$('.box.here', pane).find((each) => each.getClientRects().length)?.getBoundingClientRect();
  const seen = all.filter((word) => { const at = word.getBoundingClientRect(); return at.width > 0 && at.top >= top && at.top < innerHeight; });
  return seen.find((word) => word.closest('mark.here')) ?? seen.find((word) => box && over(word.getBoundingClientRect(), box)) ?? seen[0];
}
const words = chooser(pane, (picked) => {
  $('#dock').hidden = !picked;
  $('#picked').textContent = picked ? picked.words.trim() : '';
}, { among, start });
function add() {
  const picked = words.picked();
  if (!picked || panel.hidden) return;
  if (!quoted.some((each) => sameWords(each, picked))) {
    quoted.push(picked);
    $('#correct-quotes').append(quoteLine(picked, () => { quoted = quoted.filter((each) => each !== picked); }));
  }
  words.clear();
  wrong('');
}

// ---- the panel ----
function wrong(said) { $('#correct-wrong').textContent = said; $('#correct-wrong').hidden = !said; }
function kind(chosen) {
  field('kind').value = chosen;
  $('.for-value', panel).hidden = chosen !== 'value';
  $('.for-owner', panel).hidden = chosen !== 'owner';
}
function open(button) {
  const { fix, victim, who, title, text } = button.dataset;
  const known = 'known' in button.dataset;
  fixing = { button, victim, attribute: fix, known, predicted: known ? text : null };
  quoted = [];
  panel.reset();
  $('#correct-quotes').replaceChildren();
  wrong('');
  $('#correct-who').textContent = `${who}　${title}`;
  $('#correct-was').textContent = text;
  $$('.if-known', panel).forEach((each) => { each.hidden = !known; });
  field('corrected').setAttribute('list', `correct-${fix}`);
  kind('value');
  document.body.classList.add('correcting');
  panel.hidden = false;
  const link = $('a[data-at]', button.closest('.fact'));
  if (link && !link.hasAttribute('aria-current')) link.click(); // the paper opens at the words in question
  else if ($('#files').classList.contains('open')) $('[data-act="files"]').click(); // the drawer would stand before it
  $$('.page p, .scan', pane).forEach((part) => near.observe(part));
  words.clear();
  words.renew();
  field('corrected').focus();
}
function close() {
  near.disconnect();
  words.clear();
  panel.hidden = true;
  words.renew();
  document.body.classList.remove('correcting');
  fixing?.button.focus();
  fixing = null;
}
async function save() {
  const chosen = field('kind').value;
  const corrected = { value: field('corrected').value.trim(), owner: field('owner').value.trim(), remove: '' }[chosen];
  const note = field('note').value.trim();
  if (chosen !== 'remove' && !corrected) { wrong(chosen === 'owner' ? '请写明属于何人。' : '请写明现值。'); return; }
  if (chosen === 'value' && !quoted.length && !note) { wrong('请选取能说明现值的卷内文字；没有文字可选的，在附言中写明在哪一页。'); return; }
  const { victim, attribute, known, predicted } = fixing;
  try {
    const body = { victim, attribute, predicted, result, kind: chosen === 'value' && !known ? 'add' : chosen, corrected: corrected || null, words: quoted, note: note || null };
    await send('POST', `${base}/corrections`, body);
    toastNext('更正已保存，原读保留');
    location.reload();
  } catch (error) { wrong(error.message); }
}
panel.addEventListener('submit', (event) => { event.preventDefault(); save(); });
panel.addEventListener('change', (event) => { if (event.target.name === 'kind') kind(event.target.value); });
$('#add-words').addEventListener('click', add);
$('#to-words').addEventListener('click', () => pane.focus());
$('#correct-close').addEventListener('click', close);
document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.dataset.fix) open(button);
  else if (button?.dataset.view && !panel.hidden) words.renew();
});
document.addEventListener('toggle', () => { if (!panel.hidden) words.renew(); }, true);
document.addEventListener('keydown', (event) => {
  if (panel.hidden) return;
  if (event.key === 'Escape' && event.target.matches('#correct .field')) event.target.blur(); // out of a field, so that keys work again
  else if (event.key === 'Escape' && !$('dialog[open]')) close();
  else if (event.key === 'Enter' && event.target === pane) { add(); event.preventDefault(); }
  else if (event.key === 'w' && !keysRest(event)) { pane.focus(); event.preventDefault(); }
});
