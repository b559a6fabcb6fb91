// Hostile strings as literals: Terraform reads back the same strings.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { describeWithTools, TERRAFORM } from '../../test/support/required-tools.ts';
import { hostileText } from '../../test/support/specs/hostile-text.ts';
import { renderLiteral } from './hcl.ts';

const scratch = mkdtempSync(join(tmpdir(), 'hcl-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describeWithTools('literals through Terraform', [TERRAFORM], () => {
  test('evaluate to the same strings, as values and as map keys, and are formatted', async () => {
    const seed = Number(process.env.FUZZ_SEED ?? 20260105);
    const count = Number(process.env.FUZZ_STRINGS ?? 3000);
    const texts = fc.sample(hostileText, { seed, numRuns: count }).map((text) => text.normalize('NFC'));
    const byKey = Object.fromEntries(texts.map((text, index) => [`${index}${text}`, text]));
    const list = `[\n${texts.map((text) => `    ${renderLiteral(text)},`).join('\n')}\n  ]`;
    const hcl = `output "list" {\n  value = ${list}\n}\n\noutput "map" {\n  value = ${renderLiteral(byKey, 2)}\n}\n`;
    writeFileSync(join(scratch, 'main.tf'), hcl);
    const fmt = await execa('terraform', ['fmt', '-check', scratch], { reject: false });
    expect(fmt.exitCode, `seed ${seed}: ${fmt.stderr}`).toBe(0);
    await execa('terraform', ['init', '-input=false'], { cwd: scratch });
    await execa('terraform', ['apply', '-auto-approve', '-input=false', '-no-color'], { cwd: scratch });
    const { stdout } = await execa('terraform', ['output', '-json'], { cwd: scratch });
    const outputs = JSON.parse(stdout) as Record<string, { value: unknown }>;
    expect(outputs.list?.value, `seed ${seed}`).toEqual(texts);
    expect(outputs.map?.value, `seed ${seed}`).toEqual(byKey);
  });
});
