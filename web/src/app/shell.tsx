// What surrounds every page: brand, pages, store, person, and the word when the server is away.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { useAct } from '../api/act';
import { api, serverNow } from '../api/client';
import { tryNow, useAway } from '../api/connection';
import { forgetSession, useSession } from '../api/session';
import { mayDo } from '../api/types';
import { Icon, Mark, type IconName } from '../components/icons';
import { Popover } from '../components/popover';
import { useLanguage } from '../i18n/context';
import { dayIn } from '../lib/dates';
import { Link, pageUrl, usePlace } from '../lib/location';

const PAGES: { name: 'overview' | 'listings' | 'jobs' | 'schedules'; path: string; icon: IconName }[] = [
  { name: 'overview', path: '/', icon: 'overview' },
  { name: 'listings', path: '/app/listings', icon: 'listings' },
  { name: 'jobs', path: '/app/jobs', icon: 'jobs' },
  { name: 'schedules', path: '/app/schedules', icon: 'schedules' },
];

const OWNER_PAGES: { name: 'team' | 'tokens'; path: string; icon: IconName }[] = [
  { name: 'team', path: '/app/team', icon: 'people' },
  { name: 'tokens', path: '/app/tokens', icon: 'key' },
];

const isHere = (path: string, page: string) => (page === '/' ? path === '/' : path === page || path.startsWith(`${page}/`));

export function Shell({ children }: { children: ReactNode }) {
  const { m } = useLanguage();
  const { me } = useSession();
  const { path, params } = usePlace();
  const main = useRef<HTMLElement>(null);
  // A page for one listing alone is another page.
  const here = `${path} ${params.get('listing') ?? ''}`;
  const shown = useRef(here);
  useEffect(() => {
    // A new page begins at its top, also for a screen reader.
    if (shown.current === here) return;
    shown.current = here;
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [here]);
  return (
    <>
      <a className="skip" href="#main">
        {m.app.skip}
      </a>
      <header className="top">
        <div className="top-inner">
          <Link className="brand" href={pageUrl('/', params)} aria-label={m.app.name}>
            <Mark />
            <span>onda</span>
          </Link>
          <nav className="nav" aria-label={m.app.nav}>
            {PAGES.map((page) => (
              <Link key={page.name} href={pageUrl(page.path, params)} aria-current={isHere(path, page.path) ? 'page' : undefined}>
                <Icon name={page.icon} size={20} />
                <span>{m.app[page.name]}</span>
              </Link>
            ))}
          </nav>
          <div className="top-end">
            <TenantMenu />
            <PersonMenu />
          </div>
        </div>
      </header>
      {me.demo && <p className="demo-note">{m.app.demo}</p>}
      <Away />
      <Imprint />
      <main id="main" className="page" ref={main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

// On paper: whose sheet it is, and of when.
function Imprint() {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const [at, setAt] = useState(serverNow);
  useEffect(() => {
    const before = () => flushSync(() => setAt(serverNow()));
    addEventListener('beforeprint', before);
    return () => removeEventListener('beforeprint', before);
  }, []);
  return (
    <p className="print-only muted">
      {m.app.name} · {tenant.name} · {m.app.printed(`${f.dayNumeric(dayIn(f.zone, at))}, ${f.time(at.toISOString())}`)}
    </p>
  );
}

function Away() {
  const { m } = useLanguage();
  const away = useAway();
  return (
    <div role="status" className="away-slot">
      {away && (
        <p className="away">
          <Icon name="plug" />
          <span>{m.app.away}</span>
          <button type="button" className="link" onClick={tryNow}>
            {m.app.awayRetry}
          </button>
        </p>
      )}
    </div>
  );
}

function TenantMenu() {
  const { m } = useLanguage();
  const { me, tenant } = useSession();
  const { params, path } = usePlace();
  if (me.tenants.length < 2) return <span className="tenant-name" title={tenant.name}>{tenant.name}</span>;
  // Another store has other listings and jobs: from a page about one of them, go to the list.
  const home = path.split('/').length > 3 ? path.split('/').slice(0, 3).join('/') : path;
  return (
    <Popover
      label={`${m.app.tenant}: ${tenant.name}`}
      align="end"
      buttonClass="menu-button"
      button={
        <>
          <Icon name="store" />
          <span className="menu-name">{tenant.name}</span>
          <Icon name="chevron" size={15} />
        </>
      }
    >
      {(close) => (
        <ul className="menu">
          {me.tenants.map((each) => (
            <li key={each.id}>
              <Link href={pageUrl(home, params, { marketplace: null, tenant: each === me.tenants[0] ? null : each.id })} aria-current={each.id === tenant.id ? 'true' : undefined} onClick={close}>
                <span>{each.name}</span>
                <small>{m.app.role[each.role]}</small>
                {each.id === tenant.id && <Icon name="check" size={16} />}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}

function PersonMenu() {
  const { m } = useLanguage();
  const { me, tenant } = useSession();
  const { params } = usePlace();
  const client = useQueryClient();
  const leave = useAct({
    mutationFn: () => api<null>('/auth/logout', { method: 'POST', body: {} }),
    onSuccess: () => forgetSession(client),
  });
  const name = me.user.name === '' ? me.user.email : me.user.name;
  return (
    <Popover label={`${initials(name)}: ${m.app.menuOf(name)}`} align="end" buttonClass="menu-button avatar" button={<span aria-hidden="true">{initials(name)}</span>}>
      {(close) => (
        <ul className="menu">
          <li className="menu-who">
            <strong>{name}</strong>
            <small>{me.user.email}</small>
          </li>
          <li>
            <Link href={pageUrl('/app/account', params)} onClick={close}>
              <Icon name="person" />
              <span>{m.app.account}</span>
            </Link>
          </li>
          {mayDo(tenant.role, 'owner') &&
            OWNER_PAGES.map((page) => (
              <li key={page.name}>
                <Link href={pageUrl(page.path, params)} onClick={close}>
                  <Icon name={page.icon} />
                  <span>{m.app[page.name]}</span>
                </Link>
              </li>
            ))}
          <li>
            <button type="button" onClick={() => leave.mutate()}>
              <Icon name="out" />
              <span>{m.app.signOut}</span>
            </button>
          </li>
        </ul>
      )}
    </Popover>
  );
}

function initials(name: string): string {
  const words = name.split(/[\s@.]+/).filter((word) => word !== '');
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => (word ?? '').charAt(0)).join('').toUpperCase();
}
