import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PATIENCE_MS, patiently, SilentError } from './patience';

// Never answers; ends only when it is told to.
const never = (signal: AbortSignal) => new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('gone', 'AbortError'))));

describe('asking patiently', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives the answer, and waits no longer', async () => {
    expect(await patiently(() => Promise.resolve('yes'))).toBe('yes');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends where there is none, and says that it was silence', async () => {
    const asked = expect(patiently(never)).rejects.toBeInstanceOf(SilentError);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    await asked;
  });

  it('passes errors on, and who does not want to know any more ends it', async () => {
    await expect(patiently(() => Promise.reject(new TypeError('no network')))).rejects.toBeInstanceOf(TypeError);
    const leaving = new AbortController();
    const left = expect(patiently(never, leaving.signal)).rejects.toMatchObject({ name: 'AbortError' });
    leaving.abort();
    await left;
    await expect(patiently((signal) => (signal.aborted ? Promise.reject(new Error('late')) : never(signal)), leaving.signal)).rejects.toThrow('late');
  });
});
