import { Download } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { DriftGroup, DriftOdd } from '../../../main/common/fleet/drift.ts';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import { Age } from '../age.tsx';
import { candidateId, candidatesOf } from '../rollout/candidates.ts';
import { RolloutDialog } from '../rollout/lazy-dialog.tsx';
import { changeLike } from './like.ts';
import * as strings from './strings.ts';

/** A rollout that gives some integrations one's value. */
interface Wish {
  readonly field: string;
  readonly says: string | undefined;
  readonly targets: readonly string[];
}

/** The fleet as a comparison: the most common values of a type's integrations, and the odd ones. */
export function DriftView(): ReactNode {
  const { client } = useApp();
  const { clusters, presets } = useFleet();
  const { run, busy } = useAction();
  const [groups, setGroups] = useState<readonly DriftGroup[] | null>(null);
  const [wish, setWish] = useState<Wish | null>(null);
  const versions = JSON.stringify(clusters.map(({ configMaps }) => configMaps.map(({ uid, resourceVersion }) => [uid, resourceVersion])));
  useEffect(() => {
    if (versions !== '') void run(() => client.request('drift.get', {})).then((found) => found && setGroups(found));
  }, [client, run, versions]);
  const download = (format: 'csv' | 'json') =>
    run(async () => {
      const { text } = await client.request('drift.export', { format });
      const url = URL.createObjectURL(new Blob([text], { type: format === 'csv' ? 'text/csv' : 'application/json' }));
      const link = document.createElement('a');
      link.href = url;
      link.download = `kaudit-tray-drift.${format}`;
      link.click();
      URL.revokeObjectURL(url);
    });
  const change = wish === null ? null : changeLike(wish.field, wish.says, presets);
  const compared = groups?.filter(({ count }) => count > 1) ?? [];
  return (
    <div className="view">
      <header className="view-header">
        <h1>{strings.drift}</h1>
        <div className="view-actions" data-commands="">
          {(['csv', 'json'] as const).map((format) => (
            <Button key={format} icon={Download} isPending={busy} isDisabled={compared.length === 0} onPress={() => void download(format)}>
              {strings.exportAs(format.toUpperCase())}
            </Button>
          ))}
        </div>
      </header>
      {groups === null && <p role="status">{strings.comparing}</p>}
      {groups !== null && compared.length === 0 && (
        <div className="empty">
          <h2>{strings.nothingCompareYet}</h2>
          <p>{strings.connectClustersIntegrationsSameType}</p>
        </div>
      )}
      {compared.map((group) => (
        <Group key={group.type} group={group} onWish={setWish} />
      ))}
      {wish !== null && change !== null && <RolloutDialog change={change} chosen={wish.targets} onClose={() => setWish(null)} />}
    </div>
  );
}

function Group({ group, onWish }: { readonly group: DriftGroup; readonly onWish: (wish: Wish) => void }): ReactNode {
  const { type, count, fields, odd } = group;
  const title = typeTitle(type);
  return (
    <section className="group" aria-labelledby={`drift-${type}`}>
      <h2 id={`drift-${type}`} className="group-title">
        {`${title}: ${odd.length === 0 ? strings.allSame(count) : strings.countOfTotalDiffer(odd.length, count)}`}
      </h2>
      <dl className="preset-facts" aria-label={strings.mostCommonValues(title)}>
        {fields.map(({ field, usual, agree }) => (
          <div key={field} className="facts">
            <dt>{field}</dt>
            <dd>
              <span className="code">{usual ?? strings.notSet}</span>
              <span className="quiet">{strings.agreeOfCount(agree, count)}</span>
            </dd>
          </div>
        ))}
      </dl>
      {odd.map((one) => (
        <Odd key={candidateId(one)} odd={one} group={group} onWish={onWish} />
      ))}
    </section>
  );
}

function Odd({
  odd,
  group,
  onWish,
}: {
  readonly odd: DriftOdd;
  readonly group: DriftGroup;
  readonly onWish: (wish: Wish) => void;
}): ReactNode {
  const { router } = useApp();
  const { clusters, presets } = useFleet();
  const { ref, integration, differs } = odd;
  const id = candidateId(odd);
  const all = candidatesOf(clusters);
  const words = all.find((candidate) => candidate.id === id)?.words ?? `${ref.context} · ${ref.name}`;
  const others = (): readonly string[] => {
    const typeOf = (candidate: string): string | undefined => {
      const [context, namespace, name, index] = JSON.parse(candidate) as [string, string, string, number];
      const configMap = clusters
        .find((cluster) => cluster.context === context)
        ?.configMaps.find((one) => one.ref.namespace === namespace && one.ref.name === name);
      return configMap?.integrations.find((one) => one.index === index)?.type ?? strings.noType;
    };
    return all.map((candidate) => candidate.id).filter((candidate) => candidate !== id && typeOf(candidate) === group.type);
  };
  return (
    <article className="card" aria-label={words}>
      <header className="card-header">
        <h3>{words}</h3>
        <Badge
          plain
          look={{
            tone: 'warn',
            icon: 'warning',
            word: strings.fieldsDiffer(differs.length),
          }}
        />
        <span className="row-actions push">
          <Button small onPress={() => router.navigate({ view: 'configMap', ref, integration })}>
            {strings.open}
          </Button>
        </span>
      </header>
      <ul className="plain">
        {differs.map(({ field, says, usual, since }) => (
          <li key={field} className="facts">
            <strong>{field}</strong>
            <span className="code">{says ?? strings.notSet}</span>
            <span className="quiet">{strings.mostHave(usual ?? strings.nothing)}</span>
            {since !== undefined && (
              <span className="quiet">
                {strings.since}
                <Age of={since} />
              </span>
            )}
            {changeLike(field, usual, presets) !== null && (
              <Button small aria-label={strings.matchMost(words, field)} onPress={() => onWish({ field, says: usual, targets: [id] })}>
                {strings.matchMostLabel}
              </Button>
            )}
            {changeLike(field, says, presets) !== null && (
              <Button
                small
                kind="quiet"
                aria-label={strings.matchOthers(words, field)}
                onPress={() => onWish({ field, says, targets: others() })}
              >
                {strings.matchTheOthersToThis}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </article>
  );
}
