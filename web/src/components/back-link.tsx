import type { ReactNode } from 'react';
import { Link } from '../lib/location';
import { Icon } from './icons';

export function BackLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link className="back-link" href={href}>
      <Icon name="left" size={15} />
      {children}
    </Link>
  );
}
