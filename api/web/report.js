// Jiuzhu 救助 — behaviour of the one-file report. Without it every link still jumps to its words.
const $ = (query, root = document) => root.querySelector(query);
const $$ = (query, root = document) => [...root.querySelectorAll(query)];
document.body.classList.add('js');

// ---- places: every mark with an address, in reading order; n/p, chips and the address bar share one cursor ----
const places = $$('mark[id]');
const evidence = places.filter((place) => place.id.startsWith('e-'));
const parts = new Map(); // a place that overlaps another, runs over lines, or stands on an image too, has several
for (const mark of $$('[data-e]')) {
  if (!parts.has(mark.dataset.e)) parts.set(mark.dataset.e, []);
  parts.get(mark.dataset.e).push(mark);
}
const links = $$('[data-at]');
const shown = () => evidence.filter((place) => !place.classList.contains('off'));
const pane = $('.pages');
let here = null, claim = null; // the place in view, and the link that led there

function scroller() { // one column: the window scrolls, else the middle pane
  return getComputedStyle(pane).overflowY === 'auto' ? pane : null;
}

function bringIntoView(element) { // no jump when the words are already in comfortable view
  const frame = scroller()?.getBoundingClientRect() ?? { top: 0, height: innerHeight };
  const at = (element.getBoundingClientRect().top - frame.top) / frame.height;
  if (at >= 0.12 && at <= 0.8) return;
  const by = (at - 0.42) * frame.height;
  if (scroller()) pane.scrollTop += by; else scrollBy(0, by);
}

function unfold(element) {
  for (let fold = element.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
}

function go(place, { focus = true, scroll = true } = {}) {
  if (!place) return;
  if (here) parts.get(here.id).forEach((mark) => mark.classList.remove('here'));
  here = place;
  parts.get(place.id).forEach((mark) => mark.classList.add('here'));
  unfold(place);
  const seen = parts.get(place.id).find((part) => part.getClientRects().length) ?? place; // the words, or their box
  if (scroll) bringIntoView(seen);
  if (focus) { seen.focus({ preventScroll: true }); history.replaceState(null, '', `#${place.id}`); }
  for (const link of links) {
    if (link.dataset.at.split(' ').includes(place.id)) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
  }
  const paper = place.closest('.paper');
  for (const link of $$('.docs a')) {
    if (link.hash === `#${paper.id}`) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
  }
  $$('.ruler i').forEach((tick) => tick.classList.toggle('here', tick.dataset.for === place.id));
  const list = shown(), index = list.indexOf(place);
  const count = Object.assign(document.createElement('b'), { textContent: index < 0 ? '未计入' : `${index + 1}／${list.length}` });
  $('#where').replaceChildren(count, `${place.dataset.says}　·　${place.closest('.sheet').dataset.name}`);
}

function step(by) {
  const list = shown();
  if (!list.length) return;
  const at = list.indexOf(here);
  go(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length]);
}

function back() { // to the claim that led here, else to the first in view that rests on this place
  const naming = links.filter((link) => link.hasAttribute('aria-current') && link.getClientRects().length);
  (naming.includes(claim) ? claim : naming[0])?.focus();
}

function ruler() { // where the evidence lies along the whole roll of pages
  const strip = $('.ruler');
  if (!strip || !scroller()) return;
  const top = pane.getBoundingClientRect().top - pane.scrollTop, height = pane.scrollHeight;
  const seen = (place) => parts.get(place.id).find((part) => part.getClientRects().length) ?? place;
  const list = shown();
  const tops = list.map((place) => seen(place).getBoundingClientRect().top - top); // read all, then write all
  strip.replaceChildren(...list.map((place, index) => {
    const tick = document.createElement('i');
    tick.className = place === here ? `${place.classList[0]} here` : place.classList[0];
    tick.dataset.for = place.id;
    tick.style.top = `${(100 * tops[index]) / height}%`;
    return tick;
  }));
}

// ---- victims ----
const tabs = $$('[role="tab"]');
function tab(chosen) {
  for (const each of tabs) {
    const on = each === chosen;
    each.setAttribute('aria-selected', String(on));
    each.tabIndex = on ? 0 : -1;
    $(`#${each.getAttribute('aria-controls')}`).hidden = !on;
  }
  $('.panels').scrollTop = 0;
  $('.tabs').scrollTop = Math.max(0, chosen.offsetTop - $('.tabs').offsetTop - 44);
}
function turn(by) {
  const at = tabs.findIndex((each) => each.getAttribute('aria-selected') === 'true');
  if (tabs.length) tab(tabs[(at + by + tabs.length) % tabs.length]);
}

// ---- find: exactly the words, as the search over all dossiers takes them (api/store/search.py); Enter goes on ----
const RUN = /[\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]+|[0-9a-zA-Z]+/gu;
const FOLDED = new Map(Array.from(document.body.dataset.folded.matchAll(/(.)(.)/g), ([, each, plain]) => [each, plain])); // traditional and full-width characters of these papers
const plain = (words) => words.replace(/[^\0-\u007f]/g, (each) => FOLDED.get(each) ?? each); // one for one: places hold
function pattern(query) { // words parted by blanks, or in quotation marks; anything that is no letter may stand inside
  const words = [...plain(query).matchAll(/[“"]([^”"]+)[”"]|(\S+)/g)].map(([, whole, word]) => whole ?? word);
  const runs = words.map((each) => each.match(RUN)).filter(Boolean).slice(0, 8);
  if (!runs.length) return null;
  return new RegExp(runs.map((each) => each.join('[^\\p{L}\\p{N}_]*')).sort((a, b) => b.length - a.length).join('|'), 'giu');
}
let hits = [], hit = -1, sought = '';
function unmark() {
  for (const piece of $$('span.hit', pane)) {
    const line = piece.parentNode;
    piece.replaceWith(...piece.childNodes);
    line.normalize();
  }
  $$('rect.hit', pane).forEach((box) => box.remove());
}
/** Puts every place of a sheet that the pattern finds into pieces of its own; a place may run over marks and lines. */
function markIn(sheet, words) {
  const nodes = [], found = [];
  for (const line of $$('.page p', sheet)) {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) nodes.push(walker.currentNode);
  }
  const places = [...plain(nodes.map((node) => node.data).join('')).matchAll(words)].map((match) => [match.index, match.index + match[0].length]);
  let start = 0, next = 0;
  for (const node of nodes) {
    const { data } = node, parts = [];
    let at = 0;
    while (next < places.length && places[next][0] < start + data.length) {
      const [from, to] = places[next].map((place) => Math.min(Math.max(place - start, at), data.length));
      const piece = Object.assign(document.createElement('span'), { className: 'hit', textContent: data.slice(from, to) });
      parts.push(data.slice(at, from), piece);
      (found[next] ??= { sheet, nth: next, pieces: [] }).pieces.push(piece);
      at = to;
      if (places[next][1] > start + data.length) break; // goes on in the next node
      next += 1;
    }
    if (parts.length) node.replaceWith(...parts, data.slice(at));
    start += data.length;
  }
  return found;
}
function seek(query) {
  unmark();
  sought = query;
  const words = pattern(query);
  hits = words ? $$('.sheet', pane).flatMap((sheet) => markIn(sheet, words)) : [];
  hit = -1;
}
/** Boxes over the words on the image of a page, drawn once; those of one place. None where it has none: then its text is shown. */
async function boxesOf({ sheet, nth, pieces }) {
  const query = sought, drawing = $('svg', sheet);
  if (!$('rect.hit', sheet)) {
    const { document: paper } = sheet.closest('.paper').dataset;
    const answer = await fetch(`/api/v1/dossiers/${document.body.dataset.dossier}/documents/${paper}/pages/${sheet.dataset.page}/found?q=${encodeURIComponent(query)}`);
    const told = answer.ok ? await answer.json() : [];
    if (query !== sought || $('rect.hit', sheet)) return $$(`rect.hit[data-nth="${nth}"]`, sheet);
    told.forEach(({ text, boxes }, at) => boxes.forEach(([x0, y0, x1, y1]) => {
      const box = document.createElementNS(drawing.namespaceURI, 'rect');
      const sides = { class: 'hit', 'data-nth': at, 'data-text': text, x: x0 - 1, y: y0 - 1, width: x1 - x0 + 2, height: y1 - y0 + 2 };
      for (const [name, value] of Object.entries(sides)) box.setAttribute(name, value);
      drawing.append(box);
    }));
  }
  const words = pieces.map((piece) => piece.textContent).join('');
  return $$(`rect.hit[data-nth="${nth}"]`, sheet).filter((box) => box.dataset.text === words);
}
async function find(by) {
  const query = $('#find').value.trim();
  if (query !== sought) seek(query);
  $$('.hit.found', pane).forEach((each) => each.classList.remove('found'));
  if (!hits.length) {
    const covered = $('[data-do="unmask"]') ? '；姓名和号码已遮蔽，不在查找之列' : '';
    $('#where').textContent = query ? `没有找到${covered}` : '';
    return;
  }
  hit = (hit + by + hits.length) % hits.length;
  const place = hits[hit], { sheet, pieces } = place;
  unfold(pieces[0]);
  const asText = $('[data-view="text"]', sheet);
  let seen = pieces;
  if (asText && !pieces[0].getClientRects().length) { // on a page shown as image the words stand behind it
    const boxes = await boxesOf(place).catch(() => []);
    if (place !== hits[hit]) return; // gone on meanwhile
    if (boxes.length) seen = [...pieces, ...boxes]; else view(asText);
  }
  seen.forEach((each) => each.classList.add('found'));
  bringIntoView(seen.find((each) => each.getClientRects().length) ?? pieces[0]);
  $('#where').textContent = `查找：第 ${hit + 1}／${hits.length} 处　·　${sheet.dataset.name}`;
}

// ---- pages as images: loaded when they come near; the words stand behind a button ----
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    fetchImage(target);
    near.unobserve(target);
  }
}, { rootMargin: '800px' });
const images = $$('image[data-href]');
function fetchImage(image) { // answers when it is there, or cannot be had
  return new Promise((done) => {
    if (image.closest('.drawn')) { done(); return; }
    image.addEventListener('load', () => { image.closest('.sheet').classList.add('drawn'); done(); }, { once: true });
    image.addEventListener('error', done, { once: true });
    if (!image.hasAttribute('href')) image.setAttribute('href', image.dataset.href);
  });
}
images.forEach((image) => near.observe(image));
async function printWhole() { // pages that are not folded are printed as images; those not there yet are waited for
  const wanted = images.filter((image) => !image.closest('details:not([open])'));
  let there = 0;
  const before = [...$('#where').childNodes];
  await Promise.all(wanted.map(async (image) => {
    await fetchImage(image);
    there += 1;
    $('#where').textContent = `正在准备打印：${there}／${wanted.length} 页图像`;
  }));
  $('#where').replaceChildren(...before);
  print();
}
function view(button) {
  const page = button.closest('.sheet');
  page.classList.toggle('as-text', button.dataset.view === 'text');
  $$('[data-view]', page).forEach((each) => each.setAttribute('aria-pressed', String(each === button)));
  ruler();
}

// ---- wiring ----
const acts = {
  next: () => step(1),
  prev: () => step(-1),
  print: printWhole,
  help: () => $('#help').showModal(),
  close: () => $('#help').close(),
  files: () => drawer(!$('#files').classList.contains('open')),
};

// ---- the drawer that the left column becomes where there is little room ----
const opener = $('[data-act="files"]');
function drawer(open, { focus = true } = {}) {
  if (open === $('#files').classList.contains('open')) return;
  $('#files').classList.toggle('open', open);
  opener.setAttribute('aria-expanded', String(open));
  if (focus && opener.getClientRects().length) (open ? $('#files a, #files button') : opener)?.focus();
}

function toggle(button) {
  const on = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(on));
  const style = button.dataset.attr;
  if (style === 'name') pane.classList.toggle('names', on);
  else $$(`mark.${style}, .tags .${style}, .box.${style}, .boxtag.${style}`, pane).forEach((each) => each.classList.toggle('off', !on));
  ruler();
}

document.addEventListener('click', (event) => {
  const { target } = event;
  const link = target.closest('[data-at]'), place = target.closest('mark:not(.name), .box'), button = target.closest('button');
  if (link) { // several places, one fact: each click goes to the next of them
    event.preventDefault();
    const ids = link.dataset.at.split(' ');
    claim = link;
    go(document.getElementById(ids[(ids.indexOf(here?.id) + 1) % ids.length]));
    drawer(false, { focus: false });
  } else if (target.closest('.docs a')) drawer(false, { focus: false });
  else if (target.closest('[role="tab"]')) {
    event.preventDefault();
    tab(target.closest('[role="tab"]'));
  } else if (place && !document.body.classList.contains('correcting')) go(document.getElementById(place.dataset.e));
  else if (button?.dataset.view) view(button);
  else if (button?.dataset.act) acts[button.dataset.act]();
  else if (button?.dataset.attr) toggle(button);
});

document.addEventListener('keydown', (event) => {
  const typing = event.target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select');
  if (typing && event.target.id === 'find') {
    if (event.key === 'Enter') { find(event.shiftKey ? -1 : 1); event.preventDefault(); }
    if (event.key === 'Escape') event.target.blur();
  }
  if (event.target.matches('[role="tab"]') && ['ArrowLeft', 'ArrowRight'].includes(event.key)) { // works with single keys off too
    turn(event.key === 'ArrowLeft' ? -1 : 1);
    $('[role="tab"][aria-selected="true"]').focus();
    event.preventDefault();
    return;
  }
  if (event.key === 'Escape' && $('#files').classList.contains('open') && !typing) drawer(false);
  else if (event.key === 'Escape' && here && event.target.dataset.e === here.id && !$('.why[data-for]:not([hidden]), dialog[open]') && !document.body.classList.contains('correcting')) back();
  if (event.ctrlKey || event.metaKey || event.altKey || typing || $('dialog[open]') || $('#keys-off').checked) return;
  const act = {
    n: acts.next, p: acts.prev, t: () => turn(1), '/': () => $('#find').focus(), '?': acts.help, '[': acts.files,
  }[event.key];
  if (!act) return;
  act();
  event.preventDefault();
});

$('#find').addEventListener('search', () => find(1));
const addressed = () => {
  const target = document.getElementById(location.hash.slice(1));
  return target?.matches('mark[id]') ? target : null;
};
addEventListener('hashchange', () => go(addressed(), { focus: false }));
addEventListener('resize', ruler);
document.addEventListener('toggle', ruler, true);
if (tabs.length) tab(tabs.find((each) => each.getAttribute('aria-selected') === 'true')); // the victim of the highest level
go(addressed() ?? document.getElementById(document.body.dataset.start), { focus: false, scroll: Boolean(addressed() || scroller()) });
ruler();
const asked = new URLSearchParams(location.search).get('find'); // from the search page
if (asked) {
  $('#find').value = asked;
  if (location.hash) seek(asked.trim()); else find(1); // an address that names its words is already there
}
