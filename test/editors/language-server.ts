// Drives the YAML language server as an editor does: JSON-RPC over stdin and stdout.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Problem {
  readonly range: Range;
  readonly message: string;
}

interface Completion {
  readonly label: string;
  readonly documentation?: string | { readonly value: string };
}

interface QuickFix {
  readonly title: string;
  readonly edit?: { readonly changes: Readonly<Record<string, readonly { readonly newText: unknown }[]>> };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly items?: readonly { readonly section: string }[] } & Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** The editor's settings for the server, without the catalogue of public schemas, which needs the network. */
const DEFAULT_SETTINGS = { schemaStore: { enable: false }, completion: true, hover: true, validate: true };

export class LanguageServer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, unknown>>;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #problems = new Map<string, (problems: readonly Problem[]) => void>();
  #unread = Buffer.alloc(0);
  #lastId = 0;
  /** The server's stderr and its messages to the editor's log. */
  said = '';

  private constructor(packageName: string, folder: string, settings: Readonly<Record<string, unknown>>) {
    const packageFile = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
    const command = join(dirname(packageFile), 'bin', 'yaml-language-server');
    this.#process = spawn(process.execPath, ['--no-warnings', command, '--stdio']);
    this.#folder = folder;
    this.#settings = { ...DEFAULT_SETTINGS, ...settings };
    this.#process.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#process.stderr.on('data', (chunk: Buffer) => {
      this.said += chunk;
    });
  }

  /** Starts the server of an installed package in `folder`. `settings`: those under `yaml` of the editor. */
  static async start(
    packageName: string,
    folder: string,
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<LanguageServer> {
    const server = new LanguageServer(packageName, folder, settings);
    const uri = pathToFileURL(folder).href;
    await server.#request('initialize', {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: 'workspace' }],
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true },
        textDocument: {
          completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
          hover: { contentFormat: ['markdown'] },
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
        },
      },
    });
    server.#notify('initialized', {});
    return server;
  }

  stop(): void {
    this.#process.kill();
  }

  /** Opens a file of the folder with `text`. */
  open(name: string, text: string): void {
    const textDocument = { uri: this.#uriOf(name), languageId: 'yaml', version: 1, text };
    this.#notify('textDocument/didOpen', { textDocument });
  }

  /** Opens it and returns its errors; the server needs a fifth of a second, for all files together. */
  async check(name: string, text: string): Promise<readonly Problem[]> {
    const problems = new Promise<readonly Problem[]>((resolve) => {
      this.#problems.set(this.#uriOf(name), resolve);
    });
    this.open(name, text);
    return await problems;
  }

  close(name: string): void {
    this.#notify('textDocument/didClose', { textDocument: { uri: this.#uriOf(name) } });
  }

  async complete(name: string, position: Position): Promise<Completion[]> {
    const result = await this.#request('textDocument/completion', this.#at(name, position));
    return (result as { items?: Completion[] } | null)?.items ?? (result as Completion[] | null) ?? [];
  }

  /** The hover text; empty without one. */
  async hover(name: string, position: Position): Promise<string> {
    const result = await this.#request('textDocument/hover', this.#at(name, position));
    return (result as { contents?: { value?: string } } | null)?.contents?.value ?? '';
  }

  /** The replacement texts of the offered fixes, in their order. */
  async fixes(name: string, problems: readonly Problem[]): Promise<unknown[]> {
    const textDocument = { uri: this.#uriOf(name) };
    const context = { diagnostics: problems };
    const range = problems[0]?.range;
    const result = await this.#request('textDocument/codeAction', { textDocument, range, context });
    return ((result ?? []) as QuickFix[]).flatMap(({ edit }) =>
      Object.values(edit?.changes ?? {}).flatMap((edits) => edits.map(({ newText }) => newText)),
    );
  }

  #uriOf(name: string): string {
    return pathToFileURL(join(this.#folder, name)).href;
  }

  #at(name: string, position: Position): object {
    return { textDocument: { uri: this.#uriOf(name) }, position };
  }

  async #request(method: string, params: object): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ id, method, params });
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  #notify(method: string, params: object): void {
    this.#send({ method, params });
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#process.stdin.write(body);
  }

  #read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (;;) {
      const headerEnd = this.#unread.indexOf('\r\n\r\n');
      if (headerEnd === -1) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#unread.toString('utf8', 0, headerEnd))?.[1]);
      const end = headerEnd + 4 + length;
      if (this.#unread.length < end) return;
      const body = this.#unread.toString('utf8', headerEnd + 4, end);
      this.#unread = this.#unread.subarray(end);
      this.#receive(JSON.parse(body));
    }
  }

  #receive(message: Message): void {
    const { id, method, params } = message;
    if (method === undefined) {
      this.#waiting.get(id ?? 0)?.(message);
      this.#waiting.delete(id ?? 0);
    } else if (method === 'textDocument/publishDiagnostics') {
      this.#problems.get(String(params?.uri))?.(params?.diagnostics as readonly Problem[]);
      this.#problems.delete(String(params?.uri));
    } else if (method === 'window/logMessage' || method === 'window/showMessage') {
      this.said += `${params?.message}\n`;
    } else if (id !== undefined) {
      const sections = params?.items ?? [];
      const result = sections.map(({ section }) => (section === 'yaml' ? this.#settings : {}));
      this.#send({ id, result: method === 'workspace/configuration' ? result : null });
    }
  }
}
