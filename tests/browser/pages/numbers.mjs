// What the numbers' pages say and do.
import assert from 'node:assert/strict';
import { settled } from '../browser.mjs';
import { ANA } from '../server.mjs';
import { api, csvOf, figure, money, onPage, test } from '../world.mjs';

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

test('a change stands beside the values it is about', () =>
  onPage(async (page) => {
    // As if some visits of today were known: they are in the figure, and not in its comparison.
    await page.route('**/metrics/overview?*', async (route) => {
      const answer = await (await route.fetch()).json();
      Object.assign(answer.kpis.visits, { value: 21_000, compared: 20_123, previous: 19_001 });
      await route.fulfill({ json: answer });
    });
    await page.goto('/?period=7');
    await page.locator('.figure', { hasText: 'Visitas' }).getByText('20.123 · antes 19.001').waitFor();
    assert.match(await page.locator('.figure', { hasText: 'Visitas' }).innerText(), /dias completos/);
    assert.doesNotMatch(await page.locator('.figure', { hasText: 'Receita' }).innerText(), /dias completos/);
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
    await page.waitForURL((url) => !url.searchParams.has('day'));
  }));

test('a total is explained by its days, down to the orders', () =>
  onPage(async (page) => {
    await page.goto('/?period=7');
    await settled(page);
    const total = await figure(page, 'Receita');
    await page.locator('.figure', { hasText: 'Receita' }).getByRole('button', { name: 'O que é Receita' }).click();
    await page.getByRole('button', { name: 'Por que este número' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('a soma dos 7 dias é este número').waitFor();
    const cents = (text) => Number(text.replace(/\D/g, ''));
    const days = await drawer.locator('.day-list strong').allInnerTexts();
    assert.equal(days.reduce((sum, day) => sum + cents(day), 0), cents(total));
    await drawer.locator('.day-list button').nth(1).click();
    await drawer.getByRole('button', { name: 'Voltar aos dias' }).waitFor();
    await drawer.locator('.day-list button').first().click();
    await drawer.locator('.explained .verdict-good').waitFor();
    await page.goBack();
    await page.goBack();
    await drawer.getByText('a soma dos 7 dias é este número').waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    assert.doesNotMatch(page.url(), /why|day|line/);
    await page.goto('/?period=7&why=averageTicket');
    await drawer.getByText(/ ÷ .+ pedidos = /).waitFor();
  }));

test('the files hold exactly what is on the screen', () =>
  onPage(async (page) => {
    await page.goto('/?period=7');
    await settled(page);
    const series = await csvOf(page, page.locator('.panel-chart').getByRole('button', { name: 'Baixar CSV' }));
    const told = await api(page, '/metrics/overview?days=7');
    assert.equal(series.length, 8);
    assert.equal(series[1][9], 'até agora');
    [...told.salesSeries].reverse().forEach((day, place) => {
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

test('the chart is taken away as an image, and fits a sheet of paper', () =>
  onPage(
    async (page) => {
      await page.goto('/?period=7');
      await settled(page);
      await page.getByRole('button', { name: 'Copiar imagem' }).click();
      await page.getByText('Imagem copiada').waitFor();
      const image = await page.evaluate(async () => {
        const [item] = await navigator.clipboard.read();
        const { width, height } = await createImageBitmap(await item.getType('image/png'));
        return { width, height };
      });
      const chart = page.locator('.chart svg');
      const width = Number(await chart.getAttribute('width'));
      assert.deepEqual(image, { width: 2 * (width + 48), height: 2 * (264 + 112 + 48) });
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      assert.equal(await chart.getAttribute('width'), '700');
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      await page.waitForFunction((before) => Number(document.querySelector('.chart svg').getAttribute('width')) === before, width);
    },
    { permissions: ['clipboard-read', 'clipboard-write'] },
  ));

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

test('what was searched does not come back when the filters are taken away', () =>
  onPage(async (page) => {
    await page.clock.install();
    await page.goto('/app/listings?q=zzzz');
    await page.getByRole('button', { name: 'Tirar filtros' }).click();
    await page.locator('.table-listings').waitFor();
    await page.clock.runFor(2_000); // longer than the pause after which what is typed is searched
    assert.doesNotMatch(page.url(), /q=/);
    assert.equal(await page.getByRole('searchbox').inputValue(), '');
  }));

// What a machine would send, as the person on `page`; then everything is computed.
async function sell(page, id, listingId, more = {}) {
  const status = await page.evaluate(
    async ([orderId, listing, some]) => {
      const { csrfToken } = await (await fetch('/api/v1/auth/me')).json();
      const now = new Date().toISOString();
      const order = { orderId, status: 'paid', orderedAt: now, paidAt: now, updatedAt: now, lines: [{ listingId: listing, title: 'Caneca', quantity: 1, unitPrice: 9_999 }], ...some };
      const headers = { 'X-CSRF-Token': csrfToken };
      const sent = await fetch('/api/v1/ingest/orders', { method: 'POST', headers: { ...headers, 'Content-Type': 'application/x-ndjson' }, body: JSON.stringify(order) });
      const asked = await fetch('/api/v1/jobs', { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: '{"type":"refresh"}' });
      const { id: job } = await asked.json();
      for (;;) {
        const { status: state } = await (await fetch(`/api/v1/jobs/${job}`)).json();
        if (!['queued', 'running', 'retrying'].includes(state)) return [sent.status, state];
      }
    },
    [id, listingId, more],
  );
  assert.deepEqual(status, [200, 'success']);
}

test('while the server answers with errors the numbers say of when they are', () =>
  onPage(
    async (page) => {
      await page.clock.install();
      for (const path of ['/?period=7', '/app/listings?period=7']) {
        await page.goto(path);
        await settled(page);
        await page.locator('.fresh-state').getByText(/Em dia|Atrasado/).waitFor();
        await page.route('**/api/v1/**', (route) => route.fulfill({ status: 500, contentType: 'application/json', body: '{"message":"no"}' }));
        await page.clock.runFor(66_000);
        await page.locator('.fresh-late .fresh-state').getByText(/Números de \d\d:\d\d/).waitFor();
        await page.locator('.fresh-text').getByText('O servidor responde com erro').waitFor();
        assert.ok((await page.locator('table tbody tr').count()) > 0);
        await page.unroute('**/api/v1/**');
        await page.clock.runFor(20_000);
        await page.locator('.fresh-state').getByText(/Em dia|Atrasado/).waitFor();
      }
    },
    { allow: /status of (401|500)/ },
  ));

test('what is on the screen follows new data: the list, a listing, the word about it', () =>
  onPage(
    async (page) => {
      await page.clock.install();
      await page.goto('/app/listings?period=today');
      await settled(page);
      await sell(page, 'follow-1', 'MLB-FOLLOW');
      await page.clock.runFor(62_000);
      const row = page.locator('.table-listings tbody tr', { hasText: 'MLB-FOLLOW' });
      await row.getByText(money(9999)).waitFor();
      await row.getByRole('link').click();
      await settled(page);
      assert.equal(await figure(page, 'Receita'), money(9999));
      await sell(page, 'follow-2', 'MLB-FOLLOW');
      await page.clock.runFor(62_000);
      await page.locator('.figure', { hasText: 'Receita' }).getByText(money(19_998)).waitFor();
    },
    { who: ANA },
  ));

const cents = (text) => Number(text.replace(/\D/g, ''));

test('a day is explained to the last listing, for the figure that was asked about', () =>
  onPage(async (page) => {
    await page.goto('/?period=7');
    const { salesSeries } = await api(page, '/metrics/overview?days=7');
    const { date, visits, cancelledOrders } = salesSeries.at(-3);
    const drawer = page.getByRole('dialog');
    const values = () => drawer.locator('.day-list strong').allInnerTexts();
    for (const [metric, whole] of [['revenue', salesSeries.at(-3).revenue], ['visits', visits], ['units', salesSeries.at(-3).units]]) {
      await page.goto(`/?period=7&metric=${metric}&day=${date}`);
      await drawer.locator('.day-list').waitFor();
      const shown = await values();
      assert.equal(shown.map(cents).reduce((sum, value) => sum + value, 0), metric === 'revenue' ? Math.round(whole * 100) : whole, metric);
      const listed = shown.slice(0, 25).map(cents);
      assert.deepEqual(listed, [...listed].sort((a, b) => b - a), metric);
    }
    await drawer.getByText(`Cancelados e reembolsados: ${cancelledOrders === 0 ? 'nenhum' : cancelledOrders}`).waitFor();
    await drawer.getByRole('link', { name: /Outros \d+ anúncios/ }).click();
    await page.waitForURL((url) => url.pathname === '/app/listings' && url.searchParams.get('from') === date && url.searchParams.get('sort') === '-units');
  }));

test('before the first data there are no zeros', () =>
  onPage(async (page) => {
    for (const ranking of ['', '&ranking=bottom']) {
      await page.goto(`/?from=2015-01-01&to=2015-01-10${ranking}`);
      await settled(page);
      assert.deepEqual(await page.locator('.figure-value').allInnerTexts(), Array(6).fill('—'));
      assert.equal(await page.locator('.figure').getByText('antes dos seus primeiros dados').count(), 6);
      await page.getByText('Estes dias são anteriores aos primeiros dados da loja').waitFor();
      assert.equal(await page.getByText(/nenhum no período|R\$\s0,00/).count(), 0);
    }
    await page.goto('/?from=2015-01-01&to=2015-01-10&why=revenue');
    await page.getByRole('dialog').getByText('Receita: —').waitFor();
    assert.equal(await page.getByText('Conferido').count(), 0);
    await page.goto('/app/listings?from=2015-01-01&to=2015-01-10');
    await settled(page);
    assert.deepEqual(await page.locator('.table-listings tbody tr').first().locator('td').nth(1).innerText(), '—');
  }));

test('an address that can not be answered offers a way out', () =>
  onPage(
    async (page) => {
      await page.goto('/app/listings?offset=7000');
      await page.getByRole('button', { name: 'Ir para a última página' }).click();
      await page.locator('.table-listings').waitFor();
      await page.goto('/app/jobs?offset=99999999');
      await page.getByRole('button', { name: 'Ir para a última página' }).click();
      await page.locator('.table-cards').waitFor();
      for (const [path, table] of [['/app/jobs?status=foo', '.table-cards'], ['/app/listings?status=foo', '.table-listings'], ['/?listing=abc', '.table-ranking']]) {
        await page.goto(path);
        await page.getByText('O endereço tem um filtro que não existe').waitFor();
        await page.getByRole('button', { name: 'Tirar filtros' }).click();
        await page.locator(table).waitFor();
      }
      await page.goto('/?day=2030-01-01');
      await page.getByText('Este dia ainda não chegou').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Fechar' }).last().click();
      assert.doesNotMatch(page.url(), /day/);
    },
    { allow: /status of 40[01]/ },
  ));
