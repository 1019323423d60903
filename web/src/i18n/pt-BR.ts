// Every sentence of the dashboard in Portuguese. English must have the same keys.
import { frame } from './pt-BR/frame';
import { numbers } from './pt-BR/numbers';
import { people } from './pt-BR/people';
import { work } from './pt-BR/work';

export const ptBR = { ...frame, ...people, ...numbers, ...work };

export type Messages = typeof ptBR;
