// The real Sonotheia API in place of the stand-in: its address and its key.
import type { CommandContext } from '../../generator/command-line/command.ts';
import { Problem } from '../../generator/command-line/problem.ts';
import { findUrlProblem, isSonotheia } from '../../generator/spec/rules/url.ts';

export interface RealApi {
  readonly url: string;
  readonly apiKey: string;
}

/** The key never comes from the command line, which other users of the machine can read. */
export async function readRealApi(
  url: string | undefined,
  { terminal }: CommandContext,
): Promise<RealApi | undefined> {
  if (url === undefined) return undefined;
  const problem = findUrlProblem(url, { allowLocalHttp: true });
  if (problem !== undefined)
    throw new Problem({ what: `--api-url: ${problem}.`, fix: 'for example https://api.sonotheia.com' });
  const { hostname } = new URL(url);
  if (!isSonotheia(hostname))
    terminal.note(`Recordings and the API key are sent to ${hostname}, which is not Sonotheia.`);
  const apiKey = process.env.SONOTHEIA_API_KEY ?? (await terminal.askSecret(`Key of the API at ${url}: `));
  if (apiKey !== undefined && apiKey.trim() !== '') return { url, apiKey: apiKey.trim() };
  throw new Problem({
    what: 'There is no key for --api-url.',
    fix: 'export SONOTHEIA_API_KEY, or run the command on a terminal, where it asks for the key',
  });
}
