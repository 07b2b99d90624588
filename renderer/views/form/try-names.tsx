import { Ban, Check, CircleHelp, type LucideIcon } from 'lucide-react';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { type Tried, tryNames } from '../../../main/common/integration/java/try-names.ts';
import { FIELDS } from '../../../main/common/integration/reading/field-table.ts';
import type { Integration } from '../../../main/common/integration/reading/integration.ts';
import { Banner } from '../../components/badge.tsx';
import { TextInput } from '../../components/field.tsx';
import * as strings from './strings.ts';

const MOST_NAMES = 500;
const MOST_LINES = 12;

/** What was pasted last: one list for entities, one for rules. */
const pasted: Record<string, string> = {};

const LOOK: Readonly<Record<Tried['outcome'], { readonly icon: LucideIcon; readonly tone: string }>> = {
  passes: { icon: Check, tone: 'tone-text-good' },
  blocked: { icon: Ban, tone: 'tone-text-bad' },
  'no-match': { icon: Ban, tone: 'tone-text-bad' },
  'too-long': { icon: CircleHelp, tone: 'tone-text-warn' },
};

export function TryNames({ integration, name }: { readonly integration: Integration; readonly name: string }): ReactNode {
  const subject = name.split('-')[0] ?? '';
  const [match, noMatch] = [`${subject}-match`, `${subject}-no-match`];
  const [text, setText] = useState(pasted[subject] ?? '');
  const written = useDeferredValue(text);
  const names = useMemo(() => [...new Set(written.split('\n').map((line) => line.trim()))].filter((line) => line !== ''), [written]);
  const expression = (field: string) => {
    const value = integration.filter.findLast((each) => each.name === field)?.value;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [wanted, unwanted] = [expression(match), expression(noMatch)];
  const result = useMemo(
    () =>
      tryNames(
        names.slice(0, MOST_NAMES),
        { ...(wanted === undefined ? {} : { match: wanted }), ...(unwanted === undefined ? {} : { noMatch: unwanted }) },
        () => performance.now(),
      ),
    [names, wanted, unwanted],
  );
  const words = (tried: Tried): ReactNode => {
    switch (tried.outcome) {
      case 'passes':
        return strings.passes;
      case 'blocked':
        return (
          <>
            {strings.blockedBy(labelOf(noMatch))} <span className="code">{tried.part}</span>
          </>
        );
      case 'no-match':
        return strings.matchesNothingIn(labelOf(match));
      case 'too-long':
        return strings.tookTooLong;
    }
  };
  return (
    <div className="try-names">
      <TextInput
        label={strings.names}
        value={text}
        onChange={(next) => {
          pasted[subject] = next;
          setText(next);
        }}
        placeholder={strings.namesToTry}
        lines={Math.min(MOST_LINES, Math.max(3, text.split('\n').length))}
        code
      />
      {result.outcome === 'not-triable' ? (
        <Banner
          tone="warn"
          title={result.which.map((which) => strings.cantTryHere(labelOf(which === 'match' ? match : noMatch))).join(' ')}
        />
      ) : (
        names.length > 0 && (
          <>
            <p className="quiet" role="status">
              {strings.countPass(result.names.filter(({ tried }) => tried.outcome === 'passes').length, result.names.length)}
              {names.length > MOST_NAMES && ` ${strings.firstNamesOnly(MOST_NAMES)}`}
            </p>
            <ul aria-label={strings.entityResults}>
              {result.names.map(({ name: each, tried }) => {
                const { icon: Icon, tone } = LOOK[tried.outcome];
                return (
                  <li key={each} className="tried">
                    <span className={`tried-name ${tone}`}>
                      <Icon className="icon" aria-hidden="true" />
                      <span className="code">{each}</span>
                    </span>
                    <span className="quiet">{words(tried)}</span>
                  </li>
                );
              })}
            </ul>
          </>
        )
      )}
    </div>
  );
}

function labelOf(field: string): string {
  return FIELDS.find(({ name }) => name === field)?.label ?? field;
}
