// Whether `text` is in the clipboard now. Over plain HTTP browsers have no clipboard for us; then `field`, which shows
// it, is left selected for the person to copy.
export async function copyText(text: string, field: HTMLInputElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field?.focus();
    field?.select();
    return false;
  }
}
