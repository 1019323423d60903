// Who is signed in, as this tab knows it and as the server says it now.
import type { Me } from './types';

// nobody: the session ended. renewed: the same person, signed in again. unknown: the server didn't say.
export type Who = 'same' | 'renewed' | 'another' | 'nobody' | 'unknown';

// `now`: null if nobody is, undefined if the server didn't say.
export function whoIsIn(before: Me | undefined, now: Me | null | undefined): Who {
  if (now === undefined) return 'unknown';
  if (now === null) return before === undefined ? 'same' : 'nobody';
  if (before?.user.id !== now.user.id) return 'another';
  return before.csrfToken === now.csrfToken ? 'same' : 'renewed';
}

// What the server answered about oneself, unless that is somebody else by now, or nobody.
export function stillMe(now: Me | undefined, answered: Me): Me | undefined {
  return now?.user.id === answered.user.id ? { ...answered, csrfToken: now.csrfToken } : now;
}
