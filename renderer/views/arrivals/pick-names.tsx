import { type ReactNode, useEffect, useState } from 'react';
import type { Reply } from '../../../main/common/api.ts';
import type { EntryName } from '../../../main/common/arrivals/arrivals.ts';
import { sameName } from '../../../main/common/arrivals/arrivals.ts';
import type { PresetView, PresetWatch } from '../../../main/common/coralogix/preset.ts';
import type { AppError } from '../../../main/common/errors.ts';
import { ageWords } from '../../../main/common/fleet/age.ts';
import { integrationId } from '../../../main/common/fleet/arrival.ts';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import { asAppError } from '../../client/client.ts';
import { Badge, Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { CheckboxInput, TextInput } from '../../components/field.tsx';
import { SelectInput } from '../../components/select.tsx';
import { useApp, useFleet, useNow } from '../../state/app.tsx';
import * as strings from './strings.ts';

/** Rows shown initially; a search finds the others. */
const SHOWN = 30;
const TOGETHER = 'together';

type Picked = PresetWatch['names'][number];
type Found = Reply<'arrivals.discover'>;

/** Only the user knows which names are kAudit's. */
export function PickNames({
  preset,
  onPicked,
  onClose,
}: {
  readonly preset: PresetView;
  readonly onPicked: (names: readonly Picked[]) => Promise<void>;
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useApp();
  const now = useNow();
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [picked, setPicked] = useState<readonly Picked[]>(preset.arrivals?.names ?? []);
  const [query, setQuery] = useState('');
  const [busy, setBusy] = useState(false);
  const integrations = useIntegrations(preset.id);
  const { id } = preset;
  useEffect(() => {
    let open = true;
    const query = crypto.randomUUID();
    client
      .request('arrivals.discover', { preset: id, query })
      .then((reply) => open && setFound(reply))
      .catch((thrown: unknown) => open && setError(asAppError(thrown)));
    return () => {
      open = false;
      client.request('arrivals.cancel', { query }).catch(() => {});
    };
  }, [client, id]);

  const isPicked = (name: EntryName) => picked.some((one) => sameName(one, name));
  const pick = ({ application, subsystem }: EntryName, wanted: boolean) => {
    const others = picked.filter((one) => !sameName(one, { application, subsystem }));
    setPicked(wanted ? [...others, { application, subsystem }] : others);
  };
  const map = (name: Picked, to: string) =>
    setPicked(
      picked.map((one) => {
        if (!sameName(one, name)) return one;
        const { application, subsystem } = one;
        return to === TOGETHER ? { application, subsystem } : { application, subsystem, integration: to };
      }),
    );
  // Earlier picks without recent entries can still be removed.
  const missing = picked.filter((name) => found !== null && !found.names.some((one) => sameName(one, name)));
  const listed = (found?.names ?? []).filter(({ application, subsystem }) =>
    `${application} / ${subsystem}`.toLowerCase().includes(query.trim().toLowerCase()),
  );
  return (
    <Dialog
      title={strings.whichEntriesComeKAudit(preset.name)}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{strings.cancel}</Button>
          <Button
            kind="primary"
            isPending={busy}
            isDisabled={picked.length === 0}
            onPress={() => {
              setBusy(true);
              void onPicked(picked).finally(() => setBusy(false));
            }}
          >
            {strings.watchThese}
          </Button>
        </>
      }
    >
      <div className="form">
        <p>{strings.entriesLast24HoursApplication}</p>
        {error && <Banner tone="bad" live title={error.message} />}
        {!found && !error && <p role="status">{strings.askingCoralogix}</p>}
        {found?.warning !== undefined && <Banner tone="warn" title={found.warning} />}
        {found && found.names.length > SHOWN && <TextInput label={strings.searchNames} value={query} onChange={setQuery} />}
        {found && found.names.length === 0 && <p>{strings.noEntriesLast24Hours}</p>}
        <ul className="plain">
          {listed.slice(0, SHOWN).map((name) => (
            <li key={`${name.application} / ${name.subsystem}`}>
              <CheckboxInput
                label={`${name.application} / ${name.subsystem}`}
                description={strings.entriesLatest(name.count, ageWords(name.last, now))}
                isSelected={isPicked(name)}
                onChange={(wanted) => pick(name, wanted)}
              />
              {name.likely && <Badge plain look={{ tone: 'info', icon: 'info', word: strings.likelyKAudits }} />}
            </li>
          ))}
          {missing.map((name) => (
            <li key={`${name.application} / ${name.subsystem}`}>
              <CheckboxInput
                label={`${name.application} / ${name.subsystem}`}
                description={strings.noEntriesInTheLast24Hours}
                isSelected
                onChange={(wanted) => pick(name, wanted)}
              />
            </li>
          ))}
        </ul>
        {listed.length > SHOWN && <p className="quiet">{strings.moreUseSearchFindThem(listed.length - SHOWN)}</p>}
        {integrations.length > 1 &&
          picked.map((name) => (
            <SelectInput
              key={`${name.application} / ${name.subsystem}`}
              label={strings.belongsTo(name.application, name.subsystem)}
              options={[{ id: TOGETHER, label: strings.allIntegrationsPresetTogether }, ...integrations]}
              value={name.integration ?? TOGETHER}
              onChange={(to) => map(name, to)}
            />
          ))}
      </div>
    </Dialog>
  );
}

function useIntegrations(preset: string): readonly { readonly id: string; readonly label: string }[] {
  const { clusters } = useFleet();
  const found = clusters
    .flatMap((cluster) => cluster.configMaps.map((configMap) => ({ ...configMap, cluster })))
    .flatMap(({ cluster, ref, instance, integrations }) =>
      integrations
        .filter(({ targets }) => targets.some(({ key }) => key.owner?.preset === preset))
        .map(
          (one) =>
            [
              integrationId({ cluster, ref }, one),
              strings.nameOnContextInstance(one.name ?? typeTitle(one.type), ref.context, instance),
            ] as const,
        ),
    );
  return [...new Map(found)].map(([id, label]) => ({ id, label }));
}
