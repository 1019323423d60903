// Who may come in, and what they see.
import assert from 'node:assert/strict';
import { openPage, settled, signIn, signInAs } from '../browser.mjs';
import { ANA, BRUNO, PASSWORD, startFirst, VERA } from '../server.mjs';
import { ABROAD, api, csvOf, figure, onPage, sameOnBoth, test, world } from '../world.mjs';

test('a session that ended leads to the door and back to the same page', () =>
  onPage(async (page, context) => {
    await page.goto('/app/listings?period=7');
    await settled(page);
    await context.clearCookies();
    await page.getByRole('button', { name: 'Ontem' }).click();
    await page.getByText('Sua sessão terminou').waitFor();
    await page.getByRole('button', { name: 'Abrir a demonstração' }).click();
    await page.getByRole('heading', { level: 1, name: 'Anúncios' }).waitFor();
    assert.match(page.url(), /\/app\/listings\?.*period=yesterday/);
  }));

test('who leaves is not told that the session ended', () =>
  onPage(
    async (page, context) => {
      await context.clearCookies();
      await page.getByRole('button', { name: 'Ontem' }).click();
      await page.getByText('Sua sessão terminou').waitFor();
      await signInAs(page, ANA);
      await page.getByRole('button', { name: /Ana Souza/ }).click();
      await page.getByRole('button', { name: 'Sair', exact: true }).click();
      await page.getByText('Os números de ontem e de hoje').waitFor();
      assert.equal(await page.getByText('Sua sessão terminou').count(), 0);
    },
    { who: ANA },
  ));

test('another person in another tab is noticed here', () =>
  onPage(
    async (page, context) => {
      const other = await context.newPage();
      const change = async (from, who) => {
        await other.goto('/');
        await other.getByRole('button', { name: from }).click();
        await other.getByRole('button', { name: 'Sair', exact: true }).click();
        await signInAs(other, who);
        await other.getByRole('navigation').first().waitFor();
      };
      // The same person, with another session: nothing is refused.
      await change(/Ana Souza/, ANA);
      await page.getByRole('button', { name: 'Atualizar agora' }).click();
      await page.getByText('Atualizado agora mesmo').waitFor({ timeout: 30_000 });
      await change(/Ana Souza/, BRUNO);
      await page.evaluate(() => dispatchEvent(new Event('focus')));
      await page.getByRole('button', { name: /Bruno Lima/ }).waitFor();
      await page.getByText('Outra Loja').first().waitFor();
      assert.equal(await page.getByText('Loja Demo').count(), 0);
      // Without a look at the tab: the first answer that is refused says it.
      await page.goto('/app/jobs');
      await settled(page);
      await change(/Bruno Lima/, VERA);
      await page.getByRole('button', { name: /Vera Lins/ }).waitFor();
    },
    { who: ANA, allow: /status of 40[134]/ },
  ));

test('a wrong password stays outside, the right one opens the door', () =>
  onPage(
    async (page) => {
      const menu = page.getByRole('button', { name: /Ana Souza/ });
      await menu.click();
      await page.getByRole('button', { name: 'Sair', exact: true }).click();
      await signInAs(page, ANA, 'não é esta');
      await page.getByText("E-mail ou senha não conferem").waitFor();
      await signInAs(page, ANA);
      await menu.waitFor();
      await page.goto('/app/team');
      await page.getByText('demo@onda.invalid', { exact: true }).waitFor();
    },
    { who: ANA },
  ));

test('the first user is made by the link that the server printed, once', { skip: sameOnBoth.skip || (process.env.ONDA_URL ? 'this server is not ours' : false) }, async () => {
  const first = await startFirst();
  try {
    const { page, context, complaints } = await openPage(world.browser, first, { allow: /status of 40[134]/ });
    await page.goto('/');
    await page.getByText('Abra o link que o servidor mostrou').waitFor();
    const fill = async (link) => {
      await page.goto(link);
      await page.reload();
      await page.getByLabel('Nome').fill('Clara Dias');
      await page.getByLabel('E-mail').fill('clara@example.com');
      await page.getByLabel('Senha', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Criar acesso' }).click();
    };
    await fill(`${first.link}x`);
    await page.getByText('Este link já não vale').waitFor();
    await fill(first.link);
    await page.getByText('Esta loja ainda não tem pedidos').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    await context.clearCookies();
    await page.goto(first.link);
    await page.getByText('Este servidor já está pronto').waitFor();
    await page.getByRole('link', { name: 'Ir para o painel' }).click();
    await page.getByRole('heading', { name: 'Entrar' }).waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  } finally {
    await first.stop();
  }
});

// The first user of a new server.
async function beClara(page, first) {
  await page.goto(first.link);
  await page.getByLabel('Nome').fill('Clara Dias');
  await page.getByLabel('E-mail').fill('clara@example.com');
  await page.getByLabel('Senha', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Criar acesso' }).click();
  await page.getByText('Esta loja ainda não tem pedidos').waitFor();
}

test('name and language stay with the account, whatever browser it is', { skip: sameOnBoth.skip || (process.env.ONDA_URL ? 'this server is not ours' : false) }, async () => {
  const first = await startFirst();
  const visit = async (body) => {
    const { page, context, complaints } = await openPage(world.browser, first, { allow: /status of 40[134]/ });
    await body(page);
    assert.deepEqual(complaints, []);
    await context.close();
  };
  try {
    await visit(async (page) => {
      await beClara(page, first);
      await page.goto('/app/account');
      await page.getByLabel('Nome').fill(' Clara D. ');
      await page.getByRole('button', { name: 'Salvar' }).click();
      await page.getByText('Nome salvo.').waitFor();
      await page.getByText('Clara D. · clara@example.com').waitFor();
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('heading', { name: 'Your account' }).waitFor();
    });
    await visit(async (page) => {
      await page.goto('/app/account');
      await page.getByRole('heading', { name: 'Entrar' }).waitFor(); // the door speaks the browser's language
      await signInAs(page, 'clara@example.com');
      await page.getByRole('heading', { name: 'Your account' }).waitFor();
      await page.getByText('Clara D. · clara@example.com').waitFor();
    });
    await visit(async (page) => {
      await page.goto('/app/account');
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('button', { name: 'Português' }).click(); // said at the door, it holds inside
      await signInAs(page, 'clara@example.com');
      await page.getByRole('heading', { name: 'Sua conta' }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'Sua conta' }).waitFor();
    });
  } finally {
    await first.stop();
  }
});

test('a token is made, shown once, used and revoked', () =>
  onPage(
    async (page) => {
      await page.getByRole('button', { name: /Ana Souza/ }).click();
      await page.getByRole('link', { name: 'Tokens da API' }).click();
      await page.getByRole('button', { name: 'Novo token' }).click();
      await page.getByLabel('Para que serve').fill('planilha');
      await page.getByRole('button', { name: 'Criar token' }).click();
      const token = await page.getByLabel('O token', { exact: true }).inputValue();
      const statusWith = async () =>
        (await fetch(`${world.server.url}/api/v1/metrics/overview?days=7`, { headers: { Authorization: `Bearer ${token}` } })).status;
      assert.equal(await statusWith(), 200);
      await page.mouse.click(5, 5); // beside the window: it can't be had again, so this doesn't close it
      await page.getByRole('button', { name: 'Copiar' }).click();
      await page.getByRole('button', { name: 'Copiado' }).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), token);
      await page.getByRole('button', { name: 'Já guardei' }).click();
      const row = page.getByRole('row', { name: /planilha/ });
      await row.getByText('em uso').waitFor();
      assert.ok(!(await page.content()).includes(token));
      await row.getByRole('button', { name: /Revogar/ }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revogar' }).click();
      await row.getByText(/revogado em/).waitFor();
      assert.equal(await statusWith(), 401);
    },
    { who: ANA, permissions: ['clipboard-read', 'clipboard-write'] },
  ));

test('one person has two shops and goes from one to the other; the empty one says what to do', () =>
  onPage(
    async (page) => {
      await page.getByRole('button', { name: 'Loja: Loja Demo' }).click();
      await page.getByRole('link', { name: 'Loja Nova' }).click();
      await page.getByText('Esta loja ainda não tem pedidos').waitFor();
      assert.match(page.url(), /tenant=/);
      assert.equal(await page.locator('.figure').count(), 0);
      await page.goBack();
      await settled(page);
      assert.ok((await page.locator('.figure').count()) > 0);
    },
    { who: ANA },
  ));

test('who may only look finds no button that would fail', () =>
  onPage(
    async (page) => {
      const forbidden = ['Atualizar agora', 'Executar…', 'Novo agendamento', 'Pausar', 'Retomar', 'Executar agora', 'Cancelar execução', 'Executar de novo', 'Adicionar pessoa', 'Novo token'];
      for (const path of ['/', '/app/listings', '/app/jobs', '/app/schedules', '/app/team', '/app/tokens']) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await settled(page);
        for (const name of forbidden) assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, `${path}: ${name}`);
      }
      await page.getByText('Só proprietários cuidam dos tokens').waitFor();
      await page.goto('/app/jobs');
      await page.locator('.table-cards tbody a').first().click();
      await page.locator('.job-state').waitFor();
      for (const name of forbidden) assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name);
    },
    { who: VERA },
  ));

test('what runs for all stores can be run for this one, and says who pauses it', () =>
  onPage(
    async (page) => {
      await page.goto('/app/schedules');
      const daily = page.locator('.schedule', { has: page.getByRole('link', { name: 'daily' }) });
      await daily.getByText('só quem opera o servidor pausa ou muda').waitFor();
      assert.equal(await daily.getByRole('button', { name: 'Pausar' }).count(), 0);
      await daily.getByRole('button', { name: 'Executar agora' }).click();
      await page.locator('.job-state').getByText('Concluída').waitFor();
    },
    { who: ANA },
  ));

test('a store abroad: its currency, its zone, its marketplaces, and no made-up zeros', () =>
  onPage(
    async (page) => {
      await page.getByRole('button', { name: /^Loja: / }).click();
      await page.getByRole('link', { name: 'Zebra Store' }).click();
      await settled(page);
      await page.getByText(`Dias no fuso ${ABROAD}`).first().waitFor();
      assert.match(await figure(page, 'Receita'), /^US\$/);
      // Three days ago is the last that is known of: amber, with the reason and the next step.
      await page.locator('.fresh-late').getByText('o que veio depois ainda não foi recebido').waitFor();
      await page.locator('.fresh-state').click();
      await page.getByText('Importe os pedidos que faltam').waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.figure', { hasText: 'Receita' }).getByText('sem comparação').waitFor();
      await page.getByRole('button', { name: 'Ver tabela' }).click();
      const today = page.locator('.panel-chart tbody tr').first();
      await today.getByText('sem pedidos recebidos').waitFor();
      assert.equal(await today.locator('td').first().innerText(), '—');
      await page.locator('.table-ranking').getByText('B0 · Amazon').waitFor();
      const ranked = await csvOf(page, page.locator('.panel', { has: page.locator('.table-ranking') }).getByRole('button', { name: 'Baixar CSV' }));
      assert.deepEqual(ranked.map((row) => row[2]), ['Marketplace', 'Shopee', 'Shopee', 'Amazon']);
      await page.getByLabel('Marketplace').selectOption({ label: 'Amazon' });
      await settled(page);
      assert.equal(await page.locator('.table-ranking tbody .row-link').count(), 1);
      await page.getByRole('link', { name: 'Ver todos os anúncios' }).click();
      await page.waitForURL(/marketplace=amazon/);
      await settled(page);
      assert.equal(await page.locator('.table-listings tbody tr').count(), 1);
      await page.getByLabel('Marketplace').selectOption({ label: 'Todos os marketplaces' });
      await settled(page);
      assert.equal(await page.locator('.table-listings tbody tr').count(), 3);
      // A filter that this shop knows nothing of: no zeros, and a way back.
      for (const path of ['/', '/app/listings']) {
        await page.goto(`${path}?tenant=${new URL(page.url()).searchParams.get('tenant')}&marketplace=magalu`);
        await page.getByText('Esta loja não tem anúncios em').waitFor();
        await page.getByRole('button', { name: 'Tirar filtros' }).click();
        await settled(page);
        assert.ok(!page.url().includes('marketplace'));
        await page.locator('table tbody tr').first().waitFor();
      }
    },
    { who: ANA, allow: /status of 40[14]/ },
  ));

test('another tenant sees nothing of this one, by page and by API', async () => {
  const { page: hers, context } = await openPage(world.browser, world.server, { allow: /status of 401/ });
  await signIn(hers, '/', ANA);
  const { id: tenant } = (await api(hers, '/auth/me')).tenants.find((each) => each.name === 'Loja Demo');
  const { id: listing } = (await api(hers, '/listings?limit=1')).listings[0];
  const { id: job } = (await api(hers, '/jobs?limit=1')).jobs[0];
  await context.close();
  await onPage(
    async (page) => {
      for (const path of [`/?tenant=${tenant}`, `/app/listings?tenant=${tenant}`, `/app/nowhere`]) {
        await page.goto(path);
        await page.getByText('Não encontramos esta página').waitFor();
      }
      for (const path of [`/app/listings/${listing}`, `/app/jobs/${job}`]) {
        await page.goto(path);
        await page.getByText('Não existe, ou não é da sua loja').waitFor();
      }
      const statusOf = (url) => page.evaluate(async (path) => (await fetch(`/api/v1${path}`)).status, url);
      for (const path of ['/metrics/overview', '/metrics/explain', '/listings', '/jobs', '/users', '/tokens', '/schedules']) {
        assert.ok([400, 403, 404].includes(await statusOf(`${path}?tenant=${tenant}`)), path);
      }
      for (const path of [`/listings/${listing}`, `/jobs/${job}`, `/jobs/${job}/events`]) assert.equal(await statusOf(path), 404, path);
      assert.equal((await api(page, '/listings')).total, 0);
      for (const other of (await api(page, '/jobs')).jobs) assert.notEqual(other.tenantId, tenant);
      assert.deepEqual((await api(page, '/users')).users.map((user) => user.email), [BRUNO]);
    },
    { who: BRUNO, allow: /status of 40[0134]/ },
  );
});

test('what is wrong with a password is said in the reader’s language; a demo has none, and no sessions to end', { skip: sameOnBoth.skip || (process.env.ONDA_URL ? 'this server is not ours' : false) }, async () => {
  await onPage(async (page) => {
    await page.goto('/app/account');
    await page.getByText('Na demonstração não há senha').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Sair de todos os aparelhos' }).count(), 0);
  });
  const first = await startFirst();
  try {
    const { page, context, complaints } = await openPage(world.browser, first, { allow: /status of 40[134]/ });
    await beClara(page, first);
    await page.goto('/app/account');
    const next = page.getByLabel('Senha nova', { exact: true });
    const change = async (current, wanted) => {
      await page.getByLabel('Senha atual').fill(current);
      await next.fill(wanted);
      await page.getByLabel('Senha nova, de novo').fill(wanted);
      await page.getByRole('button', { name: 'Trocar senha' }).click();
    };
    await change(PASSWORD, 'curta');
    await page.getByText('pelo menos 10 caracteres.', { exact: false }).and(page.locator('.field-error')).waitFor();
    await change(PASSWORD, 'CLARA@example.com');
    await page.getByText('A senha não pode ser o próprio e-mail.').waitFor();
    await change('não é esta aqui', 'outra frase que serve');
    await page.getByText('A senha atual não confere.').waitFor();
    await change(PASSWORD, 'outra frase que serve');
    await page.getByText('Senha trocada.').waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  } finally {
    await first.stop();
  }
});

test('a listing leads back to the search it was found by', () =>
  onPage(async (page) => {
    await page.goto('/app/listings?period=7&status=active&sort=title');
    await settled(page);
    await page.getByRole('searchbox').fill('  mochila ');
    await page.waitForURL(/q=mochila(&|$)/);
    await settled(page);
    await page.locator('.listing-link').first().click();
    await page.getByRole('link', { name: 'Todos os anúncios' }).click();
    await settled(page);
    const { pathname, searchParams } = new URL(page.url());
    assert.deepEqual([pathname, ...['period', 'status', 'sort', 'q'].map((name) => searchParams.get(name))], ['/app/listings', '7', 'active', 'title', 'mochila']);
  }));
