// Whether the server answers. While it doesn't, asks /health again and again, ever more slowly.
import { useSyncExternalStore } from 'react';

const FIRST_WAIT_MS = 1_500;
const LONGEST_WAIT_MS = 15_000;
const ANSWER_MS = 10_000; // a server that takes longer to say that it is there isn't

let away = false;
let wait = FIRST_WAIT_MS;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
const returned = new Set<() => void>();

const tell = () => listeners.forEach((listener) => listener());

const answers = () => fetch('/health', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) }).then((response) => response.ok, () => false);

// Asks the server whether it answers; if it doesn't, it is asked until it does.
export async function look(): Promise<void> {
  if (!(await answers())) unreachable();
}

async function probe(): Promise<void> {
  if (await answers()) {
    reached();
    return;
  }
  wait = Math.min(wait * 1.6, LONGEST_WAIT_MS);
  timer = setTimeout(() => void probe(), wait);
}

export function unreachable(): void {
  if (away) return;
  away = true;
  wait = FIRST_WAIT_MS;
  timer = setTimeout(() => void probe(), wait);
  tell();
}

export function reached(): void {
  if (!away) return;
  away = false;
  clearTimeout(timer);
  tell();
  returned.forEach((action) => action());
}

export function tryNow(): void {
  clearTimeout(timer);
  void probe();
}

// Called each time the server is back.
export function whenBack(action: () => void): () => void {
  returned.add(action);
  return () => returned.delete(action);
}

addEventListener('online', tryNow);
addEventListener('offline', unreachable);

export function useAway(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => away,
  );
}
