// Where the focus and the Back button lead.
import assert from 'node:assert/strict';
import { settled } from '../browser.mjs';
import { api, onPage, sameOnBoth, test } from '../world.mjs';

const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName);

test('a drawer that is closed is not there any more when one goes back, and gives the focus back', sameOnBoth, () =>
  onPage(async (page) => {
    await page.goto('/app/listings');
    await page.getByRole('link', { name: 'Visão geral' }).click();
    await settled(page);
    const drawer = page.getByRole('dialog');
    await page.getByRole('button', { name: 'O que é Receita' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Por que este número' }).press('Enter');
    await drawer.locator('.day-list button').nth(3).press('Enter');
    await drawer.getByRole('button', { name: 'Voltar aos dias' }).waitFor();
    await drawer.locator('.day-list button').first().press('Enter');
    await drawer.getByText('Pedidos por trás do número').waitFor();
    assert.equal(await focused(page), 'DIALOG'); // and not on the page behind
    await page.goBack();
    await drawer.locator('.day-list').waitFor(); // one step: the day again
    await page.goForward();
    await drawer.getByText('Pedidos por trás do número').waitFor();
    await drawer.getByRole('button', { name: 'Fechar' }).dblclick();
    await drawer.waitFor({ state: 'detached' });
    assert.equal(await focused(page), 'O que é Receita');
    assert.equal(new URL(page.url()).search, '');
    await page.goBack();
    await page.waitForURL('**/app/listings');
  }));

test('who chooses a listing is at the top of its page, and so is the keyboard', sameOnBoth, () =>
  onPage(
    async (page) => {
      await page.locator('.row-button').nth(2).press('Enter');
      await settled(page);
      assert.equal(await focused(page), 'MAIN');
      assert.equal(await page.evaluate(() => scrollY), 0);
      await page.getByRole('button', { name: /^Remover filtro/ }).press('Enter');
      await settled(page);
      assert.equal(await focused(page), 'MAIN');
      await page.goBack();
      await page.locator('.chip').waitFor();
    },
    { phone: true },
  ));

test('what is not there is not asked for again', sameOnBoth, () =>
  onPage(
    async (page) => {
      for (const path of ['/app/jobs/none', '/app/schedules/none', '/app/listings/00000000-0000-7000-8000-000000000000']) {
        await page.goto(path);
        await page.getByRole('heading', { name: 'Não encontrado' }).waitFor();
        assert.equal(await page.getByRole('button', { name: 'Tentar de novo' }).count(), 0);
      }
    },
    { allow: /status of 40[0-4]/ },
  ));

test('the chart as a table is part of the address', sameOnBoth, () =>
  onPage(async (page) => {
    await page.getByRole('button', { name: 'Ver tabela' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Ver gráfico' }).click();
    await page.locator('.chart svg').waitFor();
    assert.doesNotMatch(page.url(), /view/);
  }));

test('on a phone a card opens wherever it is touched', sameOnBoth, () =>
  onPage(
    async (page) => {
      for (const [path, opened] of [['/app/listings', /listings\/.+/], ['/app/jobs', /jobs\/.+/]]) {
        await page.goto(path);
        await settled(page);
        await page.locator('tbody tr').first().click({ position: { x: 250, y: 70 } });
        await page.waitForURL(opened);
      }
    },
    { phone: true },
  ));

test('a listing that sold nothing is called by its name all the same', sameOnBoth, () =>
  onPage(async (page) => {
    const { listings } = await api(page, '/listings?days=1&limit=200');
    const idle = listings.find((listing) => listing.orders === 0);
    await page.goto(`/?period=today&listing=${idle.id}`);
    await page.locator('.chip').getByText(idle.title).waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Baixar CSV' }).click()]);
    assert.match(file.suggestedFilename(), new RegExp(`^onda-${idle.externalId}-`));
  }));
