// The property and delivery tests of the handlers at full size; takes some minutes.
import { execa } from 'execa';

await execa('vitest', ['run', '--project', 'unit', 'handlers', ...process.argv.slice(2)], {
  stdio: 'inherit',
  preferLocal: true,
  env: { SOAK: '1' },
});
