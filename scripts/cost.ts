// Estimates what the spec costs: npm run -s cost -- [options]
import { runCost } from '../generator/cost/run-cost.ts';

process.exitCode = runCost(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
