// Reads the arguments and attributes of a resource from its class in @cdktn/provider-aws, which is generated from the
// provider's schema.
import type { Arguments } from './provider-schema.ts';

/** All arguments; the blocks that are in `emitted` with theirs. */
export function readArguments(source: string, emitted: ReadonlySet<string>): Arguments {
  const [, body = ''] = /^ {4}synthesizeHclAttributes\(\) \{\n([\s\S]*?)^ {4}\}/m.exec(source) ?? [];
  return readEntries(source, body, { path: '', emitted });
}

function readEntries(
  source: string,
  body: string,
  { path, emitted }: { readonly path: string; readonly emitted: ReadonlySet<string> },
): Arguments {
  const entries = body.matchAll(/^ {8,12}(\w+): \{\n\s+value: (.*),$/gm);
  return Object.fromEntries(
    [...entries].map(([, name = '', value = '']) => {
      const own = path === '' ? name : `${path}.${name}`;
      const [, nested] = /(\w+)ToHclTerraform(?=[(,)])/.exec(value.replaceAll('cdktn.', '~')) ?? [];
      if (nested === 'any') return [name, 'any'];
      const isBlock = [...emitted].some((given) => given.startsWith(`${own}.`));
      if (nested === undefined || !isBlock) return [name, true];
      const inner = new RegExp(
        `^function ${nested}ToHclTerraform\\(struct\\) \\{\\n([\\s\\S]*?)^\\}`,
        'm',
      ).exec(source);
      return [name, readEntries(source, inner?.[1] ?? '', { path: own, emitted })];
    }),
  );
}

/** Attributes of the class itself, the last one of the file. */
export function readAttributes(source: string): string[] {
  const own = source.slice(source.lastIndexOf('\nclass '));
  const names = [...own.matchAll(/this\.get\w+Attribute\('(\w+)'\)|new \w+\(this, "(\w+)"/g)];
  return [...new Set(names.map(([, simple, complex]) => simple ?? complex ?? ''))].sort();
}
