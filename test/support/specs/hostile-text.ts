// Text with the syntax of HCL, YAML or Markdown, mixed with any Unicode.
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

/** Well-formed Unicode, because a YAML file cannot contain anything else. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 6 })), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''))
  .filter((text) => text.isWellFormed());
