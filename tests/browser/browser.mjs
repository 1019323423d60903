// Chromium, and what every page is held to: no error in the console, no request to another host.
import { chromium } from 'playwright-core';
import { ANA, PASSWORD } from './server.mjs';

export async function openBrowser(...more) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', ...more] });
}

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1360, height: 900 };

// A page with a memory of its own. `complaints` collects what must not happen; answers that are errors on
// purpose are named by `allow`.
export async function openPage(browser, server, { phone = false, dark = false, english = false, still = true, allow = /^$/, permissions = [] } = {}) {
  const context = await browser.newContext({
    baseURL: server.url,
    viewport: phone ? PHONE : DESK,
    locale: english ? 'en' : 'pt-BR',
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: still ? 'reduce' : 'no-preference',
    acceptDownloads: true,
    permissions,
  });
  if (english) await context.addInitScript(() => localStorage.setItem('onda.locale', 'en'));
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type()) || allow.test(message.text())) return;
    complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (['http:', 'https:', 'ws:'].includes(url.protocol) && url.origin !== new URL(server.url).origin) complaints.push(`asks ${url.origin}`);
  });
  return { page, context, complaints };
}

// As the demo's visitor with one click, or as `who` with a password.
export async function signIn(page, path = '/', who = null) {
  await page.goto(path);
  if (who === null) await page.getByRole('button', { name: /Abrir a demonstração|Open the demo/ }).click();
  else await signInAs(page, who);
  await page.getByRole('navigation').first().waitFor();
  await settled(page);
}

export async function signInAs(page, who = ANA, password = PASSWORD) {
  await page.getByLabel('E-mail').fill(who);
  await page.getByLabel(/^(Senha|Password)$/).fill(password);
  await page.getByRole('button', { name: /^(Entrar|Sign in)$/ }).click();
}

// Nothing is loading any more, and the chart is as wide as its place.
export async function settled(page) {
  const done = () => {
    const drawn = (chart) => Math.abs((chart.querySelector('svg')?.getBoundingClientRect().width ?? 0) - chart.getBoundingClientRect().width) <= 1;
    return !document.querySelector('.skeleton, .settling') && [...document.querySelectorAll('.chart')].every(drawn);
  };
  await page.waitForFunction(done, null, { timeout: 15_000 });
  await page.evaluate(() => document.fonts.ready);
}
