// What stands where data will be, could be, or should have been.
import type { ReactNode } from 'react';
import { ApiError, UnreachableError } from '../api/client';
import { SilentError } from '../api/patience';
import { useLanguage } from '../i18n/context';
import type { Messages } from '../i18n/pt-BR';
import { setParams } from '../lib/location';
import { Button } from './button';
import { Icon, type IconName } from './icons';

export function Skeleton({ kind, rows = 1 }: { kind: 'line' | 'figure' | 'chart' | 'row' | 'block'; rows?: number }) {
  const { m } = useLanguage();
  return (
    <div className="skeletons" role="status" aria-label={m.common.loading}>
      {Array.from({ length: rows }, (_, place) => (
        <div key={place} className={`skeleton skeleton-${kind}`} />
      ))}
    </div>
  );
}

// `conflict`: what it means here that the server can't do it as things are.
function explanation(m: Messages, error: Error, conflict?: string): string {
  if (error instanceof UnreachableError) return m.common.errorAway;
  if (error instanceof SilentError) return m.common.errorSilent;
  if (!(error instanceof ApiError)) return m.common.errorServer;
  if (error.status === 409 && conflict !== undefined) return conflict;
  if (error.status === 404) return m.common.errorMissing;
  if (error.status === 403) return m.common.errorForbidden;
  if (error.status === 429 || error.status === 503) return m.common.errorBusy(error.retryAfterSeconds ?? 5);
  if (error.status < 500) return m.common.errorRequest(error.message);
  return m.common.errorServer;
}

// One sentence about `error` for a person, for places that have no room for more.
export function ErrorLine({ error, conflict }: { error: Error; conflict?: string }) {
  const { m } = useLanguage();
  return (
    <p className="error-line" role="alert">
      <Icon name="stop" />
      {explanation(m, error, conflict)}
    </p>
  );
}

export function ErrorState({ error, retry }: { error: Error; retry?: (() => void) | undefined }) {
  // What isn't there doesn't come by asking again.
  if (error instanceof ApiError && error.status === 404) return <Missing />;
  return <Failed error={error} retry={retry} />;
}

export function Missing() {
  const { m } = useLanguage();
  return (
    <div role="status">
      <EmptyState icon="search" title={m.common.missing} hint={m.common.errorMissing} />
    </div>
  );
}

function Failed({ error, retry }: { error: Error; retry?: (() => void) | undefined }) {
  const { m } = useLanguage();
  const id = error instanceof ApiError ? error.requestId : null;
  return (
    <div className="state state-error" role="alert">
      <Icon name={error instanceof UnreachableError || error instanceof SilentError ? 'plug' : 'stop'} size={26} />
      <h2>{m.common.error}</h2>
      <p>{explanation(m, error)}</p>
      {id !== null && <code>{m.common.requestId(id)}</code>}
      {retry && <Button onClick={retry}>{m.common.tryAgain}</Button>}
    </div>
  );
}

// The server can't do it as things are: there is one already, or it would be none.
export const isConflict = (error: Error | null) => error instanceof ApiError && error.status === 409;

// The server will never take the question, however often it is asked: the address has something it can't have.
export const isRefused = (error: Error) => error instanceof ApiError && error.status === 400;

// In place of what can't be asked for: `names` are the filters in the address.
export function BadFilter({ names }: { names: string[] }) {
  const { m } = useLanguage();
  const without = Object.fromEntries([...names, 'line', 'offset'].map((name) => [name, null]));
  return (
    <div role="status">
      <EmptyState icon="filter" title={m.filter.bad} hint={m.filter.badHint}>
        <Button onClick={() => setParams(without)}>{m.listings.clear}</Button>
      </EmptyState>
    </div>
  );
}

export function EmptyState({ icon, title, hint, children }: { icon: IconName; title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="state">
      <Icon name={icon} size={26} />
      <h2>{title}</h2>
      {hint !== undefined && <p>{hint}</p>}
      {children}
    </div>
  );
}
