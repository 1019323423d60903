// Nobody waits for ever: who asks a server that says nothing is told so.

// Longer than any answer takes; a server with too much to do says so at once.
export const PATIENCE_MS = 30_000;

// The server took the question and said nothing, or the way to it is silent.
export class SilentError extends Error {}

// What `ask` finds, unless it takes longer than that; `outer` ends it, too. The signal given to it ends the asking.
export async function patiently<T>(ask: (signal: AbortSignal) => Promise<T>, outer?: AbortSignal): Promise<T> {
  const both = new AbortController();
  const silent = new SilentError('no answer in time');
  const leave = () => both.abort(outer?.reason);
  const timer = setTimeout(() => both.abort(silent), PATIENCE_MS);
  outer?.addEventListener('abort', leave);
  if (outer?.aborted) leave();
  try {
    return await ask(both.signal);
  } catch (cause) {
    throw both.signal.reason === silent ? silent : cause;
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', leave);
  }
}
