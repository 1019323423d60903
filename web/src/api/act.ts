// What a person asks for once, however often the button is pressed until the answer: the page says that it is busy
// a moment too late for a double click.
import { useMutation, type UseMutationOptions, type UseMutationResult } from '@tanstack/react-query';
import { useRef } from 'react';

export function useAct<Data, Variables = void>(options: UseMutationOptions<Data, Error, Variables>): UseMutationResult<Data, Error, Variables> {
  const busy = useRef(false);
  const mutation = useMutation({
    ...options,
    onSettled: async (...said) => {
      busy.current = false;
      await options.onSettled?.(...said);
    },
  });
  const mutate: typeof mutation.mutate = (...asked) => {
    if (busy.current) return;
    busy.current = true;
    mutation.mutate(...asked);
  };
  return { ...mutation, mutate };
}
