import type { ReactNode } from 'react';
import { useState } from 'react';
import type { PresetView } from '../../../main/common/coralogix/preset.ts';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import type { RolloutChange, RolloutTarget } from '../../../main/common/rollout/change.ts';
import { Button } from '../../components/button.tsx';
import { CheckboxInput, TextInput } from '../../components/field.tsx';
import { SelectInput } from '../../components/select.tsx';

export interface Candidate {
  readonly id: string;
  readonly target: RolloutTarget;
  readonly words: string;
  readonly production: boolean;
  readonly formerOf: readonly string[];
}

export function candidatesOf(clusters: readonly Cluster[]): readonly Candidate[] {
  return clusters
    .filter(({ state }) => state === 'online')
    .flatMap((cluster) =>
      cluster.configMaps.flatMap(({ ref, instance, integrations }) =>
        integrations.map(({ index, type, name, targets }): Candidate => {
          const hosts = targets.map(({ host, type: kind }) => host ?? kind ?? 'no target').join(', ');
          return {
            id: JSON.stringify([ref.context, ref.namespace, ref.name, index]),
            target: { ref, integration: index },
            words: `${cluster.marks?.alias ?? ref.context} · ${instance} · ${typeTitle(type)}${name === undefined ? '' : ` (${name})`} → ${hosts}`,
            production: cluster.marks?.production === true,
            formerOf: targets.flatMap(({ key }) => (key.owner?.former ? [key.owner.preset] : [])),
          };
        }),
      ),
    );
}

const CHANGES = [
  { id: 'stop', label: 'Stop' },
  { id: 'start', label: 'Start' },
  { id: 'ingress', label: 'Send to ingress.' },
  { id: 'api', label: 'Send to api.' },
];

export function RolloutChoice({
  candidates,
  presets,
  chosen,
  onChoose,
  change,
  onChange,
}: {
  readonly candidates: readonly Candidate[];
  readonly presets: readonly PresetView[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
  readonly change: RolloutChange | null;
  readonly onChange: (change: RolloutChange) => void;
}): ReactNode {
  const [query, setQuery] = useState('');
  const found = candidates.filter(({ words }) => words.toLowerCase().includes(query.toLowerCase()));
  const older = candidates.filter(({ formerOf }) => (change?.op === 'preset' ? formerOf.includes(change.preset) : formerOf.length > 0));
  return (
    <>
      <SelectInput
        label="Change"
        placeholder="Choose one change"
        options={[...presets.map(({ id, name }) => ({ id: `preset:${id}`, label: `Use the preset “${name}”` })), ...CHANGES]}
        value={change === null ? null : idOf(change)}
        onChange={(id) => onChange(changeOf(id))}
      />
      <TextInput label="Show only" value={query} onChange={setQuery} placeholder="cluster, instance, host" />
      <div className="choices choices-inline">
        <Button
          small
          onPress={() => onChoose(new Set([...chosen, ...found.map(({ id }) => id)]))}
        >{`Choose all ${found.length} shown`}</Button>
        {older.length > 0 && (
          <Button small onPress={() => onChoose(new Set(older.map(({ id }) => id)))}>{`Choose the ${older.length} on an older key`}</Button>
        )}
        <Button small isDisabled={chosen.size === 0} onPress={() => onChoose(new Set())}>
          Choose none
        </Button>
      </div>
      <div className="choices">
        {found.map(({ id, words }) => (
          <CheckboxInput
            key={id}
            label={words}
            isSelected={chosen.has(id)}
            onChange={(on) => onChoose(on ? new Set([...chosen, id]) : new Set([...chosen].filter((other) => other !== id)))}
          />
        ))}
      </div>
    </>
  );
}

function idOf(change: RolloutChange): string | null {
  if (change.op === 'preset') return `preset:${change.preset}`;
  if (change.op === 'stopped') return change.value ? 'stop' : 'start';
  return change.op === 'endpoint' ? change.endpoint : null;
}

function changeOf(id: string): RolloutChange {
  if (id === 'stop' || id === 'start') return { op: 'stopped', value: id === 'stop' };
  if (id === 'api' || id === 'ingress') return { op: 'endpoint', endpoint: id };
  return { op: 'preset', preset: id.slice('preset:'.length) };
}
