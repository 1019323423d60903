// Who may see this store and what they may do; for owners.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act';
import { api } from '../../api/client';
import { meQuery, usersQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import { mayDo, type Member, type Role } from '../../api/types';
import { Button } from '../../components/button';
import { Select } from '../../components/choice';
import { Field } from '../../components/field';
import { FormDialog, SureDialog } from '../../components/form-dialog';
import { NewPassword } from '../../components/new-password';
import { PageHead } from '../../components/page-head';
import { EmptyState, ErrorLine, ErrorState, isConflict, Skeleton } from '../../components/states';
import { TableHead } from '../../components/table-head';
import { useLanguage } from '../../i18n/context';
import { dayIn } from '../../lib/dates';

const ROLES: Role[] = ['viewer', 'manager', 'owner'];

export function TeamPage() {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const [adding, setAdding] = useState(false);
  const owner = mayDo(tenant.role, 'owner');
  const { data, error, refetch } = useQuery({ ...usersQuery(tenant.id), enabled: owner });
  return (
    <div className="narrow narrow-wide">
      <PageHead title={m.team.title} detail={tenant.name}>
        {owner && (
          <Button look="primary" icon="person" onClick={() => setAdding(true)}>
            {m.team.add}
          </Button>
        )}
      </PageHead>
      {!owner ? <EmptyState icon="people" title={m.team.denied} hint={m.team.deniedHint} /> : data ? <People members={data} /> : error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton kind="row" rows={4} />}
      {adding && <AddDialog onClose={() => setAdding(false)} />}
    </div>
  );
}

function People({ members }: { members: Member[] }) {
  const { m, f } = useLanguage();
  const { me, tenant } = useSession();
  const client = useQueryClient();
  const [leaving, setLeaving] = useState<Member | null>(null);
  const [lower, setLower] = useState<Role | null>(null);
  const query = { tenant: tenant.id };
  const refresh = () => client.invalidateQueries({ queryKey: usersQuery(tenant.id).queryKey });
  const change = useAct({
    mutationFn: ({ id, role }: { id: string; role: Role }) => api<Member>(`/users/${id}`, { method: 'PATCH', query, body: { role } }),
    // Of one's own role the whole page depends.
    onSettled: (_, __, { id }) => (id === me.user.id ? client.invalidateQueries({ queryKey: meQuery.queryKey }).then(refresh) : refresh()),
  });
  const remove = useAct({ mutationFn: (id: string) => api<null>(`/users/${id}`, { method: 'DELETE', query }), onSettled: refresh });
  const error = change.error ?? remove.error;
  return (
    <section className="panel panel-flush" aria-label={m.team.title}>
      {error && <ErrorLine error={error} conflict={m.team.lastOwner} />}
      <table className="table table-cards">
        <TableHead columns={[m.team.name, m.team.role, m.team.since, '']} />
        <tbody>
          {members.map((member) => (
            <tr key={member.id}>
              <th scope="row">
                {member.name === '' ? member.email : member.name} {member.id === me.user.id && <span className="tag">{m.team.you}</span>}
                <small>{member.email}</small>
              </th>
              <td data-name={m.team.role}>
                <Select
                  label={`${m.team.role}: ${member.email}`}
                  value={member.role}
                  options={ROLES.map((role) => ({ value: role, label: m.app.role[role] }))}
                  onChange={(role) => (member.id === me.user.id ? setLower(role) : change.mutate({ id: member.id, role }))}
                />
                <small>{m.team.roleHint[member.role]}</small>
              </td>
              <td data-name={m.team.since}>{f.dayNumeric(dayIn(f.zone, new Date(member.since)))}</td>
              <td className="number">
                {member.id !== me.user.id && (
                  <Button look="quiet" icon="close" onClick={() => setLeaving(member)}>
                    {m.team.remove}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {members.length === 1 && <p className="muted panel-foot">{m.team.alone}</p>}
      {lower && (
        <SureDialog title={m.team.lower} question={m.team.lowerConfirm(m.app.role[lower])} no={m.common.cancel} onYes={() => change.mutate({ id: me.user.id, role: lower })} onClose={() => setLower(null)} />
      )}
      {leaving && (
        <SureDialog
          title={m.team.remove}
          question={m.team.removeConfirm(leaving.name === '' ? leaving.email : leaving.name)}
          no={m.common.cancel}
          onYes={() => remove.mutate(leaving.id)}
          onClose={() => setLeaving(null)}
        />
      )}
    </section>
  );
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const add = useAct({
    mutationFn: () => api<Member>('/users', { method: 'POST', query: { tenant: tenant.id }, body: { email, name, password, role } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: usersQuery(tenant.id).queryKey });
      onClose();
    },
  });
  return (
    <FormDialog title={m.team.add} action={m.team.add} icon="person" busy={add.isPending} error={isConflict(add.error) ? null : add.error} onSubmit={() => add.mutate()} onClose={onClose}>
      <Field label={m.team.name} value={name} onChange={setName} />
      <Field label={m.team.email} type="email" required value={email} error={isConflict(add.error) ? m.team.already : null} onChange={setEmail} />
      <NewPassword label={m.team.password} hint={m.team.passwordHint} email={email} value={password} onChange={setPassword} />
      <div className="field">
        <span className="field-label">{m.team.role}</span>
        <Select label={m.team.role} value={role} options={ROLES.map((each) => ({ value: each, label: `${m.app.role[each]}: ${m.team.roleHint[each]}` }))} onChange={setRole} />
      </div>
    </FormDialog>
  );
}
