// A local GitHub REST API: posts (issues and comments in one list), heads of branches and of pull requests.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const OWN = { login: 'github-actions[bot]' };
const PAGE_SIZE = 100;
/** GitHub counts UTF-16 code units, as JavaScript does. */
const MAX_BODY_LENGTH = 65_536;
export const GITHUB_TOKEN = 'the-token';

export interface Post {
  id: number;
  number: number;
  title?: string;
  body: string;
  state?: string;
  user: { login: string };
}

export class GithubStandIn {
  readonly posts: Post[] = [];
  /** `POST /repos/acme/voice/issues`, in the order of the requests. */
  readonly requests: string[] = [];
  /** Heads of branches by name, and of pull requests by number. */
  readonly heads: Record<string, string> = { main: 'c2', 'release/eu': 'c3', '7': 'pr-head' };
  /** The status of every response to a write; 0 for success. */
  refuseWith = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
      this.requests.push(`${request.method} ${request.url?.split('?')[0]}`);
      const isKnown = request.headers.authorization === `Bearer ${GITHUB_TOKEN}`;
      const [status, text] = isKnown
        ? this.#answer(request.method ?? '', new URL(request.url ?? '', 'http://localhost'), body)
        : [401, {}];
      response.statusCode = status;
      response.end(JSON.stringify(text));
    });
  }

  static async start(): Promise<GithubStandIn> {
    const github = new GithubStandIn();
    await new Promise<void>((done) => github.#server.listen(0, '127.0.0.1', done));
    return github;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
  }

  #answer(method: string, url: URL, body: Partial<Post>): [number, unknown] {
    // GitHub returns exactly this branch, or 404.
    const branch = /\/git\/ref\/heads\/(.+)$/.exec(url.pathname)?.[1];
    const pull = /\/pulls\/(\d+)$/.exec(url.pathname)?.[1];
    const sha = this.heads[decodeURIComponent(branch ?? pull ?? '')];
    if (branch ?? pull) {
      if (sha === undefined) return [404, {}];
      return [
        200,
        pull ? { head: { sha } } : { ref: `refs/heads/${branch}`, object: { type: 'commit', sha } },
      ];
    }
    if (method === 'GET') {
      const page = Number(url.searchParams.get('page'));
      const open = this.posts.filter(({ state = 'open' }) => state === 'open');
      return [200, open.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)];
    }
    if (this.refuseWith !== 0) return [this.refuseWith, {}];
    if ((body.body?.length ?? 0) > MAX_BODY_LENGTH) return [422, {}];
    return [200, this.#write(method, url.pathname, body)];
  }

  #write(method: string, path: string, body: Partial<Post>): Post {
    const id = Number(/\/(\d+)$/.exec(path)?.[1]);
    const existing = this.posts.find((post) => post.id === id);
    if (method === 'PATCH' && existing !== undefined) return Object.assign(existing, body);
    const isClosingRemark = /\/issues\/\d+\/comments$/.test(path) && !path.includes('/issues/7/');
    const made = {
      id: this.posts.length + 1000,
      number: this.posts.length + 1000,
      user: OWN,
      body: '',
      ...body,
    };
    if (!isClosingRemark) this.posts.push(made);
    return made;
  }
}
