// Reads from generated HCL which resources and data sources it has, which arguments and blocks they set, and which of their
// attributes other expressions read. For text in the form of `terraform fmt`, which every template has.

/** By `resource aws_sqs_queue` or `data aws_partition`. */
export interface Emitted {
  /** `name`, `rule.filter`, `rule.filter.prefix`: arguments and blocks. */
  readonly arguments: Map<string, Set<string>>;
  /** Attributes that expressions read. */
  readonly attributes: Map<string, Set<string>>;
}

/** Terraform's own, in every resource. */
const META = new Set(['count', 'for_each', 'provider', 'depends_on', 'lifecycle']);

export function readEmitted(texts: Iterable<string>): Emitted {
  const emitted: Emitted = { arguments: new Map(), attributes: new Map() };
  for (const text of texts) {
    readArguments(text, emitted.arguments);
    for (const [, data, type = '', attribute = ''] of text.matchAll(
      /(?<![\w."])(data\.)?(aws_\w+)\.\w+(?:\[[^\]]*\])?\.(\w+)/g,
    ))
      add(emitted.attributes, `${data === undefined ? 'resource' : 'data'} ${type}`, attribute);
  }
  return emitted;
}

function add(map: Map<string, Set<string>>, key: string, value?: string): void {
  const values = map.get(key) ?? new Set<string>();
  map.set(key, value === undefined ? values : values.add(value));
}

function readArguments(text: string, found: Map<string, Set<string>>): void {
  for (const [, kind, type, body = ''] of text.matchAll(
    /^(resource|data) "(aws_\w+)" "\w+" \{(?:\}|\n([\s\S]*?)^\})/gm,
  )) {
    const key = `${kind} ${type}`;
    add(found, key);
    for (const path of listPaths(body)) if (!META.has(path.split('.')[0] ?? '')) add(found, key, path);
  }
}

/** The arguments and blocks of a body. Values that go over several lines are skipped by their indentation. */
function listPaths(body: string): string[] {
  const paths: string[] = [];
  // The blocks around the line; `content` of a dynamic block adds no name.
  const open: { readonly indent: number; readonly name: string | null }[] = [];
  let skipTo: number | undefined;
  for (const line of body.split('\n')) {
    const indent = line.length - line.trimStart().length;
    const isOfValue =
      skipTo !== undefined && (indent > skipTo || (indent === skipTo && /^\s*[})\]]/.test(line)));
    if (line.trim() === '' || isOfValue) continue;
    skipTo = undefined;
    const [, dynamic, block] = /^\s*(dynamic )?"?([a-z]\w*)"? \{$/.exec(line) ?? [];
    const [, empty] = /^\s*([a-z]\w*) \{\}$/.exec(line) ?? [];
    const [, argument] = /^\s*([a-z]\w*)\s+= /.exec(line) ?? [];
    const outer = open.flatMap(({ name }) => name ?? []);
    if (/^\s*\}$/.test(line)) open.pop();
    else if (empty === 'content' && isDynamic(open.at(-1))) continue;
    else if (empty !== undefined) paths.push([...outer, empty].join('.'));
    else if (block !== undefined) {
      const isContent = dynamic === undefined && block === 'content' && isDynamic(open.at(-1));
      open.push({ indent, name: isContent ? null : block });
      if (!isContent) paths.push([...outer, block].join('.'));
      if (dynamic !== undefined) DYNAMIC.add(open.at(-1) as object);
    } else if (argument !== undefined) {
      if (!isDynamic(open.at(-1))) paths.push([...outer, argument].join('.'));
      skipTo = indent;
    }
  }
  return paths;
}

const DYNAMIC = new WeakSet<object>();

function isDynamic(block: object | undefined): boolean {
  return block !== undefined && DYNAMIC.has(block);
}
