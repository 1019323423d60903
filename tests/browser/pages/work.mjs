// Jobs and schedules.
import assert from 'node:assert/strict';
import { settled } from '../browser.mjs';
import { ANA, VERA } from '../server.mjs';
import { api, onPage, test } from '../world.mjs';

test('a rebuild is started and watched to its receipt', () =>
  onPage(async (page) => {
    await page.goto('/app/jobs');
    await page.getByRole('button', { name: 'Executar…' }).click();
    await page.getByLabel('Reconstruir').check();
    await page.getByRole('button', { name: 'Começar' }).click();
    await page.waitForURL(/\/app\/jobs\/.+/);
    await page.locator('.job-state .status-good, .job-state .status-quiet').waitFor({ timeout: 60_000 });
    await page.locator('.receipt').waitFor();
    // Who asked for it: somebody in the dashboard, not a program.
    const job = page.url().split('/').at(-1);
    assert.equal((await api(page, `/jobs/${job}`)).source, 'web');
    await page.locator('.page-head', { hasText: 'Painel' }).waitFor();
    // The same once more, of the same days.
    await page.getByRole('button', { name: 'Executar de novo…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Começar' }).click();
    await page.waitForURL((url) => /\/app\/jobs\/.+/.test(url.pathname) && !url.pathname.endsWith(job));
    const again = page.url().split('/').at(-1);
    assert.deepEqual((await api(page, `/jobs/${again}`)).params, (await api(page, `/jobs/${job}`)).params);
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
    await page.getByText('Horários programados').waitFor();
    await page.getByRole('button', { name: 'Executar agora' }).click();
    await page.waitForURL(/\/app\/jobs\/.+/);
    await page.locator('.job-state').getByText('Concluída').waitFor();
  }, { allow: /status of 40[01]/ }));

test('a schedule is changed and removed on its page, by those who may; not one of all stores', async () => {
  let place = '';
  const buttons = (page) => ['Editar', 'Excluir'].map((name) => page.getByRole('button', { name, exact: true }));
  await onPage(
    async (page) => {
      await page.goto('/app/schedules');
      await page.getByRole('button', { name: 'Novo agendamento' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Nome').fill('por engano');
      await dialog.getByRole('button', { name: 'Criar' }).click();
      await page.getByRole('link', { name: 'por engano' }).click();
      await page.getByText('Horários programados').waitFor();
      place = new URL(page.url()).pathname;
      const [edit] = buttons(page);
      await edit.click();
      assert.equal(await dialog.getByLabel('Nome').inputValue(), 'por engano');
      assert.equal(await dialog.getByLabel('Às').inputValue(), '08:00');
      await dialog.getByLabel('Nome').fill('fim de tarde');
      await dialog.getByLabel('Reconstruir').check();
      await dialog.getByLabel('Quantos dias').fill('7');
      await dialog.getByLabel('Quando').selectOption({ label: 'De segunda a sexta' });
      await dialog.getByLabel('Às').fill('18:30');
      await dialog.getByRole('button', { name: 'Salvar' }).click();
      await page.getByRole('heading', { level: 1, name: 'fim de tarde' }).waitFor();
      await page.getByText('Reconstrução, últimos 7 dias').waitFor();
      await page.locator('.facts').getByText('30 18 * * mon-fri').waitFor();
    },
    { who: ANA },
  );
  await onPage(
    async (page) => {
      await page.goto(place);
      await settled(page);
      for (const button of buttons(page)) assert.equal(await button.count(), 0);
    },
    { who: VERA },
  );
  await onPage(
    async (page) => {
      await page.goto('/app/schedules');
      await page.getByRole('link', { name: 'hourly' }).click();
      await page.getByText('Horários programados').waitFor();
      for (const button of buttons(page)) assert.equal(await button.count(), 0);
      await page.goto(place);
      const [, remove] = buttons(page);
      await remove.click();
      await page.getByRole('dialog').getByText('fim de tarde').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancelar' }).click();
      await remove.click();
      await page.getByRole('dialog').getByRole('button', { name: 'Excluir' }).click();
      await page.waitForURL((url) => url.pathname === '/app/schedules');
      await page.getByRole('link', { name: 'hourly' }).waitFor();
      assert.equal(await page.getByRole('link', { name: 'fim de tarde' }).count(), 0);
    },
    { who: ANA },
  );
});
