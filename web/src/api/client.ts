// One function that talks to the server, with one kind of error for each way it can go wrong.
import { look, reached, unreachable } from './connection';
import { patiently, SilentError } from './patience';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly requestId: string | null,
    readonly retryAfterSeconds: number | null,
  ) {
    super(message);
  }
}

// No answer at all: the server or the network is away.
export class UnreachableError extends Error {}

let csrfToken = '';
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

let onSessionEnd: () => void = () => undefined;
// Called when the server no longer knows our session.
export function whenSessionEnds(action: () => void): void {
  onSessionEnd = action;
}

let onDoubt: () => Promise<boolean> = () => Promise.resolve(false);
// Called when the server refuses what this person should be able to do or see: another may be signed in by now. Says
// whether it is worth asking once more.
export function whenInDoubt(action: () => Promise<boolean>): void {
  onDoubt = action;
}

// How far this machine's clock is from the server's, milliseconds; days must be counted by the server's.
let skew = 0;
export const serverTime = (here: number) => new Date(here + skew);
export const serverNow = () => serverTime(Date.now());

const GATEWAY = [502, 503, 504];

export type Query = Record<string, string | number | null | undefined>;

export function apiUrl(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

interface Answer {
  response: Response;
  text: string;
}

function errorOf({ response, text }: Answer): ApiError {
  const body = parsed(text);
  const field = (name: string) => {
    if (typeof body !== 'object' || body === null || !(name in body)) return null;
    const value = (body as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : null;
  };
  const retryAfter = Number(response.headers.get('Retry-After'));
  return new ApiError(response.status, field('message') ?? response.statusText, field('requestId'), retryAfter > 0 ? retryAfter : null);
}

export interface Options {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
}

// The answer's JSON; null for 204. `T` is the caller's word: the contract tests hold the server to it.
export async function api<T>(path: string, options: Options = {}, isAgain = false): Promise<T> {
  const { method = 'GET', query = {}, body, signal } = options;
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-CSRF-Token'] = csrfToken;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let answer: Answer;
  try {
    answer = await patiently(async (patience) => {
      const response = await fetch(apiUrl(path, query), {
        method,
        headers,
        credentials: 'same-origin',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: patience,
      });
      return { response, text: await response.text() };
    }, signal);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    if (cause instanceof SilentError) {
      // One question without an answer says nothing about the others.
      void look();
      throw cause;
    }
    unreachable();
    throw new UnreachableError('no answer', { cause });
  }
  const { response, text } = answer;
  // A gateway that answers for a server that is away says nothing about its being back.
  if (!GATEWAY.includes(response.status)) reached();
  const date = response.headers.get('Date');
  if (date !== null && !Number.isNaN(Date.parse(date))) skew = Date.parse(date) - Date.now();
  if (!response.ok) {
    const isOurs = !path.startsWith('/auth/');
    if (response.status === 401 && isOurs) onSessionEnd();
    if ((response.status === 403 || response.status === 404) && isOurs && !isAgain && (await onDoubt())) return api(path, options, true);
    throw errorOf(answer);
  }
  return (response.status === 204 ? null : JSON.parse(text)) as T;
}
