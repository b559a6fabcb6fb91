import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { turnOnAll } from '../model/features.ts';

// Handlebars takes an unknown name in a condition for false, in strict mode too.
test('templates ask for features that exist', () => {
  const folder = join(import.meta.dirname, '..', '..', 'templates');
  const templates = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.hbs'),
  );
  const asked = templates.flatMap((path) =>
    [...readFileSync(join(folder, path), 'utf8').matchAll(/\bhas\.(\w+)/g)].map(([, name]) => name),
  );
  expect(asked).not.toHaveLength(0);
  expect(Object.keys(turnOnAll())).toEqual(expect.arrayContaining(asked));
});
