// The program under test: `onda demo` on a fresh database, stopped at the end. ONDA_URL uses one that runs.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_MS = 60_000;

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function ready(url, child) {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`onda ended with ${child.exitCode}\n${child.said}`);
    const answer = await fetch(`${url}/ready`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`onda did not get ready\n${child.said}`);
}

function launch(binary, database, port, command = 'demo', options = []) {
  const child = spawn(binary, ['--database', database, command, '--port', String(port), ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (child.said += text));
  return child;
}

// Who may sign in besides the demo's visitor. Ana owns the demo's shop, one without any facts, and one abroad; Bruno's
// shop is nobody else's; Vera may only look at the demo's. In Lia's shop every name is long and every sum large.
export const PASSWORD = 'uma frase que serve bem';
export const ANA = 'ana@example.com';
export const BRUNO = 'bruno@example.com';
export const VERA = 'vera@example.com';
export const LIA = 'lia.com.um.endereco.comprido.de.verdade@subdominio.example.com';
const LONG_SHOP = 'Comércio de Artigos Esportivos e Utilidades Domésticas São Sebastião do Paraíso Ltda.';

// Dollars, two marketplaces; nothing came in for three days, and nothing is older than 20.
function ordersAbroad() {
  const lines = [];
  for (let age = 3; age <= 20; age += 1) {
    const at = new Date(Date.now() - age * 86_400_000).toISOString();
    const line = { listingId: `B${age % 3}`, title: `A kettle with a name that is much too long for any column of any table, number ${age % 3}`, quantity: 1, unitPrice: 20 + age };
    lines.push(JSON.stringify({ orderId: `abroad-${age}`, status: 'paid', orderedAt: at, paidAt: at, updatedAt: at, currency: 'USD', marketplace: age % 3 === 0 ? 'amazon' : 'shopee', lines: [line] }));
  }
  return lines.join('\n');
}

function ordersOfMillions() {
  const lines = [];
  for (let age = 0; age <= 60; age += 1) {
    const at = new Date(Date.now() - age * 86_400_000 - 600_000).toISOString();
    for (const n of [1, 2]) lines.push(JSON.stringify({ orderId: `${'9'.repeat(30)}-${age}-${n}`, status: 'paid', orderedAt: at, paidAt: at, lines: [{ listingId: `${'M'.repeat(30)}${n}`, title: 'W'.repeat(100) + n, quantity: 3, unitPrice: 104_313.35 }] }));
  }
  return lines.join('\n');
}

// Runs a command with something to read; `now`: what its clock says.
function run(binary, database, words, input, now = undefined) {
  const done = spawnSync(binary, ['--database', database, ...words], { input, encoding: 'utf8', env: now === undefined ? process.env : { ...process.env, ONDA_NOW: now } });
  if (done.status !== 0) throw new Error(`onda ${words.join(' ')}: ${done.stderr}`);
}

function settle(binary, database, home, abroad) {
  const fed = (input, ...words) => run(binary, database, words, input);
  const onda = (...words) => fed(`${PASSWORD}\n`, ...words);
  onda('tenant', 'add', 'Loja Nova', '--time-zone', home);
  onda('tenant', 'add', 'Outra Loja', '--time-zone', home);
  onda('user', 'add', ANA, '--name', 'Ana Souza', '--tenant', 'Loja Demo', '--role', 'owner', '--password-stdin');
  onda('user', 'set', ANA, '--tenant', 'Loja Nova', '--role', 'owner');
  onda('tenant', 'add', 'Zebra Store', '--currency', 'USD', '--time-zone', abroad, '--locale', 'en');
  onda('user', 'set', ANA, '--tenant', 'Zebra Store', '--role', 'owner');
  fed(ordersAbroad(), 'import', 'orders', '-', '--tenant', 'Zebra Store', '--format', 'ndjson');
  onda('refresh', '--tenant', 'Zebra Store');
  onda('tenant', 'add', LONG_SHOP, '--time-zone', home);
  onda('user', 'add', LIA, '--name', 'L'.repeat(50), '--tenant', LONG_SHOP, '--role', 'owner', '--password-stdin');
  fed(ordersOfMillions(), 'import', 'orders', '-', '--tenant', LONG_SHOP, '--format', 'ndjson');
  onda('refresh', '--tenant', LONG_SHOP);
  onda('user', 'add', VERA, '--name', 'Vera Lins', '--tenant', 'Loja Demo', '--role', 'viewer', '--password-stdin');
  onda('user', 'add', BRUNO, '--name', 'Bruno Lima', '--tenant', 'Outra Loja', '--role', 'owner', '--password-stdin');
}

// `shop`: options of `onda demo`; `home` and `abroad`: the zones of the shops. {url, stop(), crash(), again(…)}: crash and
// again take the server away and bring it back on the same port, not as a demo any more.
export async function startServer({ shop = [], home = 'America/Sao_Paulo', abroad = 'America/New_York' } = {}) {
  if (process.env.ONDA_URL) return { url: process.env.ONDA_URL, external: true, stop: async () => undefined };
  const binary = process.env.ONDA_BIN;
  if (!binary) throw new Error('ONDA_BIN names no program');
  const folder = mkdtempSync(join(tmpdir(), 'onda-browser-'));
  const database = process.env.ONDA_DATABASE ?? `sqlite:${join(folder, 'onda.db')}`;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  run(binary, database, ['tenant', 'add', 'Loja Demo', '--time-zone', home], '');
  let child = launch(binary, database, port, 'demo', shop);
  await ready(url, child);
  settle(binary, database, home, abroad);
  const ended = () => new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve()));
  const server = {
    url,
    external: false,
    run: (words, input, now) => run(binary, database, words, input, now),
    crash: async () => {
      child.kill('SIGKILL');
      await ended();
    },
    again: async (...options) => {
      child = spawn(binary, ['--database', database, 'serve', '--port', String(port), ...options], { stdio: 'ignore' });
      child.said = '';
      await ready(url, child);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}

// A server with a shop that nobody can sign in to yet: {url, link, stop()}, the link being the one it printed.
export async function startFirst() {
  const folder = mkdtempSync(join(tmpdir(), 'onda-browser-'));
  const database = `sqlite:${join(folder, 'onda.db')}`;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  spawnSync(process.env.ONDA_BIN, ['--database', database, 'tenant', 'add', 'Minha Loja']);
  const child = launch(process.env.ONDA_BIN, database, port, 'serve');
  await ready(url, child);
  const [link] = /http:\S+#token=\S+/.exec(child.said) ?? [];
  const stop = async () => {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, link, stop };
}
