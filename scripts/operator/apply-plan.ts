// Applies a saved plan, shows progress, and reports failures in Terraform's own words.

import { Problem } from '../../generator/command-line/problem.ts';
import type { Terminal } from '../../generator/command-line/terminal.ts';
import { explainTerraform, stripColors } from './explain-terraform.ts';
import type { SavedPlan } from './plan-file.ts';
import type { TerraformTree } from './terraform-tree.ts';

export interface ApplyOptions {
  readonly tree: TerraformTree;
  readonly terminal: Terminal;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
  /** The failure as a clause, such as `dev was not deployed`. */
  readonly failure: string;
  readonly fix: string;
}

/** One line of `terraform apply -json`. */
interface ApplyEvent {
  readonly type?: string;
  readonly hook?: { readonly resource?: { readonly addr?: string }; readonly elapsed_seconds?: number };
  readonly diagnostic?: {
    readonly severity?: string;
    readonly summary?: string;
    readonly detail?: string;
    readonly address?: string;
  };
}

/** Throws a `Problem` with all errors unless the whole plan was applied. */
export async function applyPlan(plan: SavedPlan, options: ApplyOptions): Promise<void> {
  const { tree, terminal, workspace, env } = options;
  const total = plan.changes.reduce((sum, { action }) => sum + (action === 'replace' ? 2 : 1), 0);
  const progress = terminal.startProgress();
  const errors: string[] = [];
  let done = 0;
  const read = (line: string): void => {
    const { type, hook, diagnostic } = parseEvent(line);
    const seconds = hook?.elapsed_seconds ?? 0;
    if (type === 'apply_complete') done += 1;
    if (type?.startsWith('apply_') === true)
      progress.update(
        `${done} of ${total} done; ${hook?.resource?.addr ?? ''}${seconds > 0 ? ` ${seconds} s` : ''}`,
      );
    if (diagnostic?.severity === 'error') errors.push(formatError(diagnostic));
  };
  const args = ['apply', '-json', '-input=false', plan.file];
  const { exitCode, stderr } = await tree.run(args, { workspace, env, onLine: read });
  progress.clear();
  if (exitCode === 0) return;
  const why = [...errors, stripColors(stderr).trim()].filter((text) => text !== '').join('\n');
  throw new Problem({
    what: `${options.failure}: ${done} of ${total} changes were made, and are in the state.`,
    why,
    fix: [explainTerraform(why), options.fix].filter((text) => text !== undefined).join('; then '),
  });
}

function parseEvent(line: string): ApplyEvent {
  try {
    return JSON.parse(line) as ApplyEvent;
  } catch {
    // Not JSON: a provider's own output.
    return {};
  }
}

function formatError({ summary = '', detail = '', address }: NonNullable<ApplyEvent['diagnostic']>): string {
  return [address === undefined ? summary : `${address}: ${summary}`, detail]
    .filter((text) => text !== '')
    .join('\n');
}
