// A question is never answered: the place says so, and the rest of the page goes on.
import assert from 'node:assert/strict';
import { settled } from '../browser.mjs';
import { BRUNO } from '../server.mjs';
import { api, onPage, ownServer, sameOnBoth, test } from '../world.mjs';

// Where an answer stands, and the end of the path it is asked for by. {listing}, {job} and {schedule} are some.
const ANSWERS = [
  { path: '/', question: '/metrics/overview' },
  { path: '/app/listings', question: '/listings' },
  { path: '/app/listings/{listing}', question: '/listings/{listing}' },
  { path: '/?day={day}', question: '/listings' },
  { path: '/?day={day}&line={listing}', question: '/metrics/explain' },
  { path: '/app/jobs', question: '/jobs' },
  { path: '/app/jobs/{job}', question: '/jobs/{job}' },
  { path: '/app/schedules', question: '/schedules' },
  { path: '/app/schedules/{schedule}', question: '/schedules/{schedule}' },
  { path: '/app/schedules/{schedule}', question: '/schedules/{schedule}/next' },
  { path: '/app/schedules/{schedule}', question: '/schedules/{schedule}/slots' },
];

async function named(page) {
  const [{ listings }, { jobs }, { schedules }] = await Promise.all([api(page, '/listings?limit=1'), api(page, '/jobs?limit=1'), api(page, '/schedules')]);
  const names = { listing: listings[0].id, job: jobs[0].id, schedule: schedules[0].id, day: new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10) };
  return (text) => text.replace(/\{(\w+)\}/g, (_, name) => names[name]);
}

// Resolves when nothing is on its way any more but what `isIt`.
function onlyPending(page, isIt) {
  const pending = new Set();
  const begun = page.waitForRequest((request) => isIt(new URL(request.url())));
  page.on('request', (request) => pending.add(request));
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => pending.delete(request));
  return async () => {
    await begun;
    while ([...pending].some((request) => !isIt(new URL(request.url())))) await new Promise((resolve) => setTimeout(resolve, 20));
  };
}

test('nothing loads for ever', { ...ownServer, ...sameOnBoth }, () =>
  onPage(async (page) => {
    const fill = await named(page);
    await page.clock.install();
    for (const { path, question } of ANSWERS) {
      const isIt = (url) => url.pathname === `/api/v1${fill(question)}`;
      await page.route(isIt, () => undefined);
      const othersAnswered = onlyPending(page, isIt);
      await page.goto(fill(path));
      await othersAnswered();
      await page.clock.runFor(31_000);
      await page.locator('.state-error').getByText('O servidor não respondeu a tempo').first().waitFor();
      assert.equal(await page.locator('.skeleton').count(), 0, question);
      assert.equal(await page.locator('.away').count(), 0, question);
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      // Several places may have waited for it; one of them asking again can be enough for the others.
      while ((await page.locator('.state-error').count()) > 0) await page.getByRole('button', { name: 'Tentar de novo' }).last().click({ timeout: 1_000 }).catch(() => undefined);
      await settled(page);
    }
  }));

test('a refresh whose progress is held back on its way ends all the same', sameOnBoth, () =>
  onPage(async (page) => {
    await page.route('**/events*', () => undefined);
    await page.getByRole('button', { name: 'Atualizar agora' }).click();
    await page.getByRole('link', { name: 'Atualizado agora mesmo' }).waitFor({ timeout: 30_000 });
  }));

test('what the server can’t do is said in the reader’s words', { ...ownServer, ...sameOnBoth }, () =>
  onPage(
    async (page) => {
      await page.goto(`/app/team?tenant=${(await api(page, '/tenants')).tenants.find((each) => each.name === 'Outra Loja').id}`);
      const role = page.getByLabel('Perfil: bruno@example.com');
      await role.selectOption('viewer');
      const sure = page.getByRole('dialog');
      await sure.getByText('Mudar o seu próprio perfil para Leitura?').waitFor();
      await sure.getByRole('button', { name: 'Cancelar' }).click();
      assert.equal(await role.inputValue(), 'owner');
      await role.selectOption('viewer');
      await sure.getByRole('button', { name: 'Mudar o meu perfil' }).click();
      await page.getByRole('alert').getByText('A loja precisa de pelo menos um proprietário').waitFor();
      await page.getByRole('button', { name: 'Adicionar pessoa' }).click();
      await sure.getByLabel('E-mail').fill('bruno@example.com');
      await sure.getByLabel('Senha inicial').fill('uma frase que serve bem');
      await sure.getByRole('button', { name: 'Adicionar pessoa' }).click();
      await sure.getByText('Esta pessoa já é da equipe').waitFor();
      await page.keyboard.press('Escape');
      await page.goto('/app/schedules');
      await page.getByRole('button', { name: 'Novo agendamento' }).click();
      await sure.getByLabel('Nome').fill('errado');
      await sure.getByLabel('Quando').selectOption('own');
      await sure.getByRole('textbox', { name: 'Expressão' }).fill('99 * * * *');
      await sure.getByText('não é um valor: escreva de 0 a 59').waitFor();
      await sure.getByRole('button', { name: 'Criar' }).click();
      assert.equal(await page.getByText(/write 0 to 59|recusou/).count(), 0);
    },
    { who: BRUNO, allow: /status of 4(01|00|09)/ },
  ));
