// Pictures of every page: light, dark, phone, both languages.
//     ONDA_BIN=build/release/onda node tests/browser/screenshots.mjs [FOLDER]      (default: docs/screenshots)
// With ONDA_URL, of a server that runs already and offers its demo.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser, openPage, settled, signIn } from './browser.mjs';
import { startServer } from './server.mjs';

const folder = process.argv[2] ?? new URL('../../docs/screenshots', import.meta.url).pathname;
mkdirSync(folder, { recursive: true });

const PAGES = [
  { name: 'overview', path: '/' },
  { name: 'overview-7-days', path: '/?period=7&metric=visits' },
  { name: 'overview-table', path: '/?period=7', then: (page) => page.getByRole('button', { name: /Ver tabela|Show table/ }).click() },
  { name: 'definition', path: '/', then: (page) => page.locator('.figure-help').nth(4).click() },
  { name: 'freshness', path: '/', then: (page) => page.locator('.fresh-state').click() },
  { name: 'listings', path: '/app/listings' },
  { name: 'listings-none', path: '/app/listings?q=zzz' },
  { name: 'jobs', path: '/app/jobs' },
  { name: 'run', path: '/app/jobs', then: (page) => page.getByRole('button', { name: /^(Executar…|Run…)$/ }).click() },
  { name: 'schedules', path: '/app/schedules' },
  { name: 'account', path: '/app/account' },
  { name: 'team', path: '/app/team' },
  { name: 'missing', path: '/app/nowhere' },
];

// Pages about one thing, found by following the first link of the list.
const DETAILS = [
  { name: 'listing', list: '/app/listings?period=30', link: '.table-listings tbody a' },
  { name: 'job', list: '/app/jobs', link: '.table-cards tbody a' },
  { name: 'schedule', list: '/app/schedules', link: '.schedule h2 a' },
];

const LOOKS = [
  { suffix: '', options: {} },
  { suffix: '-dark', options: { dark: true } },
  { suffix: '-phone', options: { phone: true } },
  { suffix: '-en', options: { english: true } },
  { suffix: '-phone-dark-en', options: { phone: true, dark: true, english: true } },
];

const only = new RegExp(process.env.ONLY ?? '');
const server = await startServer();
const browser = await openBrowser();
try {
  for (const { suffix, options } of LOOKS) {
    const { page, context } = await openPage(browser, server, options);
    const shoot = async (name) => {
      await settled(page);
      await page.screenshot({ path: join(folder, `${name}${suffix}.png`), fullPage: !options.phone && (await page.locator('dialog[open]').count()) === 0 });
    };
    const wanted = (name) => only.test(`${name}${suffix}`);
    await page.goto('/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    if (wanted('sign-in')) await page.screenshot({ path: join(folder, `sign-in${suffix}.png`) });
    await signIn(page);
    for (const { name, path, then } of PAGES) {
      if (!wanted(name)) continue;
      await page.goto(path);
      await settled(page);
      await then?.(page);
      await shoot(name);
    }
    for (const { name, list, link } of DETAILS) {
      if (!wanted(name)) continue;
      await page.goto(list);
      await settled(page);
      const first = page.locator(link).first();
      if ((await first.count()) === 0) continue;
      await first.click();
      await page.waitForURL(/\/app\/\w+\/.+/);
      await shoot(name);
    }
    if (wanted('why')) {
      await page.goto('/?period=7');
      await settled(page);
      const chart = page.locator('.chart svg');
      await chart.focus();
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await page.locator('.day-list button').first().click();
      await page.locator('.explained').waitFor();
      await shoot('why');
    }
    await context.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
