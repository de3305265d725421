// Jiuzhu 救助 — choosing words of a text: with the mouse as anywhere, or word by word with the arrow keys.
const WORD = '.w';

/** A line of the list of words that were added, with a button that drops it. */
export function quoteLine(words, drop) {
  const line = document.createElement('li');
  const quote = Object.assign(document.createElement('q'), { textContent: words.words.trim() });
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn quiet', textContent: '去掉' });
  button.setAttribute('aria-label', `去掉“${words.words.trim()}”`);
  button.addEventListener('click', () => { line.remove(); drop(); });
  line.append(quote, button);
  return line;
}

export const sameWords = (a, b) => a.document === b.document && a.first === b.first && a.last === b.last;

/**
 * Lets words inside `pane` be chosen; `tell(picked)` at every change, with null when nothing is.
 * `among` gives the words that can be chosen now, and `start` the one at which keys begin; `renew` after either changed.
 */
export function chooser(pane, tell, { among = () => pane.querySelectorAll(WORD), start } = {}) {
  let words = [...among()];
  let place = new Map(words.map((word, index) => [word, index]));
  const documentOf = (word) => word.closest('[data-document]');
  let anchor = -1, cursor = -1, range = null;

  function show() {
    words.forEach((word, index) => {
      word.classList.toggle('sel', range !== null && index >= range[0] && index <= range[1]);
      word.classList.toggle('at', index === cursor);
    });
    tell(picked());
  }
  function choose(from, to, { at = to } = {}) {
    const [low, high] = from <= to ? [from, to] : [to, from];
    range = low < 0 || documentOf(words[low]) !== documentOf(words[high]) ? null : [low, high];
    cursor = at;
    show();
  }
  function picked() {
    if (!range) return null;
    const some = words.slice(range[0], range[1] + 1);
    const said = some.map((word) => word.textContent).join('');
    if (!said.trim()) return null;
    return { document: documentOf(some[0]).dataset.document, first: some[0].dataset.w, last: some.at(-1).dataset.w, words: said };
  }
  function clear() { range = null; anchor = cursor; getSelection().removeAllRanges(); show(); }
  function renew() { // what was chosen stays so, as long as it can be
    const kept = [words[anchor], words[cursor], ...(range ?? []).map((index) => words[index])];
    words.forEach((word) => word.classList.remove('sel', 'at'));
    words = [...among()];
    place = new Map(words.map((word, index) => [word, index]));
    let ends;
    [anchor, cursor, ...ends] = kept.map((word) => place.get(word) ?? -1);
    range = ends.length && ends.every((index) => index >= 0) ? ends : null;
    show();
    if (document.activeElement === pane) enter();
  }

  // ---- mouse: the words that the selection touches ----
  const wordAt = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(WORD);
  let held = null; // where the button went down; words of a drawing cannot be selected by the browser itself
  const drawn = (word) => word instanceof SVGElement;
  pane.addEventListener('mousedown', (event) => {
    const word = event.button === 0 ? event.target.closest(WORD) : null;
    held = word && place.has(word) && drawn(word) ? word : null;
    if (held) { event.preventDefault(); anchor = place.get(held); choose(anchor, anchor); }
  });
  pane.addEventListener('mouseover', (event) => {
    const word = held && event.buttons === 1 ? event.target.closest(WORD) : null;
    if (word && place.has(word)) choose(anchor, place.get(word));
  });
  addEventListener('mouseup', () => { held = null; });
  pane.addEventListener('mouseup', () => setTimeout(() => {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return;
    const touched = words.filter((word) => selection.containsNode(word, true));
    const ends = [wordAt(selection.anchorNode), wordAt(selection.focusNode)].filter((word) => place.has(word));
    const all = [...touched, ...ends].map((word) => place.get(word));
    if (!all.length) return;
    anchor = Math.min(...all);
    choose(anchor, Math.max(...all));
    selection.removeAllRanges();
  }));
  pane.addEventListener('click', (event) => {
    const word = event.target.closest(WORD);
    if (place.has(word) && !range) { anchor = cursor = place.get(word); show(); }
  });

  // ---- keys: one word left or right, one line up or down; Shift keeps the beginning ----
  function vertical(by) {
    const here = words[cursor].getBoundingClientRect();
    const x = (here.left + here.right) / 2;
    let best = cursor, far = Infinity, row = null;
    for (let index = cursor + by; index >= 0 && index < words.length; index += by) {
      const box = words[index].getBoundingClientRect();
      if (!box.width || (by > 0 ? box.top < here.bottom - 2 : box.bottom > here.top + 2)) continue;
      if (row === null) row = box.top;
      if (Math.abs(box.top - row) > 4) break;
      const away = Math.abs((box.left + box.right) / 2 - x);
      if (away < far) { far = away; best = index; }
    }
    return best;
  }
  function horizontal(by) {
    let index = cursor + by;
    while (index > 0 && index < words.length - 1 && !words[index].textContent.trim()) index += by;
    return Math.max(0, Math.min(words.length - 1, index));
  }
  function begin() { // where the readings point, else at the first word
    const marked = start ? place.get(start(words)) ?? 0 : words.findIndex((word) => word.closest('mark'));
    cursor = Math.max(marked, 0);
    anchor = cursor;
  }
  function enter() {
    if (!words.length || range || !pane.matches(':focus-visible')) return;
    if (cursor < 0) begin();
    choose(anchor, cursor);
    words[cursor].scrollIntoView({ block: 'nearest' });
  }
  pane.addEventListener('focus', enter);
  pane.addEventListener('keydown', (event) => {
    if (event.target !== pane || event.ctrlKey || event.altKey || event.metaKey || !words.length) return;
    const move = { ArrowRight: () => horizontal(1), ArrowLeft: () => horizontal(-1), ArrowDown: () => vertical(1), ArrowUp: () => vertical(-1) }[event.key];
    if (event.key === 'Escape' && range) { clear(); event.stopPropagation(); return; }
    if (!move) return;
    if (cursor < 0) begin(); else cursor = move();
    if (!event.shiftKey) anchor = cursor;
    choose(anchor, cursor, { at: cursor });
    words[cursor].scrollIntoView({ block: 'nearest' });
    event.preventDefault();
  });
  return { picked, clear, renew };
}
