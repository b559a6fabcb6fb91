import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OLDEST_NODE, refuseOldNode } from './check-node.mjs';

it('refuses a Node.js that package.json excludes, in one line', () => {
  const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(engines.node).toBe(`>=${OLDEST_NODE}`);
  expect(refuseOldNode('18.20.8')).toBe(
    'sonotheia-terraform needs Node.js 20.19 or later; this is Node.js 18.20.8.\n',
  );
  expect(refuseOldNode('20.18.3')).toContain('20.18.3');
  for (const version of ['20.19.0', '20.20.2', '22.0.0', '24.1.0'])
    expect(refuseOldNode(version)).toBeUndefined();
});
