import { ListChecks } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { sameName } from '../../../main/common/arrivals/arrivals.ts';
import type { PresetInput, PresetView, PresetWatch } from '../../../main/common/coralogix/preset.ts';
import { presetArrival } from '../../../main/common/fleet/arrival.ts';
import { Arrival, ArrivalTable } from '../../components/arrival.tsx';
import { Button } from '../../components/button.tsx';
import { SwitchInput } from '../../components/field.tsx';
import { useAction, useApp, useFleet, useNow } from '../../state/app.tsx';
import { PickNames } from './pick-names.tsx';
import * as strings from './strings.ts';

export function PresetArrivals({ preset }: { readonly preset: PresetView }): ReactNode {
  const { client } = useApp();
  const fleet = useFleet();
  const now = useNow();
  const action = useAction();
  const [picking, setPicking] = useState(false);
  const { arrivals = { watched: false, names: [] }, readBackKey } = preset;
  const shown = presetArrival(fleet, preset, now);

  const save = async (watch: PresetWatch): Promise<boolean> => {
    const saved = await action.run(() => client.request('preset.save', { preset: { ...inputOf(preset), arrivals: plain(watch) } }));
    return saved !== undefined;
  };
  if (readBackKey === undefined) {
    return <p className="quiet">{strings.readBackKeyKAuditTray}</p>;
  }
  return (
    <section className="preset-arrivals" aria-label={strings.arrivalsOf(preset.name)}>
      <SwitchInput
        label={strings.checkCoralogixWhetherEntriesArrive}
        description={strings.mostEveryFiveMinutesWhile}
        isSelected={arrivals.watched}
        isDisabled={action.busy}
        onChange={(watched) =>
          void save({ ...arrivals, watched }).then((saved) => saved && watched && arrivals.names.length === 0 && setPicking(true))
        }
      />
      {arrivals.watched && (
        <>
          <p className="row-actions">
            {shown ? <Arrival words={shown} /> : <span className="quiet">{strings.noNamesSelectedYet}</span>}
            <Button small icon={ListChecks} onPress={() => setPicking(true)} aria-label={strings.selectNames(preset.name)}>
              {strings.selectNamesLabel}
            </Button>
          </p>
          {shown && <p className="quiet">{shown.sentence}</p>}
          {arrivals.names.length > 0 && (
            <p className="quiet">
              {strings.namesList(arrivals.names.map(({ application, subsystem }) => `${application} / ${subsystem}`).join(', '))}
            </p>
          )}
          {shown?.hours && <ArrivalTable hours={shown.hours} label={strings.entriesOfPerHour(preset.name)} />}
        </>
      )}
      {picking && (
        <PickNames
          preset={preset}
          onPicked={async (names) => {
            const kept = names.map(
              (name) => arrivals.names.find((old) => sameName(old, name) && old.integration === name.integration) ?? name,
            );
            if (await save({ ...arrivals, watched: true, names: kept })) setPicking(false);
          }}
          onClose={() => setPicking(false)}
        />
      )}
    </section>
  );
}

/** Only the contract's fields, without keys. */
function inputOf({ id, name, domain, endpoint, applicationName, subsystemName, team }: PresetView): PresetInput {
  return { id, name, domain, endpoint, applicationName, subsystemName, ...(team === undefined ? {} : { team }) };
}

function plain({ watched, names }: PresetWatch): NonNullable<PresetInput['arrivals']> {
  return { watched, names: names.map((name) => ({ ...name })) };
}
