// Jiuzhu 救助 — another password; then on to what was asked for before, which stands in this page's address.
import { $, attempt, send } from './site.js';

$('#password')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const { old, new: fresh } = Object.fromEntries(new FormData(event.target));
  attempt(async () => {
    await send('POST', '/api/v1/me/password', { old, new: fresh });
    location.assign(`/sign-in${location.search}${location.hash}`);
  });
});
