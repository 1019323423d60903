// A password to be: what is wrong with it is said when one leaves the field, and nothing is sent with it.
import { useState } from 'react';
import { useLanguage } from '../i18n/context';
import { passwordProblem } from '../lib/passwords';
import { Field } from './field';

interface Props {
  label: string;
  name?: string;
  hint: string;
  email: string; // whose it will be
  value: string;
  onChange: (value: string) => void;
}

export function NewPassword({ email, value, ...rest }: Props) {
  const { m } = useLanguage();
  const [left, setLeft] = useState(false);
  const problem = passwordProblem(value, email);
  const said = problem === null ? null : m.session.passwordProblem[problem];
  return <Field {...rest} type="password" autoComplete="new-password" required value={value} invalid={said} error={left ? said : null} onBlur={() => setLeft(true)} />;
}
