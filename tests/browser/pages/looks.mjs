// How every page looks and is reached: language, theme, keyboard, phone, axe, weight.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { settled } from '../browser.mjs';
import { ANA } from '../server.mjs';
import { onPage, sameOnBoth, test } from '../world.mjs';

test('language and theme are chosen and stay', sameOnBoth, () =>
  onPage(async (page) => {
    await page.goto('/app/account');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.reload();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
  }));

test('everything is reached with the keyboard alone', sameOnBoth, () =>
  onPage(async (page) => {
    await page.goto('/?period=7');
    await settled(page);
    const names = new Set();
    for (let step = 0; step < 80; step += 1) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate(() => {
        const here = document.activeElement;
        if (!here || here === document.body) return null;
        const outline = getComputedStyle(here).outlineStyle;
        return outline === 'none' && !here.matches('select, input') ? `NO FOCUS RING ${here.outerHTML.slice(0, 120)}` : (here.getAttribute('aria-label') ?? here.textContent.trim());
      });
      if (name) names.add(name);
    }
    assert.deepEqual([...names].filter((name) => name.startsWith('NO FOCUS RING')), []);
    for (const wanted of ['Ir para o conteúdo', 'Anúncios', 'Atualizar agora', 'Receita por dia', 'Ver todos os anúncios']) {
      assert.ok([...names].some((name) => name.includes(wanted)), wanted);
    }
  }));

test('on a phone nothing is wider than the screen', sameOnBoth, () =>
  onPage(
    async (page) => {
      for (const path of ['/', '/?period=7&metric=visits', '/app/listings', '/app/jobs', '/app/schedules', '/app/account', '/app/team', '/app/tokens']) {
        await page.goto(path);
        await settled(page);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, path);
      }
    },
    { phone: true, who: ANA },
  ));

const JUDGED = [
  { path: '/' },
  { path: '/?period=7&metric=visits' },
  { path: '/?period=7', then: (page) => page.getByRole('button', { name: 'Ver tabela' }).click() },
  { path: '/?ranking=bottom', then: (page) => page.locator('.figure-help').first().click() },
  { path: '/?period=yesterday', then: (page) => page.getByRole('button', { name: 'Escolher…' }).click() },
  { path: '/?period=today', then: (page) => page.locator('.fresh-state').click() },
  {
    path: '/?period=7&why',
    then: async (page) => {
      await page.locator('.chart svg').focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.locator('.day-list button').first().click();
      await page.locator('.explained').waitFor();
    },
  },
  { path: '/app/listings' },
  { path: '/app/listings?q=zzzz' },
  { path: '/app/listings?period=7', then: (page) => page.locator('.table-listings tbody a').first().click() },
  { path: '/app/jobs' },
  { path: '/app/jobs?', then: (page) => page.getByRole('button', { name: 'Executar…' }).click() },
  { path: '/app/jobs?limit', then: (page) => page.locator('.table-cards tbody a').first().click() },
  { path: '/app/schedules' },
  { path: '/app/schedules?', then: (page) => page.getByRole('button', { name: 'Novo agendamento' }).click() },
  { path: '/app/account' },
  { path: '/app/team' },
  { path: '/app/team?', then: (page) => page.getByRole('button', { name: 'Adicionar pessoa' }).click() },
  { path: '/app/tokens' },
  {
    path: '/app/tokens?',
    then: async (page) => {
      await page.getByRole('button', { name: 'Novo token' }).click();
      await page.getByLabel('Para que serve').fill('olhos de fora');
      await page.getByRole('button', { name: 'Criar token' }).click();
      await page.getByLabel('O token', { exact: true }).waitFor();
    },
  },
  { path: '/app/tokens?list', then: (page) => page.getByRole('table').waitFor() },
  { path: '/app/nowhere' },
];

test('axe finds nothing serious on any page: light, dark, on a phone', sameOnBoth, async () => {
  // In the dark only colours differ.
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const looks = [{}, { dark: true, rules: ['color-contrast'] }, { phone: true }];
  await Promise.all(looks.map(({ rules, ...options }) =>
    onPage(
      async (page, context) => {
        const session = await context.newCDPSession(page);
        const found = [];
        for (const { path, then } of JUDGED) {
          await page.goto(path);
          await settled(page);
          await then?.(page);
          await settled(page);
          // By the debugger, because the page's policy forbids foreign scripts.
          await session.send('Runtime.evaluate', { expression: axe });
          const violations = await page.evaluate(async (runOnly) => (await window.axe.run(document, { resultTypes: ['violations'], ...(runOnly ? { runOnly } : {}) })).violations, rules);
          for (const { id, impact, nodes } of violations) {
            if (['serious', 'critical'].includes(impact)) found.push(`${path}: ${id} ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
          }
        }
        assert.deepEqual(found, []);
      },
      { ...options, who: ANA },
    ),
  ));
});

test('the page is light, fast, and asks nobody else', () =>
  onPage(async (page) => {
    await page.goto('/');
    await settled(page);
    const painted = await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
    const paint = await painted.jsonValue();
    const scripts = await page.evaluate(() =>
      performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('.js')).reduce((sum, entry) => sum + entry.encodedBodySize, 0),
    );
    assert.ok(paint < 1000, `first contentful paint after ${paint} ms`);
    assert.ok(scripts > 0 && scripts < 200 * 1024, `${scripts} bytes of JavaScript`);
  }));
