// Whether a part of the program didn't come, in the words of Chromium, Firefox, Safari and Vite.
const WORDS = /dynamically imported module|importing a module script failed|unable to preload css/i;

export const isLoadError = (error: unknown) => error instanceof Error && WORDS.test(error.message);
