// Alarms that would ring, and the metrics of the last hour.
import type { Alarm, Metric, MetricsReport } from '../../source-data.ts';
import { Badge, Empty, ErrorNote, Time, type Tone } from '../bits.tsx';
import { useData } from '../use-data.ts';

const TONES: Readonly<Record<Alarm['state'], Tone>> = {
  OK: 'good',
  ALARM: 'bad',
  INSUFFICIENT_DATA: 'plain',
};
const MINUTES = 60;

export function Metrics() {
  const { data, error } = useData<MetricsReport>('metrics', {}, ['metrics']);
  return (
    <>
      <ErrorNote error={error} />
      {data === undefined && error === undefined && <p class="quiet loading">Loading …</p>}
      {data !== undefined && (
        <>
          <section class="panel" aria-label="Alarms">
            <h2>Alarms</h2>
            <Alarms alarms={data.alarms} />
          </section>
          <section aria-label="Metrics of the last hour">
            {data.metrics.length === 0 && (
              <div class="panel">
                <Empty title="No metrics in the last hour">
                  <p>They appear with the first event or recording.</p>
                </Empty>
              </div>
            )}
            <div class="cards">
              {data.metrics.map((metric) => (
                <Chart
                  key={`${metric.name} ${JSON.stringify(metric.dimensions)} ${metric.statistic}`}
                  metric={metric}
                />
              ))}
            </div>
          </section>
        </>
      )}
    </>
  );
}

/** Those that ring first; those that are fine, on demand. */
function Alarms({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const fine = alarms.filter(({ state }) => state === 'OK');
  const others = alarms.filter(({ state }) => state !== 'OK').sort((a, b) => a.state.localeCompare(b.state));
  if (alarms.length === 0)
    return (
      <Empty title="No alarms">
        <p>
          Set <code>monitoring.enabled</code> in the spec.
        </p>
      </Empty>
    );
  return (
    <>
      {others.length === 0 && <p>None of the {alarms.length} alarms rings.</p>}
      <AlarmList alarms={others} />
      {fine.length > 0 && (
        <details>
          <summary>{fine.length} are OK</summary>
          <AlarmList alarms={fine} />
        </details>
      )}
    </>
  );
}

function AlarmList({ alarms }: { readonly alarms: readonly Alarm[] }) {
  return (
    <ul class="alarms">
      {alarms.map((alarm) => (
        <AlarmRow key={alarm.name} alarm={alarm} />
      ))}
    </ul>
  );
}

function AlarmRow({ alarm: { name, description, state, since, reason } }: { readonly alarm: Alarm }) {
  return (
    <li>
      <Badge tone={TONES[state]}>{state === 'INSUFFICIENT_DATA' ? 'no data' : state}</Badge>
      <span class="grow">
        <strong class="mono">{name}</strong>
        <span class="quiet">{description}</span>
        {state === 'ALARM' && <span>{reason}</span>}
      </span>
      <Time at={since} />
    </li>
  );
}

function Chart({
  metric: { namespace, name, dimensions, unit, statistic, points },
}: {
  readonly metric: Metric;
}) {
  const highest = Math.max(...points.map(([, value]) => value), 0);
  const total = points.reduce((sum, [, value]) => sum + value, 0);
  const figure =
    statistic === 'Sum' ? total : statistic === 'Maximum' ? highest : total / Math.max(1, points.length);
  const now = Date.now();
  const text = `${format(figure)}${unit === 'Milliseconds' ? ' ms' : ''}`;
  return (
    <figure class="panel card metric">
      <figcaption>
        <strong>{name}</strong>
        <span class="quiet">{[namespace, ...Object.values(dimensions)].join(' · ')}</span>
      </figcaption>
      <p class="figure">
        {text} <span class="quiet">{statistic.toLowerCase()}, 60 min</span>
      </p>
      <svg viewBox={`0 0 ${MINUTES * 4} 40`} role="img" aria-label={`${name}: ${text} in the last hour`}>
        {points.map(([at, value]) => {
          const minute = MINUTES - 1 - Math.floor((now - Date.parse(at)) / 60_000);
          const height = highest === 0 ? 0 : Math.max(1.5, (38 * value) / highest);
          return <rect key={at} x={minute * 4} y={40 - height} width="3" height={height} rx="1" />;
        })}
      </svg>
    </figure>
  );
}

function format(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });
}
