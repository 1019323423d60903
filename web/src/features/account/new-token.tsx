// Makes a token and shows it: this once, since the server keeps only its hash.
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useAct } from '../../api/act';
import { api } from '../../api/client';
import { tokensQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import type { MadeToken } from '../../api/types';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Field } from '../../components/field';
import { FormDialog } from '../../components/form-dialog';
import { Icon } from '../../components/icons';
import { useLanguage } from '../../i18n/context';
import { copyText } from '../../lib/clipboard';

export function NewToken({ onClose }: { onClose: () => void }) {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const make = useAct({
    mutationFn: () => api<MadeToken>('/tokens', { method: 'POST', query: { tenant: tenant.id }, body: { name } }),
    gcTime: 0, // the secret leaves the memory with this window
    onSuccess: () => client.invalidateQueries({ queryKey: tokensQuery(tenant.id).queryKey }),
  });
  if (make.data) return <Made token={make.data} onClose={onClose} />;
  return (
    <FormDialog title={m.tokens.make} action={m.tokens.makeDo} icon="key" busy={make.isPending} error={make.error} onSubmit={() => make.mutate()} onClose={onClose}>
      <Field label={m.tokens.name} required maxLength={100} pattern=".*\S.*" placeholder={m.tokens.namePlaceholder} hint={m.tokens.nameHint} value={name} onChange={setName} />
      <p className="muted">{m.tokens.may}</p>
    </FormDialog>
  );
}

function Made({ token, onClose }: { token: MadeToken; onClose: () => void }) {
  const { m } = useLanguage();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = async () => setCopied(await copyText(token.token, field.current));
  return (
    <Dialog kind="box" title={token.name} stays onClose={onClose}>
      <p className="verdict verdict-warn">
        <Icon name="alert" />
        {m.tokens.once}
      </p>
      <div className="secret">
        <input ref={field} className="mono" readOnly value={token.token} aria-label={m.tokens.token} onFocus={(event) => event.target.select()} />
        <Button look="primary" icon={copied ? 'check' : 'copy'} onClick={() => void copy()}>
          {copied ? m.common.copied : m.tokens.copy}
        </Button>
      </div>
      <p role="status" className="muted">
        {copied === false ? m.tokens.copyByHand : ''}
      </p>
      <p className="muted">{m.tokens.use}</p>
      <pre className="mono sample">{`curl -H 'Authorization: Bearer ${token.token}' \\\n'${location.origin}/api/v1/metrics/overview?days=7'`}</pre>
      <div className="dialog-actions">
        <a className="button button-quiet" href="/docs" target="_blank" rel="noreferrer">
          {m.overview.apiDocs}
        </a>
        <Button onClick={onClose}>{m.tokens.done}</Button>
      </div>
    </Dialog>
  );
}
