import { openBrowser, openPage, settled, signIn } from './browser.mjs';
import { writeFileSync } from 'node:fs';
const server = { url: process.env.URL0, external: true };
const browser = await openBrowser();
const { page, complaints } = await openPage(browser, server, { permissions: ['clipboard-read', 'clipboard-write'] });
await signIn(page, '/');
for (const [name, path] of [['copied', '/'], ['copied-90', '/?period=90&metric=visits']]) {
  await page.goto(path); await settled(page);
  await page.getByRole('button', { name: 'Copiar imagem' }).click();
  await page.waitForTimeout(1500);
  const b64 = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const bytes = new Uint8Array(await (await item.getType('image/png')).arrayBuffer());
    let s = ''; for (const b of bytes) s += String.fromCharCode(b); return btoa(s);
  });
  writeFileSync(`/tmp/shots/${name}.png`, Buffer.from(b64, 'base64'));
}
await page.screenshot({ path: '/tmp/shots/x-90.png' });
await page.goto('/'); await settled(page);
await page.pdf({ path: '/tmp/shots/x.pdf', format: 'A4' });
console.log(complaints, await page.locator('.chart svg').getAttribute('width'));
await browser.close();
