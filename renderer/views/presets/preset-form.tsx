import { Send } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import type { Reply } from '../../../main/common/api.ts';
import { normaliseDomain, REGIONS, regionOf } from '../../../main/common/coralogix/coralogix.ts';
import { LINKS } from '../../../main/common/coralogix/links.ts';
import { DEFAULT_APPLICATION, DEFAULT_SUBSYSTEM, type PresetInput, type PresetView } from '../../../main/common/coralogix/preset.ts';
import type { AppError } from '../../../main/common/errors.ts';
import { asAppError } from '../../client/client.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { RadioInput, TextInput } from '../../components/field.tsx';
import { ExternalAnchor } from '../../components/link.tsx';
import { ComboInput } from '../../components/select.tsx';
import { notify } from '../../components/toast.tsx';
import { useApp } from '../../state/app.tsx';
import { COMMAND_KEY, useCommandKey } from '../../state/keys.ts';
import { DeliveryDialog, type DeliverySession } from '../delivery/delivery-dialog.tsx';
import { bareKey, domainAdvice, keyAdvice, readBackAdvice } from './key-advice.ts';
import { KeyEntry } from './key-entry.tsx';
import type { KeyUse } from './key-usage.ts';
import { isUsable, keyTrouble, NO_ENTRY } from './key-words.ts';
import { adoptedPlace } from './stray-keys.tsx';

export const DOMAIN_OPTIONS = REGIONS.map((region) => ({
  id: region.domain,
  label: region.domain,
  description: [region.id, region.place, ...region.legacyDomains.map((domain) => `formerly ${domain}`)].join(', '),
}));

export const ENDPOINT_OPTIONS = [
  { id: 'api', label: 'api host', description: 'Used in kAudit’s documentation and by existing installations.' },
  {
    id: 'ingress',
    label: 'ingress host',
    description: 'Coralogix’s current documentation. Coralogix is switching off old addresses of the api host.',
  },
] as const;

interface Draft {
  readonly name: string;
  readonly domain: string;
  readonly endpoint: 'api' | 'ingress';
  readonly applicationName: string;
  readonly subsystemName: string;
  readonly team: string;
}

const EMPTY: Draft = {
  name: '',
  domain: '',
  endpoint: 'api',
  applicationName: DEFAULT_APPLICATION,
  subsystemName: DEFAULT_SUBSYSTEM,
  team: '',
};

export function PresetForm({
  preset,
  adopting,
  onClose,
}: {
  readonly preset: PresetView | null;
  readonly adopting?: KeyUse | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useApp();
  const [draft, setDraft] = useState<Draft>(
    preset ? { ...preset, team: preset.team ?? '' } : { ...EMPTY, ...adoptedPlace(adopting?.target.host) },
  );
  /** Updates on blur: a half-typed domain looks wrong. */
  const [settled, setSettled] = useState(draft.domain);
  const [key, setKey] = useState('');
  const [readBackKey, setReadBackKey] = useState('');
  const [removesKey, setRemovesKey] = useState(false);
  const [removesReadBack, setRemovesReadBack] = useState(false);
  const [delivery, setDelivery] = useState<DeliverySession | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Draft>) => setDraft((current) => ({ ...current, ...part }));

  const nameError = checked && draft.name.trim() === '' ? 'Enter a name.' : undefined;
  const domain = normaliseDomain(draft.domain);
  const domainError = checked && !domain ? 'A domain looks like eu2.coralogix.com.' : undefined;
  const region = domain ? regionOf(domain.domain) : undefined;
  const strange = domain && settled === draft.domain ? domainAdvice(domain.domain) : null;

  const takeDomain = (text: string) => {
    const found = normaliseDomain(text);
    if (!found) return;
    setSettled(found.domain);
    change({ domain: found.domain, ...(found.endpoint ? { endpoint: found.endpoint } : {}), ...(found.team ? { team: found.team } : {}) });
  };

  /** null: something is missing, and is marked. */
  const checkedPreset = () => {
    setChecked(true);
    return draft.name.trim() === '' || !domain ? null : presetInput(preset, { ...draft, domain: domain.domain });
  };

  const save = async () => {
    const input = checkedPreset();
    if (!input) return;
    setBusy(true);
    setError(null);
    const bare = bareKey(key);
    const bareReadBack = bareKey(readBackKey);
    try {
      const reply: Reply<'preset.save'> = adopting
        ? await client.request('preset.adopt', { ...placeOf(adopting), preset: input })
        : await client.request('preset.save', {
            preset: input,
            ...given('key', bare, removesKey),
            ...(removesKey ? {} : given('readBackKey', bareReadBack, removesReadBack)),
          });
      const stored =
        reply.stored === 'unchanged' && preset?.key.state !== 'missing' && preset ? 'Its key didn’t change.' : STORED_WORDS[reply.stored];
      const detail = [stored, reply.readBackLost ? READ_BACK_LOST : ''].join(' ').trim();
      notify({
        tone: reply.readBackLost ? 'warn' : 'good',
        title: `Preset ${reply.preset.name} was saved`,
        ...(detail === '' ? {} : { detail }),
      });
      onClose();
    } catch (thrown) {
      setError(asAppError(thrown));
      setBusy(false);
    }
  };

  const test = () => {
    const input = checkedPreset();
    const bare = bareKey(key);
    if (input)
      setDelivery({
        kind: 'unsavedPreset',
        args: { preset: input, ...(bare === '' ? {} : { key: bare }) },
        title: `Preset ${input.name}, not saved yet`,
      });
  };
  useCommandKey('Enter', () => {
    if (!delivery && !adopting) test();
  });
  const hasKey = preset !== null && isUsable(preset.key) && !removesKey;
  const trouble = preset && keyTrouble(preset.key);

  return (
    <Dialog
      title={preset ? `Edit preset ${preset.name}` : adopting ? 'New preset with a key in use' : 'New preset'}
      onClose={onClose}
      footer={
        <>
          {!adopting && (
            <Button icon={Send} isDisabled={bareKey(key) === '' && !hasKey} onPress={test}>
              Test
              <span className="key-cap" aria-hidden="true">{`${COMMAND_KEY} Enter`}</span>
            </Button>
          )}
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="preset-form" isPending={busy}>
            Save preset
          </Button>
        </>
      }
    >
      <Form
        id="preset-form"
        className="form"
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {error && <Banner tone="bad" live title={error.message} />}
        {trouble && !error && <Banner tone="warn" title={trouble} />}
        <TextInput label="Name" value={draft.name} onChange={(name) => change({ name })} errorMessage={nameError} isRequired autoFocus />
        <ComboInput
          label="Coralogix domain"
          description={
            <>
              {region
                ? `${region.id}, ${region.place}. `
                : domain
                  ? 'Not a known region: a custom or private domain. '
                  : 'A domain, a host, or your team’s address. '}
              <ExternalAnchor href={LINKS.domains}>Which domain is mine?</ExternalAnchor>
            </>
          }
          placeholder="eu2.coralogix.com"
          options={DOMAIN_OPTIONS}
          value={draft.domain}
          onChange={(text) => change({ domain: text })}
          onCommit={takeDomain}
          errorMessage={domainError}
        />
        {strange !== null && <Banner tone="warn" live title={strange} />}
        <RadioInput
          label="Endpoint"
          options={ENDPOINT_OPTIONS}
          value={draft.endpoint}
          onChange={(endpoint) => change({ endpoint: endpoint === 'ingress' ? 'ingress' : 'api' })}
        />
        <div className="columns">
          <TextInput label="Application name" value={draft.applicationName} onChange={(applicationName) => change({ applicationName })} />
          <TextInput label="Subsystem name" value={draft.subsystemName} onChange={(subsystemName) => change({ subsystemName })} />
        </div>
        {adopting ? (
          <div className="field">
            <span className="field-label">Send-Your-Data key</span>
            <span>
              The key of {adopting.words} <span className="code">{adopting.target.key.fingerprint}</span>. It goes to the keychain without
              being shown.
            </span>
          </div>
        ) : (
          <>
            <KeyEntry
              label="Send-Your-Data key"
              present={preset?.key}
              value={key}
              onChange={setKey}
              description={<ExternalAnchor href={LINKS.keys}>Where do I get a key?</ExternalAnchor>}
              removal={{
                chosen: removesKey,
                choose: setRemovesKey,
                words: preset?.readBackKey
                  ? 'Saving removes it and the read-back key from this computer. ConfigMaps keep their copies.'
                  : 'Saving removes it from this computer. ConfigMaps keep their copies.',
              }}
              advice={keyAdvice(key)}
            />
            {!removesKey && (
              <KeyEntry
                label="Read-back key (optional)"
                present={preset?.readBackKey}
                value={readBackKey}
                onChange={setReadBackKey}
                removal={{ chosen: removesReadBack, choose: setRemovesReadBack, words: 'Saving removes it from this computer.' }}
                description="A personal or team key that can query. A delivery test can then check whether Coralogix has its entry."
                advice={readBackAdvice(readBackKey)}
              />
            )}
          </>
        )}
        <TextInput
          label="Team (optional)"
          description="Your team’s name in the Coralogix address, for links to its logs."
          value={draft.team}
          onChange={(team) => change({ team })}
        />
      </Form>
      {delivery && <DeliveryDialog session={delivery} onClose={() => setDelivery(null)} />}
    </Dialog>
  );
}

const STORED_WORDS: Readonly<Record<Reply<'preset.save'>['stored'], string>> = {
  keychain: 'Its key is in the keychain.',
  memory: 'Its key stays in memory until kAudit Tray quits.',
  removed: 'Its key was removed.',
  gone: NO_ENTRY,
  unchanged: '',
};
const READ_BACK_LOST = 'Its read-back key was in the same keychain entry. Enter it again too.';

/** Nothing: keeps the current key. */
function given<Name extends string>(name: Name, key: string, removed: boolean): Partial<Record<Name, string | null>> {
  if (key === '' && !removed) return {};
  return { [name]: removed ? null : key } as Record<Name, string | null>;
}

function presetInput(preset: PresetView | null, draft: Draft): PresetInput {
  const team = draft.team.trim();
  return {
    ...(preset ? { id: preset.id } : {}),
    name: draft.name.trim(),
    domain: draft.domain,
    endpoint: draft.endpoint,
    ...(draft.applicationName.trim() === '' ? {} : { applicationName: draft.applicationName.trim() }),
    ...(draft.subsystemName.trim() === '' ? {} : { subsystemName: draft.subsystemName.trim() }),
    ...(team === '' ? {} : { team }),
  };
}

function placeOf({ configMap, integration, target }: KeyUse) {
  return {
    ref: configMap.ref,
    base: configMap.resourceVersion,
    integration: integration.index,
    ...(target.index === null ? {} : { target: target.index }),
  };
}
