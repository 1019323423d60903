// A page that fails to draw says so, and the rest of the screen stays.
import { Component, type ReactNode } from 'react';
import { Button } from '../components/button';
import { EmptyState } from '../components/states';
import { useLanguage } from '../i18n/context';

function Broken() {
  const { m } = useLanguage();
  return (
    <EmptyState icon="alert" title={m.common.error} hint={m.app.broken}>
      <Button onClick={() => location.reload()}>{m.app.reload}</Button>
    </EmptyState>
  );
}

export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}
