// What of a mail's HTML Gmail, Outlook or Apple Mail do not have, by caniemail's data. stdin: HTML. stdout: JSON, title to clients.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const { resolve } = createRequire(`${process.argv[2]}/`);
const { caniemail } = await import(pathToFileURL(resolve('caniemail')).href);
const { issues } = caniemail({ clients: ['gmail.*', 'outlook.*', 'apple-mail.*'], html: readFileSync(0, 'utf8') });
const missing = {};
for (const [client, found] of issues.errors)
  for (const issue of [found].flat()) (missing[issue.title] ??= []).push(client);
for (const title in missing) missing[title] = [...new Set(missing[title])].sort();
process.stdout.write(JSON.stringify(missing));
