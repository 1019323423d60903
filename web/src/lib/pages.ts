// Where in a long list one is.
export function offsetOf(params: URLSearchParams): number {
  const value = Number(params.get('offset'));
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}

// "-revenue" → by revenue, largest first.
export interface Sort<T extends string> {
  column: T;
  descending: boolean;
}

export function parseSort<T extends string>(text: string | null, columns: readonly T[], fallback: Sort<T>): Sort<T> {
  if (text === null) return fallback;
  const descending = text.startsWith('-');
  const column = columns.find((each) => each === (descending ? text.slice(1) : text));
  return column === undefined ? fallback : { column, descending };
}

export const sortText = ({ column, descending }: Sort<string>) => (descending ? `-${column}` : column);

// A click on a column's head: the other way round, or by that column, the interesting end first.
export function nextSort<T extends string>(current: Sort<T>, column: T, textual: boolean): Sort<T> {
  return current.column === column ? { column, descending: !current.descending } : { column, descending: !textual };
}
