// The address bar as the only state of navigation: read it, change it, link to it.
import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react';

const CHANGED = 'onda:location';

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(CHANGED, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(CHANGED, listener);
  };
}

export interface Place {
  path: string;
  params: URLSearchParams;
}

export function usePlace(): Place {
  const url = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const cut = url.indexOf('?');
  return cut < 0
    ? { path: url, params: new URLSearchParams() }
    : { path: url.slice(0, cut), params: new URLSearchParams(url.slice(cut + 1)) };
}

// What is open over a page: then Back closes it step by step, and closing it goes back to the page it was opened on.
const OVER = ['day', 'why'];

// How many steps of the history lead from a page to what is over it now; 0 where one came by a link.
export function stepsOver(from: Pick<URL, 'pathname' | 'searchParams'>, to: Pick<URL, 'pathname' | 'searchParams'>, before: number): number {
  const isOver = ({ searchParams }: Pick<URL, 'searchParams'>) => OVER.some((name) => searchParams.has(name));
  if (!isOver(to) || from.pathname !== to.pathname) return 0;
  return !isOver(from) ? 1 : before === 0 ? 0 : before + 1;
}

const stepsHere = () => (history.state as { over?: number } | null)?.over ?? 0;

export function navigate(url: string, how: { replace?: boolean } = {}): void {
  if (url === location.pathname + location.search) return;
  if (how.replace) history.replaceState(history.state, '', url);
  else history.pushState({ over: stepsOver(new URL(location.href), new URL(url, location.href), stepsHere()) }, '', url);
  dispatchEvent(new Event(CHANGED));
}

let closing = false;

// Closes what is open over the page; `changes` take it out of the address of one who came by a link.
export function closeOver(changes: Changes): void {
  const steps = stepsHere();
  if (steps === 0) setParams(changes, { replace: true });
  else if (!closing) {
    closing = true;
    addEventListener('popstate', () => (closing = false), { once: true });
    history.go(-steps);
  }
}

export type Changes = Record<string, string | number | null | undefined>;

// `params` with `changes` on top: null, undefined and '' remove a parameter.
export function withParams(params: URLSearchParams, changes: Changes): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '') next.delete(name);
    else next.set(name, String(value));
  }
  return next;
}

export function urlOf(path: string, params: URLSearchParams): string {
  const query = params.toString();
  return query === '' ? path : `${path}?${query}`;
}

// Changes parameters of the page that is shown.
export function setParams(changes: Changes, how: { replace?: boolean } = {}): void {
  navigate(urlOf(location.pathname, withParams(new URLSearchParams(location.search), changes)), how);
}

// What goes along from page to page: whose numbers, of which days and which marketplace.
const KEPT = ['tenant', 'period', 'from', 'to', 'marketplace'];

export function pageUrl(path: string, current: URLSearchParams, changes: Changes = {}): string {
  const kept = new URLSearchParams();
  for (const name of KEPT) {
    const value = current.get(name);
    if (value !== null) kept.set(name, value);
  }
  return urlOf(path, withParams(kept, changes));
}

// What was looked for in a list, and where in it one was.
const LOOKED_FOR = ['q', 'status', 'sort', 'offset'];

// From a list to one of its rows, and back to the same place in the list.
export function rowUrl(path: string, current: URLSearchParams): string {
  return pageUrl(path, current, Object.fromEntries(LOOKED_FOR.map((name) => [name, current.get(name)])));
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string };

// An ordinary link that changes the page without loading it again; new tabs and downloads stay the browser's.
export function Link({ href, onClick, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return (
    <a href={href} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
