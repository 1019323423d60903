// Where in a long list one is.
const MOST = 1_000_000; // the server goes no further

export function offsetOf(params: URLSearchParams): number {
  const value = Number(params.get('offset'));
  return Number.isSafeInteger(value) && value > 0 ? Math.min(value, MOST) : 0;
}

// Where the last page of a list of `total` begins.
export const lastOffset = (total: number, limit: number) => Math.max(0, Math.ceil(total / limit) - 1) * limit;

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
