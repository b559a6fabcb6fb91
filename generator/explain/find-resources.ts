// Finds the resources that use a variable of the module, from the HCL itself, because a separate list would drift.
// Pure.
import { buildModel } from '../model/build-model.ts';
import { turnOnAll } from '../model/features.ts';
import { renderTree } from '../render/render-tree.ts';
import { resolveSpec } from '../spec/resolve.ts';

const MODULE_FILE = /^modules\/sonotheia\/(?!variables|outputs|versions).*\.tf$/;

/** A named expression: a local value or a block. */
interface Definition {
  /** `local.name`, `aws_sqs_queue.audio` or `data.aws_iam_policy_document.x`. */
  readonly address: string;
  readonly text: string;
}

/**
 * Addresses of the resources whose arguments read the variable, directly or through local values and policy documents,
 * in order of the files. Searches all parts of the HCL, also those that a spec leaves out.
 */
export function findResources(variable: string): string[] {
  const definitions = listDefinitions();
  const reached = new Set<string>();
  const isRead = (name: string, text: string): boolean =>
    new RegExp(`(?<![\\w.])${name.replaceAll('.', '\\.')}(?!\\w)`).test(text);
  const follow = (name: string): void => {
    for (const { address, text } of definitions) {
      if (reached.has(address) || !isRead(name, text)) continue;
      reached.add(address);
      // Follows references to local values and documents, but not to resources: their attributes do not pass the
      // variable on.
      if (/^(local|data)\./.test(address)) follow(address);
    }
  };
  follow(`var.${variable}`);
  return definitions
    .map(({ address }) => address)
    .filter((address) => reached.has(address) && !/^(local|data)\./.test(address));
}

function listDefinitions(): Definition[] {
  const decoder = new TextDecoder();
  const minimal = resolveSpec({ project_name: 'any', environments: { any: { regions: ['us-east-1'] } } });
  const model = buildModel(minimal);
  const everything = { ...model, features: turnOnAll() };
  return renderTree(everything)
    .filter(({ path }) => MODULE_FILE.test(path))
    .flatMap(({ contents }) => splitBlocks(decoder.decode(contents)));
}

/** With `terraform fmt`, top-level blocks begin and end in the first column. */
function splitBlocks(hcl: string): Definition[] {
  const blocks = [...hcl.matchAll(/^(resource|data|locals)(?: "(\w+)" "(\w+)")? \{\n([\s\S]*?)^\}/gm)];
  return blocks.flatMap(([, kind, type, name, body = '']) => {
    if (kind === 'locals') return splitLocals(body);
    return [{ address: `${kind === 'data' ? 'data.' : ''}${type}.${name}`, text: body }];
  });
}

function splitLocals(body: string): Definition[] {
  const starts = [...body.matchAll(/^ {2}(\w+) += /gm)];
  return starts.map(({ index, 1: name }, position) => ({
    address: `local.${name}`,
    text: body.slice(index, starts[position + 1]?.index),
  }));
}
