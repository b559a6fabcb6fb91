// The costs of docs/scaling.md, from the spec that the page shows.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compileSpec } from '../compile-spec.ts';
import { estimateCost } from './estimate-cost.ts';
import { PRICE_LIST } from './price-list.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/scaling.md', import.meta.url)), 'utf8');
const MOST = 3;

test('the page shows what the tool says of its spec', () => {
  const yaml = /```yaml\n(.*?)```/s.exec(PAGE)?.[1] ?? '';
  const compiled = compileSpec('scaling.yaml', Buffer.from(yaml));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  const { environments } = estimateCost(compiled.value, PRICE_LIST);
  const rows = environments.map(({ name, totalUsd, regions }) => {
    const services = (regions[0]?.services ?? []).toSorted((a, b) => b.totalUsd - a.totalUsd);
    const most = services.slice(0, MOST).map(({ title, totalUsd: usd }) => `${title} ${format(usd)}`);
    return [name, format(totalUsd), most.join(', ')];
  });
  const shown = PAGE.matchAll(/^\| `([\w-]+)`: [^|]*\| (.*?) \| (.*?) \|$/gm);
  expect([...shown].map(([, ...cells]) => cells)).toEqual(rows);
});

function format(usd: number): string {
  return Math.round(usd).toLocaleString('en');
}
