// The door: sign in, open the demo, or create the first account of a new server.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type SubmitEvent, type ReactNode } from 'react';
import { useAct } from '../../api/act';
import { api, ApiError, setCsrfToken } from '../../api/client';
import { authConfigQuery, meQuery } from '../../api/queries';
import { useChangeMe } from '../../api/session';
import type { Me } from '../../api/types';
import { Button } from '../../components/button';
import { Choice } from '../../components/choice';
import { Field } from '../../components/field';
import { Mark } from '../../components/icons';
import { NewPassword } from '../../components/new-password';
import { ErrorLine } from '../../components/states';
import { LOCALES, useLanguage } from '../../i18n/context';
import { Link, navigate } from '../../lib/location';

function useEnter() {
  const client = useQueryClient();
  const { locale, chosen } = useLanguage();
  const { mutate } = useChangeMe();
  return (me: Me) => {
    setCsrfToken(me.csrfToken);
    client.setQueryData(meQuery.queryKey, me);
    // Who chose a language at the door goes on in it.
    if (chosen && !me.demo && me.user.locale !== locale) mutate({ locale });
  };
}

function Door({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const { m, locale, choose } = useLanguage();
  useEffect(() => {
    document.title = `${title} · ${m.app.name}`;
  }, [title, m]);
  return (
    <main className="door">
      <div className="door-card">
        <div className="door-brand">
          <Mark size={34} />
          <span>onda</span>
        </div>
        <h1>{title}</h1>
        <p className="door-lead">{lead}</p>
        {children}
      </div>
      <Choice label={m.account.language} value={locale} options={LOCALES.map((each) => ({ value: each.locale, label: each.name }))} onChange={choose} />
      <div className="door-sea" aria-hidden="true">
        <svg viewBox="0 0 1200 200" preserveAspectRatio="none">
          <path d="M0 90c100 0 100-40 200-40s100 40 200 40 100-40 200-40 100 40 200 40 100-40 200-40 100 40 200 40v110H0z" />
          <path d="M0 130c120 0 120-36 240-36s120 36 240 36 120-36 240-36 120 36 240 36 120-36 240-36v106H0z" />
        </svg>
      </div>
    </main>
  );
}

// `ended`: because a session came to its end, and nobody left. `onEnter` is called when somebody has come in.
export function SignIn({ ended, onEnter }: { ended: boolean; onEnter: () => void }) {
  const { m } = useLanguage();
  const goIn = useEnter();
  const enter = (me: Me) => {
    onEnter();
    goIn(me);
  };
  const { data: config } = useQuery(authConfigQuery);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useAct({ mutationFn: () => api<Me>('/auth/login', { method: 'POST', body: { email, password } }), onSuccess: enter });
  const demo = useAct({ mutationFn: () => api<Me>('/auth/demo', { method: 'POST' }), onSuccess: enter });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <Door title={m.session.title} lead={ended ? m.session.ended : m.session.lead}>
      {config?.demo === true && (
        <section className="door-demo">
          <h2>{m.session.demoTitle}</h2>
          <p>{m.session.demoHint}</p>
          <Button look="primary" icon="arrow" className="button-trailing" busy={demo.isPending} onClick={() => demo.mutate()}>
            {m.session.demo}
          </Button>
          {demo.error && <ErrorLine error={demo.error} />}
        </section>
      )}
      {config?.setup === true && <p className="note">{m.session.setupHint}</p>}
      <form onSubmit={submit}>
        <Field label={m.session.email} type="email" name="email" autoComplete="username" required value={email} onChange={setEmail} />
        <Field label={m.session.password} type="password" name="password" autoComplete="current-password" required value={password} onChange={setPassword} />
        <SignInError error={signIn.error} />
        <Button type="submit" look={config?.demo === true ? 'plain' : 'primary'} className="button-wide" busy={signIn.isPending}>
          {signIn.isPending ? m.session.signingIn : m.session.signIn}
        </Button>
      </form>
    </Door>
  );
}

function SignInError({ error }: { error: Error | null }) {
  const { m } = useLanguage();
  if (error === null) return null;
  if (error instanceof ApiError && (error.status === 401 || error.status === 429)) {
    return (
      <p className="error-line" role="alert">
        {error.status === 401 ? m.session.wrong : m.session.tooMany(error.retryAfterSeconds ?? 60)}
      </p>
    );
  }
  return <ErrorLine error={error} />;
}

export function Setup() {
  const { m, locale } = useLanguage();
  const enter = useEnter();
  const { data: config } = useQuery(authConfigQuery);
  // In the fragment, which the browser sends nowhere.
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? '');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const create = useAct({
    mutationFn: () => api<Me>('/auth/setup', { method: 'POST', body: { token, name, email, password, locale } }),
    onSuccess: (me) => {
      navigate('/', { replace: true }); // the one-time token leaves the address bar
      enter(me);
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    create.mutate();
  };
  // Asked by somebody who is in already, or who comes late.
  if (config?.setup === false && !create.isPending) {
    return (
      <Door title={m.session.setupDone} lead={m.session.setupDoneLead}>
        <Link className="button button-primary button-wide" href="/">
          {m.session.setupGo}
        </Link>
      </Door>
    );
  }
  return (
    <Door title={m.session.setupTitle} lead={m.session.setupLead}>
      <form onSubmit={submit}>
        <Field label={m.session.name} name="name" autoComplete="name" required value={name} onChange={setName} />
        <Field label={m.session.email} type="email" name="email" autoComplete="username" required value={email} onChange={setEmail} />
        <NewPassword label={m.session.password} name="password" hint={m.session.passwordHint} email={email} value={password} onChange={setPassword} />
        {create.error && (create.error instanceof ApiError && create.error.status === 403 ? <p className="error-line" role="alert">{m.session.setupDead}</p> : <ErrorLine error={create.error} />)}
        <Button type="submit" look="primary" className="button-wide" busy={create.isPending}>
          {m.session.create}
        </Button>
      </form>
    </Door>
  );
}
