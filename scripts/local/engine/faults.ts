// Faults at a button, and the settings of the stand-in API. Their state is kept, except for a kill that is waiting.
import { Problem } from '../../../generator/command-line/problem.ts';
import type { Fault } from '../../console/source-data.ts';
import { ANSWERS, type ApiBehaviour, NORMAL, SCORE_SOURCES } from './api-behaviour.ts';
import { type Control, type FaultActions, listActions, type Value } from './fault-actions.ts';
import type { FunctionName } from './local-stack.ts';
import type { LocalSettings, LocalState } from './local-state.ts';

const DEFAULTS: LocalSettings = { clockOffsetMs: 0, api: NORMAL, isTableThrottled: false };
const HOUR_MS = 3_600_000;
const MOVES = [
  ['15-minutes', '15 minutes', HOUR_MS / 4],
  ['1-day', 'a day', 24 * HOUR_MS],
  ['30-days', '30 days', 30 * 24 * HOUR_MS],
] as const;

export class Faults {
  readonly #state: LocalState;
  readonly #kills = new Set<FunctionName>();
  readonly #controls: ReadonlyMap<string, Control>;
  readonly #onChange: () => void;

  /** Without a stand-in, its settings are left out. */
  constructor(
    state: LocalState,
    actions: FaultActions,
    { hasStandIn, onChange }: { readonly hasStandIn: boolean; readonly onChange: () => void },
  ) {
    this.#state = state;
    this.#onChange = onChange;
    const controls = [
      ...(hasStandIn ? this.#apiControls() : []),
      ...this.#failureControls(),
      ...listActions(actions, hasStandIn),
      ...this.#clockControls(),
    ];
    this.#controls = new Map(controls.map((control) => [control.describe().name, control]));
  }

  get settings(): LocalSettings {
    return { ...DEFAULTS, ...this.#state.settings.get('all') };
  }

  list(): Fault[] {
    return [...this.#controls.values()].map(({ describe }) => describe());
  }

  /** @throws Problem for an unknown fault, or a value that it does not take */
  async apply(name: string, value?: Value): Promise<void> {
    const control = this.#controls.get(name);
    if (control === undefined) throw new Problem({ what: `There is no fault ${name}.` });
    checkValue(control.describe(), value);
    await control.apply(value);
    this.#onChange();
  }

  /** Whether a kill was waiting for this function; it happens once. */
  takeKill(name: FunctionName): boolean {
    const isWaiting = this.#kills.delete(name);
    if (isWaiting) this.#onChange();
    return isWaiting;
  }

  #change(changes: Partial<LocalSettings>): void {
    this.#state.settings.set('all', { ...this.settings, ...changes });
  }

  #changeApi(changes: Partial<ApiBehaviour>): void {
    this.#change({ api: { ...this.settings.api, ...changes } });
  }

  #apiControls(): Control[] {
    return [
      {
        describe: () => ({
          name: 'api-answer',
          label: 'Answer of the Sonotheia API',
          description: 'A score, an error, an answer that is slow or never comes, or the page of a proxy.',
          kind: 'choice',
          value: this.settings.api.answer,
          choices: ANSWERS,
        }),
        apply: (value) => this.#changeApi({ answer: value as ApiBehaviour['answer'] }),
      },
      {
        describe: () => ({
          name: 'api-score-from',
          label: 'Scores from',
          description:
            'File name: call-0.93.wav scores 0.93, cloned.wav 0.97, human.wav 0.03, others as the slider says.',
          kind: 'choice',
          value: this.settings.api.scoreFrom,
          choices: SCORE_SOURCES,
        }),
        apply: (value) => this.#changeApi({ scoreFrom: value as ApiBehaviour['scoreFrom'] }),
      },
      {
        describe: () => ({
          name: 'api-score',
          label: 'Score',
          description: 'Probability that the voice is synthetic.',
          kind: 'number',
          value: this.settings.api.score,
          min: 0,
          max: 1,
          step: 0.01,
        }),
        apply: (value) => this.#changeApi({ score: Number(value) }),
      },
    ];
  }

  #failureControls(): Control[] {
    const kill = (name: FunctionName, label: string): Control => ({
      describe: () => ({
        name: `kill-${name}`,
        label: `Kill the ${label} after its next transaction`,
        description:
          'The event is stored, but the function gets no response: the next delivery must announce it.',
        kind: 'switch',
        value: this.#kills.has(name),
      }),
      apply: (value) => void (value === true ? this.#kills.add(name) : this.#kills.delete(name)),
    });
    return [
      kill('webhook_handler', 'webhook handler'),
      kill('audio_processor', 'audio processor'),
      {
        describe: () => ({
          name: 'throttle-table',
          label: 'Throttle the table',
          description: 'DynamoDB refuses every call of the functions.',
          kind: 'switch',
          value: this.settings.isTableThrottled,
        }),
        apply: (value) => this.#change({ isTableThrottled: value === true }),
      },
    ];
  }

  #clockControls(): Control[] {
    return MOVES.map(([name, label, byMs]) => ({
      describe: () => ({
        name: `clock-${name}`,
        label: `Let ${label} pass`,
        description:
          'Moves the clock of all parts: retries that are due, items that expire, files that are archived.',
        kind: 'button',
      }),
      apply: () => {
        this.#change({ clockOffsetMs: this.settings.clockOffsetMs + byMs });
        this.#state.clock.move(byMs);
      },
    }));
  }
}

function checkValue(fault: Fault, value: Value): void {
  const isFit =
    fault.kind === 'button'
      ? value === undefined
      : fault.kind === 'switch'
        ? typeof value === 'boolean'
        : fault.kind === 'choice'
          ? typeof value === 'string' && fault.choices.includes(value)
          : typeof value === 'number' && value >= fault.min && value <= fault.max;
  if (!isFit)
    throw new Problem({ what: `${fault.name} does not take ${JSON.stringify(value) ?? 'nothing'}.` });
}
