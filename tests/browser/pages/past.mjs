// A shop whose orders stopped coming in, years ago.
import assert from 'node:assert/strict';
import { settled } from '../browser.mjs';
import { ANA } from '../server.mjs';
import { onPage, ownServer, sameOnBoth, test, world } from '../world.mjs';

const SHOP = 'Loja de Outros Anos';

function orders() {
  const lines = [];
  for (let day = 1; day <= 20; day += 1) {
    const at = `2018-05-${String(day).padStart(2, '0')}T15:00:00Z`;
    lines.push(JSON.stringify({ orderId: `old-${day}`, status: 'paid', orderedAt: at, paidAt: at, updatedAt: at, lines: [{ listingId: 'MLB-OLD', title: 'Bule', quantity: 1, unitPrice: 10 + day }] }));
  }
  return lines.join('\n');
}

test('a shop of other years: its year is said, and where nothing is known nothing is confirmed', { ...ownServer, ...sameOnBoth }, async () => {
  const { run } = world.server;
  run(['tenant', 'add', SHOP], '');
  run(['user', 'set', ANA, '--tenant', SHOP, '--role', 'owner'], '');
  run(['import', 'orders', '-', '--tenant', SHOP, '--format', 'ndjson'], orders());
  run(['refresh', '--tenant', SHOP], '');
  await onPage(
    async (page) => {
      await page.getByRole('button', { name: /^Loja: / }).click();
      await page.getByRole('link', { name: SHOP }).click();
      await settled(page);
      await page.locator('.fresh-text').getByText('Pedidos só até 20 de mai. de 2018, 12:00').waitFor();
      const compared = page.getByRole('region', { name: '7 e 30 dias, lado a lado' });
      await compared.getByText('Os pedidos destes dias ainda não foram recebidos').waitFor();
      assert.equal(await compared.getByText('as somas conferem').count(), 0);
      const url = new URL(page.url());
      await page.goto(`/?tenant=${url.searchParams.get('tenant')}&from=2018-05-01&to=2018-05-20&why=conversion`);
      await page.getByRole('dialog').getByText('Visitas desconhecidas').first().waitFor();
    },
    { who: ANA },
  );
});
