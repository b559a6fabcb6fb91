// The Sonotheia API of the simulation: counts its calls, and answers each file as the scenario defines.
import type {
  AnalysisRequest,
  ApiCallOptions,
  ApiReply,
  SonotheiaApi,
} from '../../../handlers/audio_processor/ports.ts';
import { GOOD_REPLY } from '../handlers/audio-world.ts';
import type { Random } from '../handlers/random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** `hang`: there is no response. `crash`: the calling process crashes. */
export type ApiBehaviour = ApiReply | 'hang' | 'crash';

export interface Question {
  /** The file's name. */
  readonly name: string;
  readonly nowMs: number;
  /** The number of earlier calls for this file. */
  readonly earlierCalls: number;
}

const WINDOW_MS = 60_000;

export class ApiModel implements SonotheiaApi {
  readonly startsMs: number[] = [];
  readonly callsByFile = new Map<string, number>();
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #answer: (question: Question) => ApiBehaviour;

  constructor(clock: VirtualClock, random: Random, answer: (question: Question) => ApiBehaviour) {
    this.#clock = clock;
    this.#random = random;
    this.#answer = answer;
  }

  async detectDeepfake({ audio }: AnalysisRequest, { timeoutMs, signal }: ApiCallOptions): Promise<ApiReply> {
    const name = Buffer.from(audio).toString();
    const earlierCalls = this.callsByFile.get(name) ?? 0;
    this.startsMs.push(this.#clock.nowMs());
    this.callsByFile.set(name, earlierCalls + 1);
    const behaviour = this.#answer({ name, nowMs: this.#clock.nowMs(), earlierCalls });
    if (behaviour === 'crash') throw new ProcessDied();
    const latencyMs = behaviour === 'hang' ? Number.POSITIVE_INFINITY : 300 + this.#random.next() * 900;
    await this.#clock.sleep(Math.min(latencyMs, timeoutMs), signal);
    if (behaviour === 'hang' || latencyMs > timeoutMs) throw new Error('socket hang up');
    return behaviour;
  }

  /** The highest number of calls that started within any 60 seconds. */
  mostInAnyMinute(): number {
    let most = 0;
    let first = 0;
    for (const [index, startMs] of this.startsMs.entries()) {
      while ((this.startsMs[first] ?? 0) <= startMs - WINDOW_MS) first += 1;
      most = Math.max(most, index - first + 1);
    }
    return most;
  }
}

export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

export const SCORED = GOOD_REPLY;

export function failing(status: number, headers: ApiReply['headers'] = {}): ApiReply {
  return { status, headers, body: {} };
}
