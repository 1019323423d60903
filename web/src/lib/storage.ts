// A value kept by this browser; every component that shows it follows its changes.
import { useCallback, useSyncExternalStore } from 'react';

const CHANGED = 'onda:stored';

function subscribe(listener: () => void): () => void {
  addEventListener(CHANGED, listener);
  addEventListener('storage', listener);
  return () => {
    removeEventListener(CHANGED, listener);
    removeEventListener('storage', listener);
  };
}

export function useStored(key: string): [string | null, (value: string) => void] {
  const value = useSyncExternalStore(subscribe, () => localStorage.getItem(key));
  const store = useCallback(
    (next: string) => {
      localStorage.setItem(key, next);
      dispatchEvent(new Event(CHANGED));
    },
    [key],
  );
  return [value, store];
}
