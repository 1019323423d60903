import { useId, useState, type InputHTMLAttributes } from 'react';
import { useLanguage } from '../i18n/context';
import { IconButton } from './button';

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> {
  label: string;
  hint?: string;
  error?: string | null;
  // Why the form can't be sent with this value.
  invalid?: string | null;
  onChange: (value: string) => void;
}

export function Field({ label, hint, error = null, invalid = null, type = 'text', onChange, ...rest }: Props) {
  const { m } = useLanguage();
  const id = useId();
  const [shown, setShown] = useState(false);
  const secret = type === 'password';
  const described = [hint === undefined ? '' : `${id}-hint`, error === null ? '' : `${id}-error`].join(' ').trim();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-box">
        <input
          {...rest}
          ref={(input) => input?.setCustomValidity(invalid ?? '')}
          id={id}
          type={secret && shown ? 'text' : type}
          aria-describedby={described === '' ? undefined : described}
          aria-invalid={error === null ? undefined : true}
          onChange={(event) => onChange(event.target.value)}
        />
        {secret && <IconButton icon={shown ? 'eyeOff' : 'eye'} label={shown ? m.session.hide : m.session.show} onClick={() => setShown(!shown)} />}
      </div>
      {hint !== undefined && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== null && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
