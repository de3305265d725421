// Jiuzhu 救助 — choosing words of a text: with the mouse as anywhere, or word by word with the arrow keys.
const WORD = '.w';

/** Lets words inside `pane` be chosen; `tell(picked)` at every change, with null when nothing is. */
export function chooser(pane, tell) {
  const words = [...pane.querySelectorAll(WORD)];
  const place = new Map(words.map((word, index) => [word, index]));
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

  // ---- mouse: the words that the selection touches ----
  const wordAt = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(WORD);
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
    if (word && !range) { anchor = cursor = place.get(word); show(); }
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
    const marked = words.findIndex((word) => word.closest('mark'));
    cursor = marked < 0 ? 0 : marked;
    anchor = cursor;
  }
  pane.addEventListener('focus', () => {
    if (!words.length || !pane.matches(':focus-visible')) return;
    if (cursor < 0) begin();
    choose(anchor, cursor);
    words[cursor].scrollIntoView({ block: 'nearest' });
  });
  pane.addEventListener('keydown', (event) => {
    if (event.target !== pane || event.ctrlKey || event.altKey || event.metaKey || !words.length) return;
    const move = { ArrowRight: () => horizontal(1), ArrowLeft: () => horizontal(-1), ArrowDown: () => vertical(1), ArrowUp: () => vertical(-1) }[event.key];
    if (event.key === 'Escape') { clear(); event.preventDefault(); return; }
    if (!move) return;
    if (cursor < 0) begin(); else cursor = move();
    if (!event.shiftKey) anchor = cursor;
    choose(anchor, cursor, { at: cursor });
    words[cursor].scrollIntoView({ block: 'nearest' });
    event.preventDefault();
  });
  return { picked, clear };
}
