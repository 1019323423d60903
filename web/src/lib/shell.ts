// `text` as one word of a POSIX shell, for a command that a person is to copy.
export const shellWord = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
