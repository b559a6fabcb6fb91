// Adds `build.handlers` to a spec, and keeps all other characters. Pure.
import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../spec/json.ts';
import { loadSpec } from '../spec/load.ts';

/** Undefined if the spec is written in a way that this does not know, or sets it already. */
export function setHandlers(text: string, folder: string): string | undefined {
  const edited = edit(text, folder);
  const [before, after] = [text, edited].map((yaml) => {
    const loaded = loadSpec('sonotheia.config.yaml', Buffer.from(yaml));
    return loaded.ok && isObject(loaded.value.value) ? loaded.value.value : undefined;
  });
  if (before === undefined || after === undefined) return undefined;
  const build = isObject(before.build) ? before.build : {};
  if (build.handlers !== undefined) return undefined;
  const expected = { ...before, build: { ...build, handlers: folder } };
  return isDeepStrictEqual(after, expected) ? edited : undefined;
}

function edit(text: string, folder: string): string {
  const newLine = text.includes('\r\n') ? '\r\n' : '\n';
  const flow = /^build:[ \t]*\{[ \t]*/m.exec(text);
  if (flow !== null) {
    const end = flow.index + flow[0].length;
    const separator = text[end] === '}' ? ' ' : ', ';
    return `${text.slice(0, flow.index)}build: { handlers: ${folder}${separator}${text.slice(end)}`;
  }
  const block = /^build:[ \t]*(?:#.*)?\r?\n(?=([ \t]+)\S)/m.exec(text);
  if (block !== null) {
    const end = block.index + block[0].length;
    return `${text.slice(0, end)}${block[1]}handlers: ${folder}${newLine}${text.slice(end)}`;
  }
  return [text.trimEnd(), '', 'build:', `  handlers: ${folder}`, ''].join(newLine);
}
