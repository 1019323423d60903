import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Icon, type IconName } from './icons';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: IconName;
  busy?: boolean;
  children?: ReactNode;
}

export function Button({ look = 'plain', icon, busy = false, disabled = false, type = 'button', className = '', children, ...rest }: Props) {
  return (
    <button {...rest} type={type} className={`button button-${look} ${className}`} disabled={disabled || busy} aria-busy={busy || undefined}>
      {icon && <Icon name={icon} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

// A button that is only an icon still has a name.
export function IconButton({ icon, label, ...rest }: { icon: IconName; label: string } & Omit<Props, 'icon' | 'children'>) {
  return <Button look="quiet" {...rest} icon={icon} aria-label={label} title={label} className={`button-icon ${rest.className ?? ''}`} />;
}
