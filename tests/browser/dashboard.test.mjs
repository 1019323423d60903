// The dashboard in a real browser against the real server: what a person sees and does.
//     ONDA_BIN=build/release/onda node --test tests/browser/
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { openBrowser, openPage, settled, signIn, signInAs } from './browser.mjs';
import { ANA, BRUNO, PASSWORD, startFirst, startServer } from './server.mjs';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// How a page looks doesn't depend on the engine: once is enough.
const sameOnBoth = { skip: (process.env.ONDA_DATABASE ?? '').startsWith('postgres') ? 'looks the same on both engines' : false };

let server;
let browser;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

// One page for the test `body`, signed in to the demo or as `who`; at its end it must have had nothing to complain
// about.
async function onPage(body, options = {}) {
  const { page, context, complaints } = await openPage(browser, server, { allow: /status of 401/, ...options });
  try {
    await signIn(page, options.path, options.who);
    await body(page, context);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

const api = (page, path) => page.evaluate(async (url) => (await fetch(`/api/v1${url}`)).json(), path);
const money = (value) => new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' }).format(value);
const figure = (page, name) => page.locator('.figure', { hasText: name }).locator('.figure-value').innerText();

async function csvOf(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const text = await readFile(await download.path(), 'utf8');
  assert.ok(text.startsWith('\uFEFF'));
  return text.slice(1).trim().split('\r\n').map((line) => line.split(';'));
}

test('7 and 30 days on screen are what the API says, and agree with each other', () =>
  onPage(async (page) => {
    for (const days of [7, 30]) {
      await page.goto(`/?period=${days}`);
      await settled(page);
      const told = await api(page, `/metrics/overview?days=${days}`);
      assert.equal(await figure(page, 'Receita'), money(told.totalRevenue));
      assert.equal(await figure(page, 'Pedidos'), told.totalOrders.toLocaleString('pt-BR'));
    }
    await page.getByText('as somas conferem').waitFor();
  }));

test('a listing filters the whole page and opens its own', () =>
  onPage(async (page) => {
    const row = page.locator('.row-button').first();
    const title = await row.locator('.clip').innerText();
    await row.click();
    await settled(page);
    const id = new URL(page.url()).searchParams.get('listing');
    const told = await api(page, `/metrics/overview?days=30&listing=${id}`);
    assert.equal(await figure(page, 'Receita'), money(told.totalRevenue));
    await page.locator('.chip').getByText(title).waitFor();
    await page.getByRole('link', { name: 'Abrir anúncio' }).click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await settled(page);
    assert.equal(await figure(page, 'Receita'), money(told.totalRevenue));
  }));

test('a refresh shows how far it is and ends', () =>
  onPage(async (page) => {
    await page.getByRole('button', { name: 'Atualizar agora' }).click();
    await page.getByText('Atualizado agora mesmo').waitFor({ timeout: 30_000 });
    await page.getByRole('link', { name: 'Atualizado agora mesmo' }).click();
    await page.locator('.job-state').getByText('Concluída').waitFor();
  }));

test('a number is explained down to its orders', () =>
  onPage(async (page) => {
    await page.goto('/?period=7');
    await settled(page);
    await page.locator('.chart svg').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    const listing = page.locator('.day-list button').first();
    const amount = await listing.locator('strong').innerText();
    await listing.click();
    await page.locator('.explained .verdict-good').waitFor();
    assert.equal(await page.locator('.explained .figures dd').first().innerText(), amount);
    const lines = await page.locator('.explained tbody tr:not(.row-apart) td:last-child').allInnerTexts();
    const cents = (text) => Number(text.replace(/\D/g, ''));
    assert.equal(lines.reduce((sum, line) => sum + cents(line), 0), cents(amount));
    await page.keyboard.press('Escape');
    assert.equal(new URL(page.url()).searchParams.get('day'), null);
  }));

test('the files hold exactly what is on the screen', () =>
  onPage(async (page) => {
    await page.goto('/?period=7');
    await settled(page);
    const series = await csvOf(page, page.locator('.panel-chart').getByRole('button', { name: 'Baixar CSV' }));
    const told = await api(page, '/metrics/overview?days=7');
    assert.equal(series.length, 8);
    told.salesSeries.forEach((day, place) => {
      assert.equal(series[place + 1][0], day.date);
      assert.equal(series[place + 1][1], String(day.revenue).replace('.', ','));
      assert.equal(series[place + 1][5], day.visits === null ? '' : String(day.visits));
    });
    const rows = await csvOf(page, page.locator('.panel', { has: page.locator('.table-ranking') }).getByRole('button', { name: 'Baixar CSV' }));
    const shown = await page.locator('.table-ranking tbody tr td:nth-child(2)').allInnerTexts();
    assert.deepEqual(rows.slice(1).map((row) => money(Number(row[2].replace(',', '.')))), shown);
    await page.goto('/app/listings?period=7&sort=-orders');
    await settled(page);
    const listings = await csvOf(page, page.getByRole('button', { name: 'Baixar CSV' }));
    const page1 = await page.locator('.table-listings tbody td:nth-child(3)').allInnerTexts();
    assert.deepEqual(listings.slice(1, page1.length + 1).map((row) => Number(row[6]).toLocaleString('pt-BR')), page1);
    assert.equal(listings.length - 1, (await api(page, '/listings?days=7&limit=1')).total);
  }));

test('listings are searched, sorted and paged by the address', () =>
  onPage(async (page) => {
    await page.goto('/app/listings');
    await settled(page);
    const [first] = await page.locator('.table-listings .listing-link').allInnerTexts();
    await page.getByRole('searchbox').fill(first.split(' ')[0]);
    await page.waitForURL(/q=/);
    await settled(page);
    for (const title of await page.locator('.table-listings .listing-link').allInnerTexts()) assert.match(title, new RegExp(first.split(' ')[0], 'i'));
    await page.getByRole('button', { name: 'Preço' }).click();
    await page.waitForURL(/sort=-price/);
    await page.goBack();
    assert.doesNotMatch(page.url(), /sort/);
  }));

test('a rebuild is started and watched to its receipt', () =>
  onPage(async (page) => {
    await page.goto('/app/jobs');
    await page.getByRole('button', { name: 'Executar…' }).click();
    await page.getByLabel('Reconstruir').check();
    await page.getByRole('button', { name: 'Começar' }).click();
    await page.waitForURL(/\/app\/jobs\/.+/);
    await page.locator('.job-state .status-good, .job-state .status-quiet').waitFor({ timeout: 60_000 });
    await page.locator('.receipt').waitFor();
  }));

test('a schedule is made, paused, resumed and run', () =>
  onPage(async (page) => {
    await page.goto('/app/schedules');
    await page.getByRole('button', { name: 'Novo agendamento' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Nome').fill('toda noite');
    await dialog.getByLabel('Quando').selectOption({ label: 'Com uma expressão' });
    const expression = dialog.getByRole('textbox', { name: 'Expressão' });
    await expression.fill('61 3 * * *');
    await dialog.locator('.preview .field-error').waitFor();
    await expression.fill('10 3 * * *');
    await dialog.getByText('todos os dias às 03:10').waitFor();
    for (const instant of await dialog.locator('.preview li').allInnerTexts()) assert.match(instant, /03:10$/);
    await dialog.getByRole('button', { name: 'Criar' }).click();
    const card = page.locator('.schedule', { hasText: 'toda noite' });
    await card.getByRole('button', { name: 'Pausar' }).click();
    await card.getByText('Pausado').waitFor();
    await card.getByText('nada até ser retomado').waitFor();
    await card.getByRole('button', { name: 'Retomar' }).click();
    await card.getByText('Ativo').waitFor();
    await card.getByRole('link').first().click();
    await page.getByText('Horários devidos').waitFor();
    await page.getByRole('button', { name: 'Executar agora' }).click();
    await page.waitForURL(/\/app\/jobs\/.+/);
    await page.locator('.job-state').getByText('Concluída').waitFor();
  }, { allow: /status of 40[01]/ }));

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
      for (const path of ['/', '/?period=7&metric=visits', '/app/listings', '/app/jobs', '/app/schedules', '/app/account', '/app/team']) {
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
  { path: '/app/nowhere' },
];

test('axe finds nothing serious on any page: light, dark, on a phone', sameOnBoth, async () => {
  // In the dark only colours differ.
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
          await session.send('Runtime.evaluate', { expression: axeSource });
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

test('a session that ended leads to the door and back to the same page', () =>
  onPage(async (page, context) => {
    await page.goto('/app/listings?period=7');
    await settled(page);
    await context.clearCookies();
    await page.getByRole('button', { name: 'Ontem' }).click();
    await page.getByText('Sua sessão terminou').waitFor();
    await page.getByRole('button', { name: 'Abrir a demonstração' }).click();
    await page.getByRole('heading', { level: 1, name: 'Anúncios' }).waitFor();
    assert.match(page.url(), /\/app\/listings\?.*period=yesterday/);
  }));

test('a wrong password stays outside, the right one opens the door', () =>
  onPage(
    async (page) => {
      const menu = page.getByRole('button', { name: /Ana Souza/ });
      await menu.click();
      await page.getByRole('button', { name: 'Sair', exact: true }).click();
      await signInAs(page, ANA, 'não é esta');
      await page.getByText("E-mail ou senha não conferem").waitFor();
      await signInAs(page, ANA);
      await menu.waitFor();
      await page.goto('/app/team');
      await page.getByText('demo@onda.invalid', { exact: true }).waitFor();
    },
    { who: ANA },
  ));

test('the first user is made by the link that the server printed, once', { skip: sameOnBoth.skip || (process.env.ONDA_URL ? 'this server is not ours' : false) }, async () => {
  const first = await startFirst();
  try {
    const { page, context, complaints } = await openPage(browser, first, { allow: /status of 40[134]/ });
    await page.goto('/');
    await page.getByText('Abra o link que o servidor mostrou').waitFor();
    const fill = async () => {
      await page.goto(first.link);
      await page.reload();
      await page.getByLabel('Nome').fill('Clara Dias');
      await page.getByLabel('E-mail').fill('clara@example.com');
      await page.getByLabel('Senha', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Criar acesso' }).click();
    };
    await fill();
    await page.getByText('Esta loja ainda não tem pedidos').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    await context.clearCookies();
    await fill();
    await page.getByText('Este link já não vale').waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  } finally {
    await first.stop();
  }
});

test('one person has two shops and goes from one to the other; the empty one says what to do', () =>
  onPage(
    async (page) => {
      await page.getByRole('button', { name: 'Loja: Loja Demo' }).click();
      await page.getByRole('link', { name: 'Loja Nova' }).click();
      await page.getByText('Esta loja ainda não tem pedidos').waitFor();
      assert.match(page.url(), /tenant=/);
      assert.equal(await page.locator('.figure').count(), 0);
      await page.goBack();
      await settled(page);
      assert.ok((await page.locator('.figure').count()) > 0);
    },
    { who: ANA },
  ));

test('another tenant sees nothing of this one, by page and by API', async () => {
  const { page: hers, context } = await openPage(browser, server, { allow: /status of 401/ });
  await signIn(hers, '/', ANA);
  const { id: tenant } = (await api(hers, '/auth/me')).tenants.find((each) => each.name === 'Loja Demo');
  const { id: listing } = (await api(hers, '/listings?limit=1')).listings[0];
  const { id: job } = (await api(hers, '/jobs?limit=1')).jobs[0];
  await context.close();
  await onPage(
    async (page) => {
      for (const path of [`/?tenant=${tenant}`, `/app/listings?tenant=${tenant}`, `/app/nowhere`]) {
        await page.goto(path);
        await page.getByText('Não encontramos esta página').waitFor();
      }
      for (const path of [`/app/listings/${listing}`, `/app/jobs/${job}`]) {
        await page.goto(path);
        await page.getByText('Não existe, ou não é da sua loja').waitFor();
      }
      const statusOf = (url) => page.evaluate(async (path) => (await fetch(`/api/v1${path}`)).status, url);
      for (const path of ['/metrics/overview', '/metrics/explain', '/listings', '/jobs', '/users', '/schedules']) {
        assert.ok([400, 403, 404].includes(await statusOf(`${path}?tenant=${tenant}`)), path);
      }
      for (const path of [`/listings/${listing}`, `/jobs/${job}`, `/jobs/${job}/events`]) assert.equal(await statusOf(path), 404, path);
      assert.equal((await api(page, '/listings')).total, 0);
      for (const other of (await api(page, '/jobs')).jobs) assert.notEqual(other.tenantId, tenant);
      assert.deepEqual((await api(page, '/users')).users.map((user) => user.email), [BRUNO]);
    },
    { who: BRUNO, allow: /status of 40[0134]/ },
  );
});

test('the server goes away and comes back', { skip: process.env.ONDA_URL ? 'this server is not ours' : false }, () =>
  onPage(
    async (page) => {
      await page.goto('/?period=7');
      await settled(page);
      const before = await figure(page, 'Receita');
      await server.crash();
      await page.getByRole('button', { name: 'Ontem' }).click();
      await page.getByText('Sem resposta do servidor').first().waitFor();
      await page.getByRole('button', { name: '7 dias' }).click();
      assert.equal(await figure(page, 'Receita'), before);
      await server.again();
      await page.getByRole('button', { name: 'Tentar agora' }).click();
      await page.locator('.away').waitFor({ state: 'detached' });
      await settled(page);
      assert.equal(await figure(page, 'Receita'), before);
    },
    { who: ANA, allow: /status of 401|ERR_CONNECTION|Failed to fetch|net::/ },
  ));

test('a job that waits is cancelled, and done when it is asked for again', { skip: process.env.ONDA_URL ? 'this server is not ours' : false }, () =>
  onPage(
    async (page) => {
      await server.crash();
      await server.again('--job-workers', '0');
      await page.goto('/app/jobs');
      await page.getByRole('button', { name: 'Executar…' }).click();
      await page.getByRole('button', { name: 'Começar' }).click();
      await page.waitForURL(/\/app\/jobs\/.+/);
      const state = page.locator('.job-state');
      await state.getByText('Na fila').waitFor();
      await page.getByRole('button', { name: 'Cancelar execução' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancelar execução' }).click();
      await state.getByText('Cancelada').waitFor();
      await page.getByRole('button', { name: 'Executar de novo' }).click();
      await state.getByText('Na fila').waitFor();
      await server.crash();
      await server.again();
      await state.getByText('Concluída').waitFor();
    },
    { who: ANA, allow: /status of 401|ERR_|Failed to fetch|net::/ },
  ));
