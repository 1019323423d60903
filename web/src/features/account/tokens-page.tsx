// The keys with which programs read and feed this store; for owners.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act';
import { api } from '../../api/client';
import { tokensQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import { mayDo, type Token } from '../../api/types';
import { Button } from '../../components/button';
import { SureDialog } from '../../components/form-dialog';
import { PageHead } from '../../components/page-head';
import { EmptyState, ErrorLine, ErrorState, Skeleton } from '../../components/states';
import { TableHead } from '../../components/table-head';
import { useLanguage } from '../../i18n/context';
import { NewToken } from './new-token';
import { inOrder } from './tokens-data';

export function TokensPage() {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const [making, setMaking] = useState(false);
  const owner = mayDo(tenant.role, 'owner');
  const { data, error, refetch } = useQuery({ ...tokensQuery(tenant.id), enabled: owner });
  const make = (
    <Button look="primary" icon="key" onClick={() => setMaking(true)}>
      {m.tokens.make}
    </Button>
  );
  return (
    <div className="narrow narrow-wide">
      <PageHead title={m.tokens.title} detail={tenant.name}>
        {owner && data && data.length > 0 && make}
      </PageHead>
      {owner && <p className="lead">{m.tokens.lead}</p>}
      {!owner ? (
        <EmptyState icon="key" title={m.tokens.denied} hint={m.tokens.deniedHint} />
      ) : data ? (
        data.length === 0 ? (
          <EmptyState icon="key" title={m.tokens.empty} hint={m.tokens.emptyHint}>
            {make}
          </EmptyState>
        ) : (
          <Tokens tokens={data} />
        )
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <div className="panel">
          <Skeleton kind="row" rows={4} />
        </div>
      )}
      {making && <NewToken onClose={() => setMaking(false)} />}
    </div>
  );
}

function Tokens({ tokens }: { tokens: Token[] }) {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const client = useQueryClient();
  const [ending, setEnding] = useState<Token | null>(null);
  const revoke = useAct({
    mutationFn: (id: number) => api<null>(`/tokens/${id}`, { method: 'DELETE', query: { tenant: tenant.id } }),
    onSettled: () => client.invalidateQueries({ queryKey: tokensQuery(tenant.id).queryKey }),
  });
  return (
    <section className="panel panel-flush" aria-label={m.tokens.title}>
      {revoke.error && <ErrorLine error={revoke.error} />}
      <table className="table table-cards">
        <TableHead columns={[m.tokens.name, m.tokens.made, m.tokens.state, '']} />
        <tbody>
          {inOrder(tokens).map((token) => (
            <tr key={token.id} className={token.revokedAt === null ? undefined : 'row-apart'}>
              <th scope="row">{token.name}</th>
              <td data-name={m.tokens.made}>{f.dateTime(token.createdAt)}</td>
              <td data-name={m.tokens.state}>{token.revokedAt === null ? m.tokens.inUse : m.tokens.revoked(f.dateTime(token.revokedAt))}</td>
              <td className="number">
                {token.revokedAt === null && (
                  <Button look="quiet" icon="close" aria-label={`${m.tokens.revoke}: ${token.name}`} busy={revoke.isPending && revoke.variables === token.id} onClick={() => setEnding(token)}>
                    {m.tokens.revoke}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {ending && (
        <SureDialog title={m.tokens.revoke} question={m.tokens.revokeConfirm(ending.name)} no={m.common.cancel} onYes={() => revoke.mutate(ending.id)} onClose={() => setEnding(null)} />
      )}
    </section>
  );
}
