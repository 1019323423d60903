// A double click asks for one thing.
import assert from 'node:assert/strict';
import { settled } from '../browser.mjs';
import { ANA } from '../server.mjs';
import { onPage, sameOnBoth, test } from '../world.mjs';

test('a double click asks for one thing: a refresh, a rebuild, a token', sameOnBoth, () =>
  onPage(
    async (page) => {
      let asked = [];
      page.on('request', (request) => {
        if (request.method() !== 'GET') asked.push(new URL(request.url()).pathname.slice('/api/v1'.length));
      });
      const once = async (what, button, then) => {
        asked = [];
        await button.dblclick();
        await then.waitFor();
        assert.deepEqual(asked, [what]);
      };
      const dialog = page.getByRole('dialog');
      await once('/jobs', page.getByRole('button', { name: 'Atualizar agora' }), page.getByRole('link', { name: 'Atualizado agora mesmo' }));
      await page.goto('/app/jobs');
      await page.getByRole('button', { name: 'Executar…' }).dblclick(); // its second half doesn't close what the first one opened
      await dialog.getByLabel('Reconstruir').check();
      await once('/jobs', dialog.getByRole('button', { name: 'Começar' }), page.locator('.job-state').getByText('Concluída'));
      await page.goto('/app/tokens');
      await page.getByRole('button', { name: 'Novo token' }).dblclick();
      await dialog.getByLabel('Para que serve').fill('duas vezes');
      await once('/tokens', dialog.getByRole('button', { name: 'Criar token' }), dialog.locator('.secret'));
      await page.keyboard.press('Escape');
      await settled(page);
      assert.equal(await page.getByRole('row', { name: /duas vezes/ }).count(), 1);
      await page.getByRole('row', { name: /duas vezes/ }).getByRole('button', { name: /Revogar/ }).click();
      await dialog.getByRole('button', { name: 'Revogar' }).click();
      await page.getByRole('row', { name: /duas vezes/ }).getByText('revogado em').waitFor();
    },
    { who: ANA },
  ));
