import type { ReactNode } from 'react';
import type { ArrivalWords } from '../../main/common/arrivals/words.ts';
import { plural } from '../../main/common/plain-text.ts';
import { Badge, type BadgeLook } from './badge.tsx';
import * as strings from './strings.ts';

const LOOK: Readonly<Record<ArrivalWords['state'], Omit<BadgeLook, 'word'>>> = {
  arriving: { tone: 'good', icon: 'check' },
  silent: { tone: 'warn', icon: 'pause' },
  unknown: { tone: 'quiet', icon: 'dashed' },
};

/** `of`: whose entries they are. `brief`: in a table, its bars first so that they form a column. */
export function Arrival({
  words,
  of,
  brief = false,
}: {
  readonly words: ArrivalWords;
  readonly of?: string;
  readonly brief?: boolean;
}): ReactNode {
  const whole = `${words.sentence}${of === undefined ? '' : ` (${of})`}`;
  return (
    <span className="arrival" title={whole}>
      {brief && words.hours && <Bars hours={words.hours} bar={3} />}
      {brief && words.brief !== undefined ? (
        <>
          <span className="arrival-brief" aria-hidden="true">
            <Badge plain look={{ ...LOOK[words.state], word: words.brief }} />
          </span>
          <span className="for-screen-readers">{words.short}</span>
        </>
      ) : (
        <Badge plain look={{ ...LOOK[words.state], word: words.short }} />
      )}
      {!brief && words.hours && <Bars hours={words.hours} bar={4} />}
      {of !== undefined && <span className="for-screen-readers">{of}</span>}
    </span>
  );
}

const HEIGHT = 18;

/** An hour with any entry has a visible bar. */
function Bars({ hours, bar }: { readonly hours: NonNullable<ArrivalWords['hours']>; readonly bar: number }): ReactNode {
  const most = Math.max(1, ...hours.map(({ count }) => count));
  return (
    <svg width={hours.length * bar} height={HEIGHT} role="img" aria-label={barsWords(hours)}>
      {hours.map(({ at, count }, index) => {
        const height = count === 0 ? 1 : Math.max(3, Math.round((count / most) * HEIGHT));
        const look = count === 0 ? 'arrival-bar arrival-bar-empty' : 'arrival-bar';
        return <rect key={at} className={look} x={index * bar} y={HEIGHT - height} width={bar - 1} height={height} />;
      })}
    </svg>
  );
}

function barsWords(hours: NonNullable<ArrivalWords['hours']>): string {
  const total = hours.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return strings.n24HoursWithoutEntry;
  const busiest = hours.reduce((most, hour) => (hour.count > most.count ? hour : most));
  const empty = hours.filter(({ count }) => count === 0).length;
  return strings.n24HoursEntriesMostHour(total, busiest.count, hourWords(busiest.at), plural(empty, 'hour'));
}

export function ArrivalTable({ hours, label }: { readonly hours: NonNullable<ArrivalWords['hours']>; readonly label: string }): ReactNode {
  return (
    <details className="arrival-table">
      <summary>{strings.entriesPerHour}</summary>
      <table>
        <caption className="for-screen-readers">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{strings.hourLocalTime}</th>
            <th scope="col">{strings.entries}</th>
          </tr>
        </thead>
        <tbody>
          {hours.map(({ at, count }) => (
            <tr key={at}>
              <th scope="row">
                <time dateTime={new Date(at).toISOString()}>{hourWords(at)}</time>
              </th>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** Bars are UTC hours: where the offset isn't a whole hour, they begin partway through a local hour. */
function hourWords(at: number): string {
  return HOUR.format(at);
}

const HOUR = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
