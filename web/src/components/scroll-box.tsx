// A box that scrolls where what it holds is wider or taller: reached with the keyboard, and named.
import type { ReactNode } from 'react';

export function ScrollBox({ label, tall = false, children }: { label: string; tall?: boolean; children: ReactNode }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- else the keyboard could not scroll it
    <div className={`table-wrap ${tall ? 'table-tall' : ''}`} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}
