// Pictures of every page and state: light, and those that differ most dark, on a phone and in English.
//     ONDA_BIN=build/release/onda node tests/browser/screenshots.mjs [FOLDER]      (default: docs/screenshots)
// With ONDA_URL, of a server that runs already and offers its demo. ONLY=REGEX: only those whose name fits.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser, openPage, settled, signIn } from './browser.mjs';
import { ANA, startServer } from './server.mjs';

const folder = process.argv[2] ?? new URL('../../docs/screenshots', import.meta.url).pathname;
mkdirSync(folder, { recursive: true });

const button = (name) => (page) => page.getByRole('button', { name }).first().click();
const follow = (link) => async (page) => {
  await page.locator(link).first().click();
  await page.waitForURL(/\/app\/\w+\/.+/);
};

// From the keyboard: the day before today, its best listing, and why it says what it says.
async function why(page) {
  await page.locator('.chart svg').focus();
  for (const key of ['End', 'ArrowLeft', 'Enter']) await page.keyboard.press(key);
  await page.locator('.day-list button').first().click();
  await page.locator('.explained').waitFor();
}

async function point(page) {
  const chart = page.locator('.chart svg');
  await chart.focus();
  for (const key of ['End', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key);
}

async function makeToken(page) {
  await page.getByRole('button', { name: /Novo token|New token/ }).click();
  await page.getByLabel(/Para que serve|What it is for/).fill('planilha do financeiro');
  await page.getByRole('button', { name: /Criar token|Create token/ }).click();
  await page.locator('.secret').waitFor();
}

// `looks`: besides light, which is always drawn. `long`: to its end, not only what fits the window.
const PAGES = [
  { name: 'overview', path: '/', long: true, looks: ['dark', 'phone', 'en', 'phone-dark-en'] },
  { name: 'overview-7-days', path: '/?period=7&metric=visits', then: point, looks: ['phone'] },
  { name: 'overview-table', path: '/?period=7', then: button(/Ver tabela|Show table/) },
  { name: 'overview-one-listing', path: '/', then: (page) => page.locator('.row-button').first().click() },
  { name: 'definition', path: '/', then: (page) => page.locator('.figure-help').nth(4).click(), looks: ['phone'] },
  { name: 'freshness', path: '/', then: (page) => page.locator('.fresh-state').click() },
  { name: 'day', path: '/?period=7', then: async (page) => { await point(page); await page.keyboard.press('Enter'); await page.locator('.day-list').waitFor(); } },
  { name: 'why', path: '/?period=7', then: why, looks: ['dark', 'phone'] },
  { name: 'why-total', path: '/?period=7&why=revenue', looks: ['phone'] },
  { name: 'listings', path: '/app/listings', looks: ['dark', 'phone', 'en'] },
  { name: 'listings-none', path: '/app/listings?q=zzz' },
  { name: 'listing', path: '/app/listings', then: follow('.table-listings tbody a') },
  { name: 'jobs', path: '/app/jobs', looks: ['phone'] },
  { name: 'job', path: '/app/jobs?type=rebuild', then: follow('.table-cards tbody a'), looks: ['dark'] },
  { name: 'run', path: '/app/jobs', then: button(/^(Executar…|Run…)$/) },
  { name: 'schedules', path: '/app/schedules', looks: ['phone-dark-en'] },
  { name: 'schedule', path: '/app/schedules', then: (page) => page.getByRole('link', { name: 'minuto a minuto' }).click().then(() => page.locator('.instants').waitFor()) },
  { name: 'schedule-new', path: '/app/schedules', then: async (page) => { await button(/Novo agendamento|New schedule/)(page); await page.locator('.preview li').first().waitFor(); }, looks: ['en'] },
  { name: 'account', path: '/app/account' },
  { name: 'team', path: '/app/team' },
  { name: 'token', path: '/app/tokens', then: makeToken, looks: ['phone-dark-en'] },
  { name: 'tokens', path: '/app/tokens' },
  { name: 'empty-shop', path: '/', then: async (page) => { await button(/^(Loja|Store): /)(page); await page.getByRole('link', { name: 'Loja Nova' }).click(); await page.locator('.steps').waitFor(); } },
  { name: 'late', path: '/', then: async (page) => { await button(/^(Loja|Store): /)(page); await page.getByRole('link', { name: 'Zebra Store' }).click(); await settled(page); await page.locator('.fresh-state').click(); }, looks: ['phone'] },
  { name: 'stale', path: '/', then: async (page) => { await button(/^(Loja|Store): /)(page); await page.getByRole('link', { name: 'Loja Parada' }).click(); await settled(page); await page.locator('.fresh-state').click(); }, looks: ['phone-dark-en'] },
  { name: 'no-such-filter', path: '/?marketplace=magalu' },
  { name: 'missing', path: '/app/nowhere' },
];

const LOOKS = {
  '': {},
  dark: { dark: true },
  phone: { phone: true },
  en: { english: true },
  'phone-dark-en': { phone: true, dark: true, english: true },
};

// Something to see among the jobs and the schedules: some work done, and one slot that came due.
async function prepare(page) {
  await page.evaluate(async () => {
    const { csrfToken } = await (await fetch('/api/v1/auth/me')).json();
    const post = (path, body) =>
      fetch(`/api/v1${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken }, body: JSON.stringify(body) }).then((answer) => answer.json());
    const end = async ({ id }) => {
      while (['queued', 'running', 'retrying'].includes((await (await fetch(`/api/v1/jobs/${id}`)).json()).status)) await new Promise((resolve) => setTimeout(resolve, 100));
    };
    await end(await post('/jobs', { type: 'rebuild', lastDays: 30 }));
    await end(await post('/jobs', { type: 'refresh' }));
    const at = (expression, name) => ({ name, jobType: 'refresh', expression });
    await post('/schedules', at('* * * * *', 'minuto a minuto'));
    const weekly = await post('/schedules', { name: 'conferência semanal', jobType: 'rebuild', lastDays: 30, expression: '30 4 * * sun' });
    await post(`/schedules/${weekly.id}/pause`, {});
    const [{ id }] = (await (await fetch('/api/v1/schedules')).json()).schedules.filter((each) => each.name === 'minuto a minuto');
    for (let slots = []; slots.length < 1; ) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      ({ slots } = await (await fetch(`/api/v1/schedules/${id}/slots`)).json());
    }
  });
}

// A shop whose orders came five hours ago, and nobody has computed them since.
function neglect(server) {
  const now = new Date(Date.now() - 5 * 3_600_000).toISOString();
  const line = (age) => {
    const at = new Date(Date.now() - age * 21_600_000).toISOString();
    return JSON.stringify({ orderId: `parada-${age}`, status: 'paid', orderedAt: at, paidAt: at, lines: [{ listingId: `MLB${age % 3}`, title: 'Caneca esmaltada', quantity: 1, unitPrice: 39.9 + age }] });
  };
  const lines = (from, to) => Array.from({ length: to - from }, (_, place) => line(from + place)).join('\n');
  server.run(['tenant', 'add', 'Loja Parada']);
  server.run(['user', 'set', ANA, '--tenant', 'Loja Parada', '--role', 'owner']);
  const orders = ['import', 'orders', '-', '--tenant', 'Loja Parada', '--format', 'ndjson'];
  server.run(orders, lines(8, 200), now);
  server.run(['refresh', '--tenant', 'Loja Parada'], '', now);
  server.run(orders, lines(1, 8), now);
}

const only = new RegExp(process.env.ONLY ?? '');
const server = await startServer();
if (!server.external) neglect(server);
const browser = await openBrowser();
try {
  for (const [look, options] of Object.entries(LOOKS)) {
    const { page, context } = await openPage(browser, server, options);
    const suffix = look === '' ? '' : `-${look}`;
    const shoot = async (name, long = false) => {
      await settled(page);
      await page.screenshot({ path: join(folder, `${name}${suffix}.png`), fullPage: long && !options.phone });
    };
    await page.goto('/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    if (['', 'phone'].includes(look) && only.test(`sign-in${suffix}`)) await shoot('sign-in');
    await signIn(page, '/', server.external ? null : ANA);
    if (look === '') await prepare(page);
    for (const { name, path, then, long, looks = [] } of PAGES) {
      if (!only.test(`${name}${suffix}`) || (look !== '' && !looks.includes(look))) continue;
      await page.goto(path);
      await settled(page);
      await then?.(page);
      await page.mouse.move(0, 0);
      await shoot(name, long);
    }
    await context.close();
  }
} finally {
  await browser.close();
  await server.stop();
}

// A fifth of the size, and nobody sees it; as they are where the program isn't installed.
const pictures = readdirSync(folder).filter((name) => name.endsWith('.png'));
spawnSync('pngquant', ['--force', '--ext', '.png', '--skip-if-larger', '--speed', '1', ...pictures], { cwd: folder });
