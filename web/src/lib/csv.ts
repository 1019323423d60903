// Spreadsheet files as the reader's locale expects them: `;` and decimal commas in Portuguese, `,` and points
// in English. Days stay ISO. A missing value is an empty cell, never a zero.

export type Cell = string | number | null;

export interface CsvStyle {
  separator: ',' | ';';
  decimal: ',' | '.';
}

export function csvStyle(locale: string): CsvStyle {
  return locale.startsWith('pt') ? { separator: ';', decimal: ',' } : { separator: ',', decimal: '.' };
}

function text(value: string, separator: string): string {
  // A cell that starts like a formula would be run by the spreadsheet.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return safe.includes(separator) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function cell(value: Cell, style: CsvStyle): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value).replace('.', style.decimal);
  return text(value, style.separator);
}

export function toCsv(header: string[], rows: Cell[][], style: CsvStyle): string {
  return [header, ...rows].map((row) => row.map((value) => cell(value, style)).join(style.separator)).join('\r\n') + '\r\n';
}
