// How the dashboard feels with 10,000 listings: what the server takes to answer, and how long a person waits for it.
//     ONDA_BIN=build/release/onda node tests/browser/big-shop.mjs
// Every answer is a first one: between two rounds an order comes in, so that nothing is remembered.
import { openBrowser, openPage, settled, signIn } from './browser.mjs';
import { ANA, startServer } from './server.mjs';

const ROUNDS = 7;
const SHOP = ['--listings', '10000', '--lines', '1000000', '--days', '120'];

const STEPS = [
  ['overview, 30 days', (page) => page.goto('/')],
  ['overview, 90 days', (page) => page.getByRole('button', { name: '90 dias' }).click()],
  ['overview, one listing', (page) => page.locator('.row-button').first().click()],
  ['listings, by revenue', (page) => page.goto('/app/listings')],
  ['listings, next page', (page) => page.getByRole('button', { name: 'Próxima' }).click()],
  ['listings, by title', (page) => page.getByRole('columnheader').getByRole('button', { name: 'Anúncio' }).click()],
  ['listings, by visits', (page) => page.getByRole('columnheader').getByRole('button', { name: 'Visitas' }).click()],
  ['listings, search', (page) => page.getByRole('searchbox').fill('mesa')],
];

// An order of now, so that every answer of before is of the past.
async function disturb(page, round) {
  const now = new Date().toISOString();
  const order = { orderId: `big-${round}`, status: 'paid', orderedAt: now, paidAt: now, updatedAt: now, lines: [{ listingId: 'MLB1', title: 'Caneca', quantity: 1, unitPrice: 10 }] };
  const status = await page.evaluate(async (line) => {
    const { csrfToken } = await (await fetch('/api/v1/auth/me')).json();
    const sent = await fetch('/api/v1/ingest/orders', { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson', 'X-CSRF-Token': csrfToken }, body: line });
    return sent.status;
  }, `${JSON.stringify(order)}\n`);
  if (status !== 200) throw new Error(`ingest: ${status}`);
}

const asked = /\/api\/v1\/(metrics\/overview|listings)\?/;

async function step(page, act) {
  await page.evaluate(() => performance.clearResourceTimings());
  const begun = Date.now();
  await act(page);
  await page.waitForFunction((pattern) => performance.getEntriesByType('resource').some((entry) => new RegExp(pattern).test(entry.name) && entry.responseEnd > 0), asked.source);
  await settled(page);
  const answers = await page.evaluate(
    (pattern) => performance.getEntriesByType('resource').filter((entry) => new RegExp(pattern).test(entry.name)).map((entry) => entry.responseStart - entry.requestStart),
    asked.source,
  );
  return { waited: Date.now() - begun, answer: Math.max(...answers) };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const server = await startServer({ shop: SHOP });
const browser = await openBrowser();
try {
  const { page } = await openPage(browser, server);
  await signIn(page, '/', ANA);
  const seen = STEPS.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [place, [, act]] of STEPS.entries()) {
      await disturb(page, `${round}-${place}`);
      seen[place].push(await step(page, act));
    }
  }
  console.log(`${'10,000 listings'.padEnd(26)}${'server'.padStart(10)}${'on screen'.padStart(12)}`);
  for (const [place, [name]] of STEPS.entries()) {
    const [answer, waited] = ['answer', 'waited'].map((part) => median(seen[place].map((each) => each[part])));
    console.log(`${name.padEnd(26)}${answer.toFixed(1).padStart(7)} ms${String(waited).padStart(9)} ms`);
  }
} finally {
  await browser.close();
  await server.stop();
}
