// For other eyes: large text, high contrast, paper.
import assert from 'node:assert/strict';
import { openBrowser, openPage, settled, signIn } from '../browser.mjs';
import { api, onPage, sameOnBoth, test, world } from '../world.mjs';

test('who reads large text gets the layout that has room for it', sameOnBoth, async () => {
  const browser = await openBrowser('--blink-settings=defaultFontSize=24');
  try {
    const { page } = await openPage(browser, world.server);
    await signIn(page);
    for (const path of ['/', '/app/listings', '/app/jobs', '/app/schedules']) {
      await page.goto(path);
      await settled(page);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path);
      // No row is a column of single letters.
      const tallest = await page.evaluate(() => Math.max(0, ...[...document.querySelectorAll('tbody tr')].map((row) => row.offsetHeight)));
      assert.ok(tallest < 160, `${path}: a row of ${tallest} pixels`);
    }
  } finally {
    await browser.close();
  }
});

test('where the system chooses the colours, what is chosen is outlined', sameOnBoth, () =>
  onPage(async (page) => {
    await page.emulateMedia({ forcedColors: 'active' });
    const outline = (name) => page.getByRole('button', { name, exact: true }).evaluate((button) => getComputedStyle(button).outlineStyle);
    assert.deepEqual([await outline('30 dias'), await outline('7 dias')], ['solid', 'none']);
  }));

test('a drawer is printed whole', sameOnBoth, () =>
  onPage(async (page) => {
    const { salesSeries } = await api(page, '/metrics/overview?days=7');
    await page.goto(`/?day=${salesSeries.at(-3).date}`);
    const list = page.getByRole('dialog').locator('.day-list li');
    await list.first().waitFor();
    await page.emulateMedia({ media: 'print' });
    const end = await list.last().evaluate((item) => item.getBoundingClientRect().bottom);
    assert.ok((await page.evaluate(() => document.documentElement.scrollHeight)) >= Math.floor(end));
    assert.equal(await page.getByText(/impresso em/).isVisible(), true);
    assert.equal(await page.locator('.figure').first().isVisible(), false);
    assert.equal(await page.getByRole('dialog').getByRole('button', { name: 'Fechar' }).isVisible(), false);
  }));
