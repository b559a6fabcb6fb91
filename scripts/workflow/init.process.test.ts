// `terraform init` in a job: which files of the repository it trusts, and that its output cannot command the runner.
import { chmodSync, existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { useScriptRoom } from '../../test/support/workflow/workflow-script.ts';

const room = useScriptRoom();

/** Installs a `terraform` that prints its arguments and a hostile module name, and exits with `status`. */
function runInit(status: number) {
  room.write(
    'bin/terraform',
    `#!/bin/sh\necho "ran $*"\nprintf '::add-path::/x\\n\\033[2K' >&2\nexit ${status}\n`,
  );
  chmodSync(room.path('bin/terraform'), 0o755);
  const PATH = `${room.path('bin')}${delimiter}${process.env.PATH}`;
  return room.run(['init', '-backend-config=dev.s3.tfbackend'], { PATH });
}

test('ignores committed modules and providers, and its output is inert', async () => {
  room.write('.terraform/modules/modules.json', '{}');
  room.write('.terraform.lock.hcl', '');
  const { exitCode, log } = await runInit(0);
  expect(exitCode, log).toBe(0);
  expect(existsSync(room.path('.terraform'))).toBe(false);
  expect(log).toContain(
    'ran init -input=false -no-color -lockfile=readonly -backend-config=dev.s3.tfbackend\n',
  );
  const [first = '', ...lines] = log.split('\n');
  const token = first.replace('::stop-commands::', '');
  expect(lines.slice(-3)).toEqual(['::add-path::/x', '\\u001b[2K', `::${token}::`]);
});

test('without a lock file it warns, and the exit code is that of Terraform', async () => {
  const { exitCode, log } = await runInit(3);
  expect(exitCode).toBe(3);
  expect(log).toContain('::warning::out/.terraform.lock.hcl is not committed');
  expect(log).toContain('ran init -input=false -no-color -backend-config=dev.s3.tfbackend\n');
});
