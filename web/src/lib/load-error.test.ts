import { describe, expect, it } from 'vitest';
import { isLoadError } from './load-error';

describe('code that did not come', () => {
  it('is told from code that is wrong', () => {
    for (const words of ['Failed to fetch dynamically imported module: http://x/a.js', 'error loading dynamically imported module: http://x/a.js', 'Importing a module script failed.', 'Unable to preload CSS for /a.css']) {
      expect(isLoadError(new TypeError(words))).toBe(true);
    }
    expect(isLoadError(new TypeError('x is undefined'))).toBe(false);
    expect(isLoadError('dynamically imported module')).toBe(false);
  });
});
