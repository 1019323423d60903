// The server goes away and comes back: last, because the demo's door is closed afterwards.
import assert from 'node:assert/strict';
import { settled } from '../browser.mjs';
import { ANA } from '../server.mjs';
import { figure, onPage, ownServer, test, world } from '../world.mjs';

test('the server goes away and comes back', ownServer, () =>
  onPage(
    async (page) => {
      await page.goto('/?period=7');
      await settled(page);
      const before = await figure(page, 'Receita');
      await world.server.crash();
      await page.getByRole('button', { name: 'Ontem' }).click();
      await page.getByText('Sem resposta do servidor').first().waitFor();
      await page.getByRole('button', { name: '7 dias' }).click();
      assert.equal(await figure(page, 'Receita'), before);
      await world.server.again();
      await page.getByRole('button', { name: 'Tentar agora' }).click();
      await page.locator('.away').waitFor({ state: 'detached' });
      await settled(page);
      assert.equal(await figure(page, 'Receita'), before);
    },
    { who: ANA, allow: /status of 401|ERR_CONNECTION|Failed to fetch|net::/ },
  ));

test('a job that waits is cancelled, and done when it is asked for again', ownServer, () =>
  onPage(
    async (page) => {
      await world.server.crash();
      await world.server.again('--job-workers', '0');
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
      await world.server.crash();
      await world.server.again();
      await state.getByText('Concluída').waitFor();
    },
    { who: ANA, allow: /status of 401|ERR_|Failed to fetch|net::/ },
  ));

test('a page that nobody had opened yet comes when the server is back', ownServer, () =>
  onPage(
    async (page) => {
      await world.server.crash();
      await page.getByRole('link', { name: 'Agendamentos' }).click();
      await page.getByText('Tentaremos de novo sozinhos').first().waitFor();
      await page.getByRole('link', { name: 'Anúncios' }).click();
      await page.getByText('Tentaremos de novo sozinhos').first().waitFor();
      await world.server.again();
      await page.locator('.table-listings').waitFor();
      await page.getByRole('link', { name: 'Agendamentos' }).click();
      await page.locator('.schedule').first().waitFor();
    },
    { who: ANA, allow: /status of 401|ERR_|Failed to fetch|net::/ },
  ));
