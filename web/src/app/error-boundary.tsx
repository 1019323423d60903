// A page that fails to draw, or whose code can't be fetched any more (a new version was installed), says so.
import { Component, type ReactNode } from 'react';
import { Button } from '../components/button';
import { EmptyState } from '../components/states';
import { useLanguage } from '../i18n/context';

function Failed() {
  const { m } = useLanguage();
  return (
    <EmptyState icon="alert" title={m.common.error} hint={m.app.newVersion}>
      <Button onClick={() => location.reload()}>{m.app.reload}</Button>
    </EmptyState>
  );
}

export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Failed /> : this.props.children;
  }
}
