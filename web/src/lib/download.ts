// What a file is called: whose it is, what it holds, of which filters and days; no two kinds have one name.
export const fileName = (parts: (string | null)[], ending: string) => `${['onda', ...parts].filter((part) => part !== null && part !== '').join('-').replaceAll(/[\\/:*?"<>|\s]+/g, ' ')}.${ending}`;

// Hands a file to the browser.
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// With a byte order mark: without one, Excel takes UTF-8 for something else.
export function downloadCsv(name: string, csv: string): void {
  download(name, new Blob(['\uFEFF', csv], { type: 'text/csv;charset=utf-8' }));
}
