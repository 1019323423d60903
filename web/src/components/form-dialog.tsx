// A box that asks: for the fields of a form, or only whether one is sure.
import type { ReactNode } from 'react';
import { useLanguage } from '../i18n/context';
import { Button } from './button';
import { Dialog } from './dialog';
import type { IconName } from './icons';
import { ErrorLine } from './states';

interface FormProps {
  title: string;
  className?: string;
  // What the button that sends it says.
  action: string;
  icon: IconName;
  busy: boolean;
  error: Error | null;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function FormDialog({ title, className, action, icon, busy, error, onSubmit, onClose, children }: FormProps) {
  const { m } = useLanguage();
  return (
    <Dialog kind="box" title={title} onClose={onClose}>
      <form
        className={className}
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {error && <ErrorLine error={error} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{m.common.cancel}</Button>
          <Button type="submit" look="primary" icon={icon} busy={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface SureProps {
  title: string;
  question: string;
  // What the button says that leaves everything as it is.
  no: string;
  onYes: () => void;
  onClose: () => void;
}

export function SureDialog({ title, question, no, onYes, onClose }: SureProps) {
  return (
    <Dialog kind="box" title={title} onClose={onClose}>
      <p>{question}</p>
      <div className="dialog-actions">
        <Button onClick={onClose}>{no}</Button>
        <Button
          look="danger"
          icon="close"
          onClick={() => {
            onClose();
            onYes();
          }}
        >
          {title}
        </Button>
      </div>
    </Dialog>
  );
}
