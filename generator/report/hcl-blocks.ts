// Splits generated HCL into its top-level blocks and compares them without comments and alignment. Pure. Generated files are
// formatted: a block starts and ends in the first column.

export interface HclBlock {
  /** Such as `aws_sns_topic.results`, `data.aws_iam_policy_document.publish` or `variable region`. */
  readonly address: string;
  readonly type: string;
  /** Without comments, empty lines and alignment. */
  readonly lines: readonly string[];
}

/** One `locals` or `terraform` block stands for all of its type in a file. */
export function splitBlocks(text: string): ReadonlyMap<string, HclBlock> {
  const blocks = new Map<string, HclBlock>();
  for (const [, type = '', labels = '', body = ''] of text.matchAll(
    /^(\w+)((?: "[^"]*")*) \{([^\n]*\}$|[\s\S]*?^\}$)/gm,
  )) {
    const address = nameBlock(
      type,
      [...labels.matchAll(/"([^"]*)"/g)].map(([, label = '']) => label),
    );
    const lines = body
      .slice(0, -1)
      .split('\n')
      .map(normalize)
      .filter((line) => line !== '');
    const before = blocks.get(address)?.lines ?? [];
    blocks.set(address, { address, type, lines: [...before, ...lines] });
  }
  return blocks;
}

function nameBlock(type: string, labels: readonly string[]): string {
  if (type === 'resource') return labels.join('.');
  return type === 'data' ? ['data', ...labels].join('.') : [type, ...labels].join(' ');
}

function normalize(line: string): string {
  return line.trim().replace(/^#.*/, '').replace(/ +/g, ' ');
}

/** The arguments and inner blocks whose lines differ, in the order of the blocks. */
export function findChangedArguments(before: HclBlock, after: HclBlock): string[] {
  const changed = [...listKeys(before, after), ...listKeys(after, before)];
  return [...new Set(changed)];
}

/** The keys of the lines of `block` that are not in `other`; an item of a list has the key above it. */
function listKeys(block: HclBlock, other: HclBlock): string[] {
  const known = new Set(other.lines);
  let key = '';
  return block.lines.flatMap((line) => {
    key = /^([\w-]+)(?: "[^"]*")* (?:=|\{)/.exec(line)?.[1] ?? key;
    return known.has(line) ? [] : [key];
  });
}
