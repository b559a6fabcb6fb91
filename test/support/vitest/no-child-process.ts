// Setup of the unit tests: starting a process fails. A test that needs one belongs in a *.process.test.ts. esbuild is exempt:
// it is the bundler that the code under test calls as a library, and starts once for a file of tests.
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
// It keeps the working directory in which it is loaded: that of the run, not the temporary one of a test.
import 'esbuild';
import { SERVER_FOR_ALL } from '../../local-aws/local-server.ts';

// The local AWS is a process, too: unit tests cannot use that of the run.
delete process.env[SERVER_FOR_ALL];

function refuse(command: unknown): never {
  const error = new Error(`A unit test starts ${String(command)}: name its file *.process.test.ts.`);
  // Vitest reports it even where the code under test expects commands to fail.
  void Promise.reject(error);
  throw error;
}

// `spawn`, `exec`, `execFile` and `fork` end here.
const { prototype } = childProcess.ChildProcess as unknown as {
  prototype: { spawn(options: { readonly file: string }): unknown };
};
const { spawn } = prototype;
prototype.spawn = function (options) {
  return options.file.endsWith('/esbuild') ? spawn.call(this, options) : refuse(options.file);
};
Object.assign(childProcess, { spawnSync: refuse, execFileSync: refuse, execSync: refuse });
syncBuiltinESMExports();
