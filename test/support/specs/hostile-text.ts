// Text that means something to HCL, YAML or Markdown, mixed with any Unicode.
import fc from 'fast-check';

const FRAGMENTS = [
  '${',
  '%{',
  '$',
  '%',
  '{',
  '}',
  '"',
  '\\',
  '\n',
  '\r',
  '\t',
  'EOT',
  '<<',
  '~}',
  'é',
  'e\u0301',
  '\u0000',
  '\u202e',
  '\ufeff',
];

/** Well-formed: what YAML's bytes cannot hold, no spec can say. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 6 })), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''))
  .filter((text) => text.isWellFormed());
