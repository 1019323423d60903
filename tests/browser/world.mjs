// What all tests share: one server, one browser, and pages that may not complain.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test as plainTest } from 'node:test';
import { openBrowser, openPage, signIn } from './browser.mjs';
import { startServer } from './server.mjs';

export const world = { server: null, browser: null };

// The one of two zones, half a day apart, where it is nearer to noon: no day ends while tests run.
function whereItIsDay(...zones) {
  const fromNoon = (timeZone) => Math.abs(12 - Number(new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format()));
  return fromNoon(zones[0]) <= fromNoon(zones[1]) ? zones[0] : zones[1];
}
const HOME = whereItIsDay('America/Sao_Paulo', 'Asia/Tokyo');
export const ABROAD = whereItIsDay('America/New_York', 'Asia/Bangkok');

before(async () => {
  world.server = await startServer({ home: HOME, abroad: ABROAD });
  world.browser = await openBrowser();
});
after(async () => {
  await world.browser?.close();
  await world.server?.stop();
});

// A test that hangs fails: nothing that a page does takes this long.
const MOST_MS = 120_000;
export const test = (name, ...rest) => {
  const body = rest.pop();
  plainTest(name, { timeout: MOST_MS, ...rest[0] }, body);
};

// How a page looks doesn't depend on the engine: once is enough.
export const sameOnBoth = { skip: (process.env.ONDA_DATABASE ?? '').startsWith('postgres') ? 'looks the same on both engines' : false };
export const ownServer = { skip: process.env.ONDA_URL ? 'this server is not ours' : false };

// One page for the test `body`, signed in to the demo or as `who`; at its end it must have had nothing to complain
// about.
export async function onPage(body, options = {}) {
  const { page, context, complaints } = await openPage(world.browser, world.server, { allow: /status of 401/, ...options });
  try {
    await signIn(page, options.path, options.who);
    await body(page, context);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

export const api = (page, path) => page.evaluate(async (url) => (await fetch(`/api/v1${url}`)).json(), path);
export const money = (value) => new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' }).format(value);
export const figure = (page, name) => page.locator('.figure', { hasText: name }).locator('.figure-value').innerText();

export async function csvOf(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const text = await readFile(await download.path(), 'utf8');
  assert.ok(text.startsWith('\uFEFF'));
  return text.slice(1).trim().split('\r\n').map((line) => line.split(';'));
}
