// A window over the page: a drawer at the side for reading, a small box for deciding. The browser's own
// <dialog> keeps the focus inside and gives it back.
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useLanguage } from '../i18n/context';
import { IconButton } from './button';

interface Props {
  title: ReactNode;
  kind: 'drawer' | 'box';
  // A click beside it doesn't close it: what it shows can't be had again.
  stays?: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, kind, stays = false, onClose, children }: Props) {
  const { m } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const opener = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      if (opener instanceof HTMLElement || opener instanceof SVGElement) opener.focus(); // the chart is an SVG
    };
  }, []);
  useEffect(() => {
    // What had the focus may be gone with what was shown before.
    if (document.activeElement === document.body) dialog.current?.focus();
  });
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events -- a click on the backdrop; Escape does the same
    <dialog
      ref={dialog}
      tabIndex={-1}
      className={`dialog dialog-${kind}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        // The second half of a double click is about what was there before.
        if (event.target === dialog.current && event.detail < 2 && !stays) onClose();
      }}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={heading}>{title}</h2>
          <IconButton icon="close" label={m.common.close} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
