// Jiuzhu 救助 — signing in: the end of the address (`#e-8`) never reaches the server, hence goes on from here.
import { $ } from './site.js';

const field = $('[name="next"]');
if (location.hash && !field.value.includes('#')) {
  field.value += location.hash;
  const way = $('a[href^="/sign-in/openid?"]');
  if (way) way.href = `/sign-in/openid?next=${encodeURIComponent(field.value)}`;
}
