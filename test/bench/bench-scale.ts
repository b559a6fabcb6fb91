// npm run bench:scale [-- environments [rounds]]: environments in ten regions each, generated, formatted and validated;
// the time of each step and the size of the tree. Needs Terraform and its AWS provider.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureSubjects, type Subject } from './measure-process.ts';
import { BENCH_REGIONS, describeBenchSpec } from './spec.ts';

const main = join(import.meta.dirname, '..', '..', 'generator', 'main.mjs');
const scratch = mkdtempSync(join(tmpdir(), 'bench-scale-'));
const out = join(scratch, 'out');
const environments = Number(process.argv[2] ?? 50);
const rounds = Number(process.argv[3] ?? 1);

function listSubjects(): Subject[] {
  const inOut = (name: string, command: Subject['command']): Subject => ({ name, command, cwd: out });
  return [
    {
      name: 'generate',
      command: [process.execPath, main],
      cwd: scratch,
      prepare: () => rmSync(out, { recursive: true, force: true }),
    },
    inOut('terraform fmt -check', ['terraform', 'fmt', '-check', '-recursive']),
    inOut('terraform init', ['terraform', 'init', '-backend=false', '-input=false']),
    inOut('terraform validate', ['terraform', 'validate']),
  ];
}

/** Lines and bytes of the files that match. */
function measureFiles(what: string, matches: (path: string) => boolean): string {
  const paths = readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('.terraform') && matches(path))
    .filter((path) => /\.(tf|tfvars)$/.test(path));
  const texts = paths.map((path) => readFileSync(join(out, path), 'utf8'));
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const lines = texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0);
  return `${what.padEnd(24)}${`${paths.length} files`.padStart(12)}${`${lines} lines`.padStart(14)}${`${(bytes / 1000).toFixed(1)} KB`.padStart(12)}\n`;
}

try {
  mkdirSync(out);
  const regions = Array.from({ length: environments }, () => BENCH_REGIONS);
  writeFileSync(join(scratch, 'sonotheia.config.yaml'), describeBenchSpec(regions));
  process.stdout.write(`${environments} environments in ${BENCH_REGIONS.length} regions each\n\n`);
  for (const [name, { wallSeconds, cpuSeconds, peakMb }] of await measureSubjects(listSubjects(), rounds)) {
    const cells = [
      `${wallSeconds.toFixed(2)} s`,
      `CPU ${cpuSeconds.toFixed(2)} s`,
      `${peakMb.toFixed(0)} MB`,
    ];
    process.stdout.write(`${name.padEnd(24)}${cells.map((cell) => cell.padStart(14)).join('')}\n`);
  }
  process.stdout.write('\n');
  process.stdout.write(measureFiles('main.tf', (path) => path === 'main.tf'));
  process.stdout.write(measureFiles('the root', (path) => /^[a-z]+\.tf$/.test(path)));
  process.stdout.write(measureFiles('.tfvars', (path) => path.endsWith('.tfvars')));
  process.stdout.write(measureFiles('the module', (path) => path.startsWith('modules')));
} finally {
  rmSync(scratch, { recursive: true });
}
