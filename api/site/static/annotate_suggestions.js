// Jiuzhu 救助 — the readings of a question as suggestions: dashed in text and image until a person takes or rejects them.
import { $$ } from './site.js';

const MARKS = { '': '', taken: '已接受', other: '归他人', no: '已驳回' };

/** Suggestions in the order of the sides; `changed()` is called when another one is looked at or one is judged. */
export function suggestions(changed) {
  const sides = $$('.sides .side-of');
  const places = sides.map((side) => side.dataset.at.split(' ').filter(Boolean));
  let judged = sides.map(() => ''); // '', taken, other (the words are somebody else's), no
  let at = sides.length ? 0 : -1;

  function show() {
    sides.forEach((side, index) => {
      side.classList.toggle('here', index === at);
      side.classList.toggle('taken', ['taken', 'other'].includes(judged[index]));
      side.classList.toggle('no', judged[index] === 'no');
      side.querySelector('.judged').textContent = MARKS[judged[index]];
    });
    for (const place of $$('[data-e]')) {
      const of = sides.map((_, index) => index).filter((index) => places[index].includes(place.dataset.e));
      const taken = of.some((index) => ['taken', 'other'].includes(judged[index]));
      place.classList.toggle('hint', !taken);
      place.classList.toggle('no', !taken && of.every((index) => judged[index] === 'no'));
      place.classList.toggle('here', of.includes(at));
    }
    changed();
  }
  /** Brings the words of the suggestion into view, in the text and on the image; what is in view already stays put. */
  function seek() {
    const first = places[at]?.[0];
    if (!first) return;
    for (const place of [document.querySelector(`rect[data-e="${first}"]`), document.getElementById(first)]) {
      const pane = place?.closest('.scan, .pages').getBoundingClientRect();
      const middle = place && place.getBoundingClientRect().top - pane.top;
      if (place && (middle < 0.12 * pane.height || middle > 0.8 * pane.height)) place.scrollIntoView({ block: 'center' });
    }
  }
  function look(index, { moved = true } = {}) {
    if (!sides.length) return;
    at = (index + sides.length) % sides.length;
    show();
    if (moved) seek();
  }
  function judge(word) { judged[at] = word; show(); }
  return {
    look,
    judge,
    at: () => at,
    count: sides.length,
    step: (by) => look(at + by),
    open: () => judged.findIndex((word) => word === ''),
    of: () => judged[at],
    /** The suggestion that rests on a place, the one not judged yet before others. */
    resting: (id) => {
      const of = sides.map((_, index) => index).filter((index) => places[index].includes(id));
      return of.find((index) => judged[index] === '') ?? of[0] ?? -1;
    },
    state: () => [...judged],
    restore: (words) => { judged = [...words]; show(); },
    only: () => { judged = judged.map((word) => (word === 'no' ? word : '')); }, // another one is taken in its place
  };
}
