import { useEffect, type ReactNode } from 'react';
import { useLanguage } from '../i18n/context';

export function PageHead({ title, detail, children }: { title: string; detail?: ReactNode; children?: ReactNode }) {
  const { m } = useLanguage();
  useEffect(() => {
    document.title = `${title} · ${m.app.name}`;
  }, [title, m]);
  return (
    <header className="page-head">
      <div>
        <h1>{title}</h1>
        {detail !== undefined && <p className="muted">{detail}</p>}
      </div>
      {children}
    </header>
  );
}
