// The server's rules for a new password (src/onda/accounts/passwords.cc), to be said in the reader's language.
const MIN_CHARACTERS = 10;
const MAX_BYTES = 200;

export type PasswordProblem = 'short' | 'long' | 'isEmail';

// What the server would refuse it for; null for nothing, and while there is none.
export function passwordProblem(password: string, email: string): PasswordProblem | null {
  if (password === '') return null;
  if (Array.from(password).length < MIN_CHARACTERS) return 'short';
  if (new TextEncoder().encode(password).length > MAX_BYTES) return 'long';
  return password.toLowerCase() === email.trim().toLowerCase() ? 'isEmail' : null;
}
