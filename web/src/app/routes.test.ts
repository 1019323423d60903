import { describe, expect, it } from 'vitest';
import { routeOf } from './routes';

describe('paths', () => {
  it('lead to pages', () => {
    expect(routeOf('/')).toEqual({ page: 'overview' });
    expect(routeOf('/setup')).toEqual({ page: 'setup' });
    expect(routeOf('/app/listings')).toEqual({ page: 'listings' });
    expect(routeOf('/app/listings/')).toEqual({ page: 'listings' });
    expect(routeOf('/app/jobs/0198c5a4')).toEqual({ page: 'job', id: '0198c5a4' });
    expect(routeOf('/app/schedules/a%2Fb')).toEqual({ page: 'schedule', id: 'a/b' });
  });
  it('or to nothing', () => {
    for (const path of ['/app', '/app/nothing', '/app/account/x', '/app/jobs/a/b', '/elsewhere', '/app/setup', '/setup/x', '/app/jobs/%E0%A4%A', '/app/toString', '/app/constructor/x']) {
      expect(routeOf(path)).toEqual({ page: 'missing' });
    }
  });
});
