// Which page a path is. The server sends the same index.html for all of them.
export type Route =
  | { page: 'overview' | 'listings' | 'jobs' | 'schedules' | 'account' | 'team' | 'tokens' | 'setup' | 'missing' }
  | { page: 'listing' | 'job' | 'schedule'; id: string };

const PLAIN = ['listings', 'jobs', 'schedules', 'account', 'team', 'tokens'] as const;
const WITH_ID = { listings: 'listing', jobs: 'job', schedules: 'schedule' } as const;

export function routeOf(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0) return { page: 'overview' };
  if (path === '/setup') return { page: 'setup' };
  const [root, name, id] = parts;
  if (root !== 'app' || name === undefined || parts.length > 3) return { page: 'missing' };
  if (id === undefined) return { page: PLAIN.find((each) => each === name) ?? 'missing' };
  const kind = Object.entries(WITH_ID).find(([plural]) => plural === name)?.[1];
  try {
    return kind === undefined ? { page: 'missing' } : { page: kind, id: decodeURIComponent(id) };
  } catch {
    return { page: 'missing' };
  }
}
