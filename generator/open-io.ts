// Connects a command to the process's streams.
import { Cancelled, type Io } from './report/io.ts';

/** A command's input and output, connected to this process. */
export function openIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  const hasColour = (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isTerminal: stderr.isTTY === true,
    colour: { out: hasColour && stdout.isTTY === true, err: hasColour && stderr.isTTY === true },
    ask: stdin.isTTY && stderr.isTTY ? ask : undefined,
  };
}

async function ask(question: string, fallback: string): Promise<string> {
  const { createInterface } = await import('node:readline');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const shown = `${question}${fallback === '' ? '' : ` [${fallback}]`}: `;
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      terminal.question(shown, resolve);
      terminal.once('SIGINT', () => reject(new Cancelled()));
      // Ctrl-D; after an answer this has no effect.
      terminal.once('close', () => reject(new Cancelled()));
    });
    return answer.trim() === '' ? fallback : answer.trim();
  } finally {
    terminal.close();
  }
}
