import { Ban, Check, CircleHelp, type LucideIcon, Users } from 'lucide-react';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { type Tried, tryNames } from '../../../main/common/integration/java/try-names.ts';
import { FIELDS } from '../../../main/common/integration/reading/field-table.ts';
import type { Integration } from '../../../main/common/integration/reading/integration.ts';
import { plural } from '../../../main/common/plain-text.ts';
import { asAppError } from '../../client/client.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { TextInput } from '../../components/field.tsx';
import { useApp } from '../../state/app.tsx';
import { useEditor } from '../draft/editor-context.tsx';
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
  const write = (next: string) => {
    pasted[subject] = next;
    setText(next);
  };
  const written = useDeferredValue(text);
  const names = useMemo(() => namesIn(written), [written]);
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
        onChange={write}
        placeholder={strings.namesToTry}
        lines={Math.min(MOST_LINES, Math.max(3, text.split('\n').length))}
        code
      />
      {subject === 'entity' && (
        <ClusterNames
          take={(found) => {
            const before = pasted[subject] ?? '';
            const added = found.filter((each) => !namesIn(before).includes(each));
            if (added.length > 0) write([...(before.trim() === '' ? [] : [before.trimEnd()]), ...added].join('\n'));
            return added.length;
          }}
        />
      )}
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

function namesIn(text: string): readonly string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => line !== '');
}

/** The principals of the cluster's role bindings. Asks the cluster only at a click. */
function ClusterNames({ take }: { readonly take: (names: readonly string[]) => number }): ReactNode {
  const { client } = useApp();
  const { ref } = useEditor().view;
  const [busy, setBusy] = useState(false);
  const [words, setWords] = useState('');
  const ask = async () => {
    setBusy(true);
    try {
      const reply = await client.request('cluster.principals', { ref });
      if (reply.outcome === 'not-permitted') setWords(strings.namesNotPermitted);
      else {
        const added = take(reply.names);
        const sentences = [
          added === 0 ? strings.noNewNames : strings.tookNames(plural(added, 'name')),
          ...(reply.more ? [strings.moreNames] : []),
          ...(reply.partial ? [strings.someNamesOnly] : []),
        ];
        setWords(sentences.join(' '));
      }
    } catch (thrown) {
      setWords(asAppError(thrown).message);
    }
    setBusy(false);
  };
  return (
    <div className="cluster-names">
      <Button small icon={Users} isPending={busy} onPress={() => void ask()}>
        {strings.takeNames}
      </Button>
      <span className="quiet" role="status">
        {words}
      </span>
    </div>
  );
}

function labelOf(field: string): string {
  return FIELDS.find(({ name }) => name === field)?.label ?? field;
}
