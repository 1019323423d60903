// Something small that opens beside its button; Escape, a click elsewhere or leaving it with Tab closes it.
import { useCallback, useEffect, useId, useRef, useState, type ReactNode } from 'react';

interface Props {
  label: string;
  button: ReactNode;
  buttonClass?: string;
  align?: 'start' | 'end';
  children: ReactNode | ((close: () => void) => ReactNode);
}

export function Popover({ label, button, buttonClass = '', align = 'start', children }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = useCallback(() => {
    setOpen(false);
    opener.current?.focus();
  }, []);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close();
    };
    addEventListener('pointerdown', outside);
    addEventListener('focusin', outside);
    addEventListener('keydown', escape, true);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('focusin', outside);
      removeEventListener('keydown', escape, true);
    };
  }, [open, close]);
  return (
    <span className="popover" ref={root}>
      <button ref={opener} type="button" className={buttonClass} aria-label={label} aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        {button}
      </button>
      {open && (
        <div id={id} className={`popover-panel popover-${align}`} role="group" aria-label={label}>
          <Content close={close}>{children}</Content>
        </div>
      )}
    </span>
  );
}

function Content({ close, children }: { close: () => void; children: Props['children'] }) {
  return typeof children === 'function' ? children(close) : children;
}
