// Forgets a session: lists the data to erase and to keep, asks for the id, then shows the counts of the receipt.
import { useState } from 'preact/hooks';
import { formatBytes } from '../../operator/format-bytes.ts';
import type { ForgetPlan, ForgetReport } from '../source-data.ts';
import { ApiError, post } from './api.ts';
import { ErrorNote, Time } from './bits.tsx';
import { useShell } from './shell.ts';

interface State {
  readonly plan?: ForgetPlan;
  readonly report?: ForgetReport;
  readonly error?: ApiError;
  readonly isBusy?: boolean;
}

export function Forget({ id }: { readonly id: string }) {
  const { act } = useShell();
  const [although, setAlthough] = useState<readonly string[]>([]);
  const [{ plan, report, error, isBusy = false }, setState] = useState<State>({});
  const look = async (reasons: readonly string[]): Promise<void> => {
    setAlthough(reasons);
    setState((old) => ({ ...old, isBusy: true }));
    const request = { sessionId: id, although: reasons };
    setState(await post<ForgetPlan>('forget/plan', request).then((found) => ({ plan: found }), toFailure));
  };
  const forget = ({ confirmWith }: ForgetPlan): Promise<void> =>
    act(
      'Forget this session for good',
      async (confirm) => {
        setState((old) => ({ ...old, isBusy: true }));
        try {
          const done = await post<ForgetReport>('forget', { sessionId: id, although }, { confirm });
          setState({ report: done });
          return done.isVerified
            ? 'The session is forgotten.'
            : 'Some messages were not seen: forget the session again.';
        } catch (failure) {
          setState(toFailure(failure));
          throw failure;
        }
      },
      confirmWith,
    );
  return (
    <section class="forget" aria-label="Forget">
      <ErrorNote error={error} />
      {report !== undefined && <Report report={report} />}
      {plan === undefined ? (
        <button type="button" disabled={isBusy} onClick={() => look(although)}>
          {isBusy ? 'Looking …' : 'Forget …'}
        </button>
      ) : (
        <>
          <Plan plan={plan} />
          <Stays stays={plan.stays} although={although} onChoose={look} isBusy={isBusy} />
          <p class="buttons">
            <button
              type="button"
              class="primary"
              disabled={isBusy || !plan.canForget}
              onClick={() => forget(plan)}
            >
              {isBusy ? 'Working …' : 'Forget for good'}
            </button>
            <button type="button" disabled={isBusy} onClick={() => setState({})}>
              Cancel
            </button>
          </p>
        </>
      )}
    </section>
  );
}

function toFailure(failure: unknown): State {
  return { error: failure instanceof ApiError ? failure : new ApiError(0, { what: String(failure) }) };
}

function Plan({ plan: { goes, unseen, outOfReach, forgottenAt } }: { readonly plan: ForgetPlan }) {
  return (
    <>
      <h3>{goes.length === 0 ? 'Nothing to erase' : 'To erase'}</h3>
      {forgottenAt !== undefined && (
        <p>
          An earlier run erased it: <Time at={forgottenAt} />
        </p>
      )}
      <ul class="plain-list">
        {goes.map(({ region, what, count, bytes }) => (
          <li key={`${region} ${what}`}>
            {what}: {count}
            {bytes === undefined ? '' : `, ${formatBytes(bytes)}`} <span class="quiet">in {region}</span>
          </li>
        ))}
      </ul>
      <Lines title="Not seen" lines={unseen} />
      <Lines title="Cannot be erased" lines={outOfReach} />
    </>
  );
}

interface StaysProps {
  readonly stays: ForgetPlan['stays'];
  readonly although: readonly string[];
  readonly onChoose: (although: readonly string[]) => Promise<void>;
  readonly isBusy: boolean;
}

/** The kept data, and a choice for each reason to erase it all the same. */
function Stays({ stays, although, onChoose, isBusy }: StaysProps) {
  if (stays.length + although.length === 0) return null;
  const names = new Set([...stays.map(({ name }) => name), ...although]);
  // Nobody can overrule S3.
  names.delete('locked');
  return (
    <>
      <h3>{stays.length === 0 ? 'Nothing is kept' : 'Kept'}</h3>
      <ul class="plain-list">
        {stays.map(({ name, what, reason }) => (
          <li key={`${name} ${what}`}>
            {what}: <span class="quiet">{reason}</span>
          </li>
        ))}
      </ul>
      {[...names].map((name) => (
        <label key={name} class="choice">
          <input
            type="checkbox"
            disabled={isBusy}
            checked={although.includes(name)}
            onChange={({ currentTarget }) =>
              onChoose(currentTarget.checked ? [...although, name] : although.filter((each) => each !== name))
            }
          />
          Also erase data kept for this reason: {name}
        </label>
      ))}
    </>
  );
}

function Report({
  report: { erased, stays, unseen, isVerified, receipt },
}: {
  readonly report: ForgetReport;
}) {
  const counts = erased.map(({ what, count }) => `${what}: ${count}`).join(', ');
  const rest = stays.map(({ what, reason }) => `${what}: ${reason}`);
  return (
    <div class="note">
      <p>
        {isVerified ? 'Forgotten' : 'Erased'} ({counts}).
      </p>
      <p>
        {isVerified
          ? `A last search found nothing${rest.length > 0 ? ' else' : ''}.`
          : 'Forget it again in a minute to check the messages that were not seen.'}
      </p>
      <Lines title="Kept" lines={rest} />
      <Lines title="Not seen" lines={unseen} />
      <p class="quiet">
        Receipt, without ids: <code>{receipt}</code>
      </p>
    </div>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul class="plain-list quiet">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}
