// Receives both sides of changed files and promises a unified diff, as `git diff` writes it. Pure.
import { styleText } from 'node:util';
import { createTwoFilesPatch } from 'diff';
import type { FileChange } from '../write/file-changes.ts';

/** Renders all changes; returns an empty text if there are none. Binary files are named with their sizes. */
export function renderDiff(changes: readonly FileChange[], colour: boolean): string {
  const text = changes.map(renderChange).join('');
  return colour ? text.split('\n').map(paint).join('\n') : text;
}

function renderChange({ path, before, after }: FileChange): string {
  const oldName = before === undefined ? '/dev/null' : `a/${path}`;
  const newName = after === undefined ? '/dev/null' : `b/${path}`;
  const [oldText, newText] = [decode(before), decode(after)];
  if (oldText === undefined || newText === undefined) {
    return `Binary files ${oldName} (${size(before)}) and ${newName} (${size(after)}) differ\n`;
  }
  const patch = createTwoFilesPatch(oldName, newName, oldText, newText, undefined, undefined, { context: 3 });
  return patch.replace(/^=+\n/, '').replace(/^((?:---|\+\+\+) [^\t\n]*)\t?$/gm, '$1');
}

function decode(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return '';
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function size(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? 'absent' : `${bytes.length} bytes`;
}

function paint(line: string): string {
  if (/^(---|\+\+\+) /.test(line)) return styleText('bold', line);
  if (line.startsWith('@@')) return styleText('cyan', line);
  if (line.startsWith('+')) return styleText('green', line);
  return line.startsWith('-') ? styleText('red', line) : line;
}
