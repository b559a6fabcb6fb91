// Groups the changes of a tree by what the next plan shows. Pure. Only a plan knows the state: a resource that some
// environments do not have is listed, too, and a value may change any resource that uses it.
import { dirname } from 'node:path/posix';
import type { FileChange } from '../write/file-changes.ts';
import { findChangedArguments, type HclBlock, splitBlocks } from './hcl-blocks.ts';

const GROUPS = [
  'Destroyed by the next plan',
  'Created by the next plan',
  'Moved in the state, without a change',
  'Changed by the next plan where a value differs; replaced where AWS cannot change it',
  'Values that resources use: the next plan may change these resources',
  'Outputs that the next plan shows',
  'Roles of the workflow: an administrator applies out/github-oidc before the environments',
  'The workflow: no plan shows it',
  'Without effect on a plan',
] as const;
const [DESTROYED, CREATED, MOVED, CHANGED, VALUES, OUTPUTS, ROLES, WORKFLOW, NONE] = GROUPS;

interface Effect {
  readonly group: (typeof GROUPS)[number];
  readonly text: string;
}

/** A block before and after; `path` is the file that has it now, or had it. */
interface BlockChange {
  readonly path: string;
  readonly before: HclBlock | undefined;
  readonly after: HclBlock | undefined;
}

/**
 * Lines by group; empty if nothing changes. `isRecorded`: whether the last generation had a file with these contents. It
 * decides about zips, because a clean checkout has none.
 */
export function describeEffects(
  changes: readonly FileChange[],
  isRecorded: (path: string, contents: Uint8Array) => boolean,
): string[] {
  const isTerraform = ({ path }: FileChange): boolean => /^(?!\.\.|github-oidc\/|tests\/).*\.tf$/.test(path);
  const terraform = changes.filter(isTerraform);
  const moved = new Set(terraform.flatMap(listMoved));
  const blocks = pairBlocks(terraform).flatMap((change) => describeBlock(change, moved));
  const withEffect = new Set(blocks.map(({ path }) => path));
  const effects: readonly Effect[] = [
    ...blocks,
    ...changes.filter((change) => !isTerraform(change)).flatMap((change) => describeFile(change, isRecorded)),
    ...terraform
      .filter(({ path }) => !withEffect.has(path))
      .map(({ path }) => ({ group: NONE, text: `${path}: layout, descriptions, checks` })),
  ];
  return GROUPS.flatMap((group) => {
    const texts = effects.filter((effect) => effect.group === group).map(({ text }) => `  ${text}`);
    return texts.length === 0 ? [] : [`${group}:`, ...new Set(texts), ''];
  });
}

function describeFile(
  { path, after }: FileChange,
  isRecorded: (path: string, contents: Uint8Array) => boolean,
): Effect[] {
  if (path.startsWith('lambda/')) {
    if (after === undefined || isRecorded(path, after)) return [];
    return [{ group: CHANGED, text: `${path}: the code of the function` }];
  }
  // Scripts and tests have many files.
  const text = path.replace(/^(\.\.\/\.github\/sonotheia|tests)\/.*/, '$1/');
  if (path.startsWith('../')) return [{ group: WORKFLOW, text }];
  if (path.startsWith('github-oidc/')) return [{ group: ROLES, text }];
  return [{ group: /\.(?:tfvars|tfbackend)$/.test(path) ? VALUES : NONE, text }];
}

/** Pairs the blocks of each module, whose files are read as one. */
function pairBlocks(changes: readonly FileChange[]): BlockChange[] {
  const pairs = new Map<string, BlockChange>();
  for (const side of ['before', 'after'] as const) {
    for (const change of changes) {
      for (const block of splitBlocks(decode(change[side])).values()) {
        // A file has one `locals` block of its own, which is not that of another file.
        const place = block.type === 'locals' ? change.path : dirname(change.path);
        const key = `${place} ${block.address}`;
        const other = pairs.get(key) ?? { before: undefined, after: undefined };
        pairs.set(key, { ...other, path: change.path, [side]: block });
      }
    }
  }
  return [...pairs.values()];
}

function describeBlock(
  { path, before, after }: BlockChange,
  moved: ReadonlySet<string>,
): (Effect & { readonly path: string })[] {
  const block = after ?? before;
  if (block === undefined || block.type === 'moved') return [];
  if (block.type === 'output') return describeOutput({ path, before, after });
  const changed = before === undefined || after === undefined ? [] : findChangedArguments(before, after);
  if (before !== undefined && after !== undefined && changed.length === 0) return [];
  const describe = (group: Effect['group'], what: string) => [
    { group, path, text: `${block.address} (${path}): ${what}` },
  ];
  const what = before === undefined ? 'new' : after === undefined ? 'gone' : changed.join(', ');
  // A variable has no effect of its own: its uses and its default have.
  if (block.type === 'variable') return changed.includes('default') ? describe(VALUES, 'default') : [];
  if (block.type !== 'resource') {
    const isPolicy = changed.length > 0 && block.address.startsWith('data.aws_iam_policy_document.');
    return describe(isPolicy ? CHANGED : VALUES, what);
  }
  if (before === undefined) return describe(CREATED, what);
  if (after === undefined) return describe(moved.has(before.address) ? MOVED : DESTROYED, what);
  return describe(CHANGED, what);
}

/** A plan shows the values of the root module; those of an inner one only where an output of the root uses them. */
function describeOutput({ path, before, after }: BlockChange): (Effect & { readonly path: string })[] {
  const isInner = path.includes('/');
  const isSame = before !== undefined && after !== undefined && readValue(before) === readValue(after);
  const block = after ?? before;
  if (block === undefined || isSame || (isInner && (before === undefined || after === undefined))) return [];
  const what = before === undefined ? 'new' : after === undefined ? 'gone' : 'value';
  return [{ group: OUTPUTS, path, text: `${block.address} (${path}): ${what}` }];
}

/** Without its description, and without its checks, which come last. */
function readValue({ lines }: HclBlock): string {
  const end = lines.indexOf('precondition {');
  const seen = end === -1 ? lines : lines.slice(0, end);
  return seen.filter((line) => !line.startsWith('description = ')).join('\n');
}

/** The addresses within a module that the new files move. */
function listMoved({ after }: FileChange): string[] {
  return [...decode(after).matchAll(/^moved \{\n\s*from\s*= (\S+)$/gm)].map(([, from = '']) =>
    from
      .replace(/\[[^\]]*\]$/, '')
      .split('.')
      .slice(-2)
      .join('.'),
  );
}

function decode(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
