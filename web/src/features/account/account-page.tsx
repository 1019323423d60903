// One's own account: language, theme, password, sessions.
import { useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useAct } from '../../api/act';
import { api, ApiError } from '../../api/client';
import { forgetSession, useChangeMe, useSession } from '../../api/session';
import { Button } from '../../components/button';
import { Choice } from '../../components/choice';
import { Field } from '../../components/field';
import { NewPassword } from '../../components/new-password';
import { PageHead } from '../../components/page-head';
import { ErrorLine } from '../../components/states';
import { LOCALES, useLanguage } from '../../i18n/context';
import { chooseTheme, themeChoice, type ThemeChoice } from '../../lib/theme';

const THEMES: ThemeChoice[] = ['system', 'light', 'dark'];

export function AccountPage() {
  const { m, locale, choose } = useLanguage();
  const { me } = useSession();
  const [theme, setTheme] = useState(themeChoice);
  const speak = useChangeMe();
  return (
    <div className="narrow">
      <PageHead title={m.account.title} detail={me.user.name === '' ? me.user.email : `${me.user.name} · ${me.user.email}`} />
      {!me.demo && <Name />}
      <section className="panel settings" aria-label={m.account.appearance}>
        <h2>{m.account.appearance}</h2>
        <div className="setting">
          <span>{m.account.language}</span>
          <Choice
            label={m.account.language}
            value={locale}
            options={LOCALES.map((each) => ({ value: each.locale, label: each.name }))}
            onChange={(each) => {
              choose(each);
              if (!me.demo) speak.mutate({ locale: each });
            }}
          />
        </div>
        {speak.error && <ErrorLine error={speak.error} />}
        <div className="setting">
          <span>{m.account.theme}</span>
          <Choice
            label={m.account.theme}
            value={theme}
            options={THEMES.map((each) => ({ value: each, label: m.account.themeName[each] }))}
            onChange={(each) => {
              chooseTheme(each);
              setTheme(each);
            }}
          />
        </div>
      </section>
      <section className="panel settings" aria-label={m.account.tenants}>
        <h2>{m.account.tenants}</h2>
        {me.tenants.map((tenant) => (
          <div key={tenant.id} className="setting">
            <span>
              {tenant.name}
              <small>
                {tenant.timeZone} · {tenant.currency}
              </small>
            </span>
            <span className="muted">{m.app.role[tenant.role]}</span>
          </div>
        ))}
      </section>
      {me.demo ? <p className="note">{m.account.demo}</p> : <Password />}
      {!me.demo && <Sessions />}
    </div>
  );
}

function Name() {
  const { m } = useLanguage();
  const { me } = useSession();
  const [name, setName] = useState(me.user.name);
  const change = useChangeMe();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change.mutate({ name }, { onSuccess: (saved) => setName(saved.user.name) });
  };
  return (
    <section className="panel settings" aria-label={m.account.profile}>
      <h2>{m.account.profile}</h2>
      <form onSubmit={submit}>
        <Field label={m.session.name} autoComplete="name" required maxLength={100} pattern=".*\S.*" hint={m.account.nameHint} value={name} onChange={setName} />
        {change.error && <ErrorLine error={change.error} />}
        {change.isSuccess && name === me.user.name && (
          <p className="good" role="status">
            {m.account.nameSaved}
          </p>
        )}
        <Button type="submit" busy={change.isPending}>
          {m.account.save}
        </Button>
      </form>
    </section>
  );
}

function Password() {
  const { m } = useLanguage();
  const { me } = useSession();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const change = useAct({
    mutationFn: () => api<null>('/auth/password', { method: 'POST', body: { current, new: next } }),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      setAgain('');
    },
  });
  const differs = again !== '' && again !== next;
  const wrong = change.error instanceof ApiError && change.error.status === 403;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!differs) change.mutate();
  };
  return (
    <section className="panel settings" aria-label={m.account.password}>
      <h2>{m.account.password}</h2>
      <form onSubmit={submit}>
        <input type="text" name="username" autoComplete="username" value={me.user.email} readOnly hidden />
        <Field label={m.account.current} type="password" autoComplete="current-password" required value={current} error={wrong ? m.account.wrongCurrent : null} onChange={setCurrent} />
        <NewPassword label={m.account.next} hint={m.session.passwordHint} email={me.user.email} value={next} onChange={setNext} />
        <Field label={m.account.repeat} type="password" autoComplete="new-password" required value={again} error={differs ? m.account.differs : null} onChange={setAgain} />
        {change.error && !wrong && <ErrorLine error={change.error} />}
        {change.isSuccess && (
          <p className="good" role="status">
            {m.account.changed}
          </p>
        )}
        <Button type="submit" busy={change.isPending}>
          {m.account.change}
        </Button>
      </form>
    </section>
  );
}

function Sessions() {
  const { m } = useLanguage();
  const client = useQueryClient();
  const leave = useAct({
    mutationFn: () => api<null>('/auth/logout', { method: 'POST', body: { everywhere: true } }),
    onSuccess: () => forgetSession(client),
  });
  return (
    <section className="panel settings" aria-label={m.account.sessions}>
      <h2>{m.account.sessions}</h2>
      <div className="setting">
        <span className="muted">{m.account.sessionsHint}</span>
        <Button look="danger" icon="out" busy={leave.isPending} onClick={() => leave.mutate()}>
          {m.account.everywhere}
        </Button>
      </div>
      {leave.error && <ErrorLine error={leave.error} />}
    </section>
  );
}
