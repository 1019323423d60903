// Writes src/api/schema.gen.ts: the types of api/openapi.yaml, so that a contract the dashboard doesn't know
// fails to compile. Not committed, because it would only be a copy.
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const contract = process.env.ONDA_OPENAPI ?? '../api/openapi.yaml';
const target = 'src/api/schema.gen.ts';
const types = astToString(await openapiTS(pathToFileURL(contract), { alphabetize: true }));
const known = await readFile(target, 'utf8').catch(() => '');
if (types !== known) await writeFile(target, types);
