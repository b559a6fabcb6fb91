import { expect, test } from 'vitest';
import { turnOnAll } from '../model/features.ts';
import { loadTemplates } from './templates.ts';

// Handlebars takes an unknown name in a condition for false, in strict mode too.
test('templates ask for features that exist', () => {
  const asked = [...loadTemplates().values()].flatMap((source) =>
    [...source.matchAll(/\bhas\.(\w+)/g)].map(([, name]) => name),
  );
  expect(asked).not.toHaveLength(0);
  expect(Object.keys(turnOnAll())).toEqual(expect.arrayContaining(asked));
});
