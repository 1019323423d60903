// A page that fails to draw says so. If it was its code that didn't come, either the server is away, and the page comes by
// itself when it is back; or a new version was installed, and the old code is gone.
import { Component, useEffect, type ReactNode } from 'react';
import { isThere, whenBack } from '../api/connection';
import { Button } from '../components/button';
import { EmptyState, Skeleton } from '../components/states';
import { useLanguage } from '../i18n/context';
import { isLoadError } from '../lib/load-error';

// Code once failed to come because the server was away: that it fails again says nothing of a new version.
let wasAway = false;

type Trouble = 'asking' | 'away' | 'newVersion' | 'broken';

function Failed({ trouble }: { trouble: Trouble }) {
  const { m } = useLanguage();
  // The browser may remember that the code didn't come: only a new start asks for it again. The address says where we are.
  useEffect(() => (trouble === 'away' ? whenBack(() => location.reload()) : undefined), [trouble]);
  if (trouble === 'asking') return <Skeleton kind="row" rows={8} />;
  if (trouble === 'away') return <EmptyState icon="plug" title={m.common.error} hint={m.common.errorAway} />;
  return (
    <EmptyState icon="alert" title={m.common.error} hint={trouble === 'broken' ? m.app.broken : m.app.newVersion}>
      <Button onClick={() => location.reload()}>{m.app.reload}</Button>
    </EmptyState>
  );
}

export class ErrorBoundary extends Component<{ children: ReactNode }, { trouble: Trouble | null }> {
  override state: { trouble: Trouble | null } = { trouble: null };

  static getDerivedStateFromError(error: unknown): { trouble: Trouble } {
    return { trouble: isLoadError(error) ? 'asking' : 'broken' };
  }

  override componentDidCatch(error: unknown) {
    if (!isLoadError(error)) return;
    void isThere().then((there) => {
      if (there && wasAway) {
        location.reload();
        return;
      }
      wasAway ||= !there;
      this.setState({ trouble: there ? 'newVersion' : 'away' });
    });
  }

  override render() {
    const { trouble } = this.state;
    return trouble === null ? this.props.children : <Failed trouble={trouble} />;
  }
}
