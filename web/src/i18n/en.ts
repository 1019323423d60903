// Every sentence of the dashboard in English.
import { frame } from './en/frame';
import { numbers } from './en/numbers';
import { people } from './en/people';
import { work } from './en/work';
import type { Messages } from './pt-BR';

export const en: Messages = { ...frame, ...people, ...numbers, ...work };
