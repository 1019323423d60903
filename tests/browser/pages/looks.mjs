// How every page looks and is reached: language, theme, keyboard, phone, axe, weight.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { settled } from '../browser.mjs';
import { ANA, LIA } from '../server.mjs';
import { api, onPage, sameOnBoth, test } from '../world.mjs';

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

const WIDTHS = [320, 390, 721, 768, 803, 1024, 1360, 2560];
const PATHS = ['/', '/?period=7&metric=visits', '/app/listings', '/app/jobs', '/app/schedules', '/app/account', '/app/team', '/app/tokens'];

// What the page shows past the edge of the screen, of a card or of the chart.
const overflow = (page) =>
  page.evaluate(() => {
    const past = [...document.querySelectorAll('.figure-value')].filter((value) => {
      const text = document.createRange();
      text.selectNodeContents(value);
      return text.getBoundingClientRect().right > value.closest('.figure').getBoundingClientRect().right;
    });
    const chart = document.querySelector('.chart svg')?.getBoundingClientRect();
    const cut = [...document.querySelectorAll('.chart-tick')].filter((tick) => tick.getBoundingClientRect().left < chart.left);
    const wide = document.documentElement.scrollWidth - innerWidth;
    return [...past, ...cut].map((element) => element.textContent).concat(wide > 0 ? [`${wide} pixels too wide`] : []);
  });

for (const [whose, who] of [['a shop', ANA], ['one whose every name is long', LIA]]) {
  test(`on no screen anything is wider than it: ${whose}`, sameOnBoth, () =>
    onPage(
      async (page) => {
        const made = await page.evaluate(async () => {
          const { csrfToken } = await (await fetch('/api/v1/auth/me')).json();
          const post = (path, body) => fetch(`/api/v1${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken }, body: JSON.stringify(body) }).then((answer) => answer.json());
          await post('/tokens', { name: 'T'.repeat(100) });
          return post('/schedules', { name: `${'S'.repeat(96)}${Date.now() % 1000}`, jobType: 'refresh', expression: '5 8 * * *' });
        });
        const listing = (await api(page, '/listings?limit=1')).listings[0].id;
        const found = [];
        for (const path of [...PATHS, `/app/schedules/${made.id}`, `/app/listings/${listing}`]) {
          await page.goto(path);
          await settled(page);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 844 });
            // The chart is drawn anew a moment later.
            let past = await overflow(page);
            for (let waited = 0; past.length > 0 && waited < 1000; waited += 100) {
              await page.waitForTimeout(100);
              past = await overflow(page);
            }
            for (const what of past) found.push(`${path} at ${width}: ${what}`);
          }
        }
        assert.deepEqual(found, []);
        await page.evaluate(async (id) => {
          const { csrfToken } = await (await fetch('/api/v1/auth/me')).json();
          await fetch(`/api/v1/schedules/${id}`, { method: 'DELETE', headers: { 'X-CSRF-Token': csrfToken } });
        }, made.id);
      },
      { phone: true, who },
    ));
}

test('whoever asks for less motion gets none, not even for one frame', sameOnBoth, () =>
  onPage(async (page) => {
    await page.evaluate(() => {
      window.moved = [];
      for (const what of ['transitionrun', 'animationstart']) document.addEventListener(what, (event) => window.moved.push(`${what} ${event.target.className} ${event.propertyName ?? event.animationName}`));
    });
    await page.getByRole('link', { name: 'Anúncios', exact: true }).click();
    await page.locator('.table-listings tbody a').first().click();
    await page.waitForURL(/\/app\/listings\/.+/);
    await settled(page);
    await page.locator('.chart svg').press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '7 dias' }).click();
    await settled(page);
    assert.deepEqual(await page.evaluate(() => window.moved), []);
  }));

test('a drawer opened from the chart gives the focus back to it', sameOnBoth, () =>
  onPage(async (page) => {
    await page.goto('/?period=7');
    await settled(page);
    await page.locator('.chart svg').focus();
    for (const key of ['End', 'ArrowLeft', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.closest('.chart') !== null), true);
  }));

test('paper says what it is about: store, moment, filters; screens do not', sameOnBoth, () =>
  onPage(async (page) => {
    await page.goto('/app/listings?q=mochila&status=active');
    await settled(page);
    const imprint = page.getByText(/Loja Demo · impresso em \d\d\/\d\d\/\d{4}, \d\d:\d\d/);
    assert.equal(await imprint.isVisible(), false);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await imprint.isVisible(), true);
    const filters = (await page.locator('.filters').innerText()).replaceAll('\n', ' ');
    assert.match(filters, /Buscar/);
    assert.match(filters, /Situação/);
    assert.equal(await page.getByPlaceholder('Título ou código').inputValue(), 'mochila');
    assert.equal(await page.getByRole('button', { name: 'Baixar CSV' }).isVisible(), false);
    await page.goto('/');
    await settled(page);
    await page.emulateMedia({ media: 'screen' });
    await page.locator('.row-button').first().click();
    await settled(page);
    await page.emulateMedia({ media: 'print' });
    await page.locator('.chip').getByText('Só o anúncio:').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Abrir anúncio' }).isVisible(), false);
    // Two sheets: the figures and the chart, then both tables.
    await page.emulateMedia({ media: null });
    await page.goto('/');
    await settled(page);
    const sheets = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g);
    assert.equal(sheets.length, 2);
  }));

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
    let paint = Infinity;
    // A busy machine makes it longer, never shorter.
    for (let times = 0; times < 5 && paint >= 1000; times += 1) {
      await page.goto('/');
      await settled(page);
      const painted = await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
      paint = await painted.jsonValue();
    }
    const scripts = await page.evaluate(() =>
      performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('.js')).reduce((sum, entry) => sum + entry.encodedBodySize, 0),
    );
    assert.ok(paint < 1000, `first contentful paint after ${paint} ms`);
    assert.ok(scripts > 0 && scripts < 200 * 1024, `${scripts} bytes of JavaScript`);
  }));
