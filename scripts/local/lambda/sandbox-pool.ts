// The execution environments of one version of one function: one for each concurrent invocation, reused one after the other.
import type { InvocationOutcome, Sandbox } from './lambda-sandbox.ts';

export interface SandboxPoolOptions {
  readonly start: () => Promise<Sandbox>;
  /** Further concurrent invocations wait, while AWS would throttle them. */
  readonly maxSandboxes: number;
}

const DISPOSED: InvocationOutcome = {
  payload: JSON.stringify({ errorType: 'Runtime.Stopped', errorMessage: 'The function was stopped' }),
  failed: true,
};

export class SandboxPool {
  readonly #options: SandboxPoolOptions;
  readonly #sandboxes = new Set<Sandbox>();
  readonly #idle: Sandbox[] = [];
  readonly #waiting: (() => void)[] = [];
  #busyCount = 0;
  #isRetired = false;
  #isDisposed = false;

  constructor(options: SandboxPoolOptions) {
    this.#options = options;
  }

  async invoke(payload: string): Promise<InvocationOutcome> {
    while (this.#busyCount >= this.#options.maxSandboxes) {
      if (this.#isDisposed) return DISPOSED;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#isDisposed) return DISPOSED;
    this.#busyCount += 1;
    try {
      const sandbox = this.#idle.pop() ?? (await this.#start());
      const outcome = await sandbox.invoke(payload);
      if (sandbox.isUsable() && !this.#isRetired) this.#idle.push(sandbox);
      else await this.#stop(sandbox);
      return outcome;
    } finally {
      this.#busyCount -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Lets running invocations finish, as a deployment on AWS does. */
  retire(): void {
    this.#isRetired = true;
    for (const sandbox of this.#idle.splice(0)) void this.#stop(sandbox);
  }

  /** Ends running invocations; waiting ones fail. */
  async dispose(): Promise<void> {
    this.#isRetired = true;
    this.#isDisposed = true;
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all([...this.#sandboxes].map((sandbox) => this.#stop(sandbox)));
  }

  async #start(): Promise<Sandbox> {
    const sandbox = await this.#options.start();
    this.#sandboxes.add(sandbox);
    return sandbox;
  }

  async #stop(sandbox: Sandbox): Promise<void> {
    this.#sandboxes.delete(sandbox);
    await sandbox.stop();
  }
}
