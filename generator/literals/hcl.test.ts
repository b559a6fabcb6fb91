import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { describeWithTools, TERRAFORM } from '../../test/support/required-tools.ts';
import { hostileText } from '../../test/support/specs/hostile-text.ts';
import { renderAttributes, renderLiteral } from './hcl.ts';

const scratch = mkdtempSync(join(tmpdir(), 'hcl-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('renderLiteral', () => {
  test.each([
    ['plain', '"plain"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['back\\slash', '"back\\\\slash"'],
    ['${var.secret}', '"$${var.secret}"'],
    ['%{ if true }', '"%%{ if true }"'],
    ['$$${x}', '"$$$${x}"'],
    ['$ { % {', '"$ { % {"'],
    ['a\nb\r\tc\u0000\u007f\u2028', '"a\\nb\\r\\tc\\u0000\\u007F\\u2028"'],
    ['e\u0301', '"\u00e9"'],
    ['\u{e0001}', '"\\U000E0001"'],
  ])('escapes %j', (text, expected) => {
    expect(renderLiteral(text)).toBe(expected);
  });

  test('refuses what HCL cannot say', () => {
    expect(() => renderLiteral(undefined)).toThrow(TypeError);
    expect(() => renderLiteral(Number.NaN)).toThrow(TypeError);
    expect(() => renderLiteral(Number.POSITIVE_INFINITY)).toThrow(TypeError);
    expect(() => renderLiteral('\ud800')).toThrow(/surrogate/);
    expect(() => renderLiteral({ '\udc00': 1 })).toThrow(/surrogate/);
  });

  test('renders lists and maps as terraform fmt leaves them', () => {
    expect(renderLiteral([])).toBe('[]');
    expect(renderLiteral(['a', 1, true, null])).toBe('["a", 1, true, null]');
    expect(renderLiteral({})).toBe('{}');
    expect(renderLiteral({ a: 1, long: { x: [] } }, 2)).toBe(
      '{\n    "a" = 1\n\n    "long" = {\n      "x" = []\n    }\n  }',
    );
  });
});

test('renderAttributes aligns runs of single lines and sets others apart', () => {
  const attributes = [
    { name: 'a', expression: '1' },
    { name: 'long_name', expression: '2' },
    { name: 'map', expression: '{\n  x = 1\n}' },
    { name: 'z', expression: '3' },
  ];
  expect(renderAttributes(attributes, 0)).toBe(
    'a         = 1\nlong_name = 2\n\nmap = {\n  x = 1\n}\n\nz = 3',
  );
});

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
