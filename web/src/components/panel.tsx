import type { ReactNode } from 'react';

interface Props {
  title: string;
  // What stands in the heading, if not the title.
  heading?: string;
  // Beside the heading.
  tools?: ReactNode;
  children: ReactNode;
}

// A part of a page, with its own heading.
export function Panel({ title, heading = title, tools, children }: Props) {
  return (
    <section className="panel" aria-label={title}>
      <header className="panel-head">
        <h2>{heading}</h2>
        {tools}
      </header>
      {children}
    </section>
  );
}
