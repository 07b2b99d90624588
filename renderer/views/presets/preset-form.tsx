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
import * as strings from './strings.ts';

export const DOMAIN_OPTIONS = REGIONS.map((region) => ({
  id: region.domain,
  label: region.domain,
  description: [region.id, region.place, ...region.legacyDomains.map((domain) => strings.formerlyDomain(domain))].join(', '),
}));

export const ENDPOINT_OPTIONS = [
  { id: 'api', label: strings.apiHost, description: strings.usedKAuditsDocumentationExistingInstallations },
  {
    id: 'ingress',
    label: strings.ingressHost,
    description: strings.coralogixsCurrentDocumentationCoralogixSwitching,
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

  const nameError = checked && draft.name.trim() === '' ? strings.enterName : undefined;
  const domain = normaliseDomain(draft.domain);
  const domainError = checked && !domain ? strings.domainLooksLikeEu2Coralogix : undefined;
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
        reply.stored === 'unchanged' && preset?.key.state !== 'missing' && preset ? strings.keyDidntChange : STORED_WORDS[reply.stored];
      const detail = [stored, reply.readBackLost ? READ_BACK_LOST : ''].join(' ').trim();
      notify({
        tone: reply.readBackLost ? 'warn' : 'good',
        title: strings.presetSaved(reply.preset.name),
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
        title: strings.presetNotSavedYet(input.name),
      });
  };
  useCommandKey('Enter', () => {
    if (!delivery && !adopting) test();
  });
  const hasKey = preset !== null && isUsable(preset.key) && !removesKey;
  const trouble = preset && keyTrouble(preset.key);

  return (
    <Dialog
      title={preset ? strings.editPreset(preset.name) : adopting ? strings.newPresetKeyUse : strings.newPreset}
      onClose={onClose}
      footer={
        <>
          {!adopting && (
            <Button icon={Send} isDisabled={bareKey(key) === '' && !hasKey} onPress={test}>
              {strings.test}
              <span className="key-cap" aria-hidden="true">
                {strings.commandKeyEnter(COMMAND_KEY)}
              </span>
            </Button>
          )}
          <Button onPress={onClose}>{strings.cancel}</Button>
          <Button kind="primary" type="submit" form="preset-form" isPending={busy}>
            {strings.savePreset}
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
        <TextInput
          label={strings.nameLabel}
          value={draft.name}
          onChange={(name) => change({ name })}
          errorMessage={nameError}
          isRequired
          autoFocus
        />
        <ComboInput
          label={strings.coralogixDomain}
          description={
            <>
              {region ? `${region.id}, ${region.place}. ` : domain ? strings.notKnownRegionCustomPrivate : strings.domainHostTeamsAddress}
              <ExternalAnchor href={LINKS.domains}>{strings.whichDomainMine}</ExternalAnchor>
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
          label={strings.endpoint}
          options={ENDPOINT_OPTIONS}
          value={draft.endpoint}
          onChange={(endpoint) => change({ endpoint: endpoint === 'ingress' ? 'ingress' : 'api' })}
        />
        <div className="columns">
          <TextInput
            label={strings.applicationName}
            value={draft.applicationName}
            onChange={(applicationName) => change({ applicationName })}
          />
          <TextInput label={strings.subsystemName} value={draft.subsystemName} onChange={(subsystemName) => change({ subsystemName })} />
        </div>
        {adopting ? (
          <div className="field">
            <span className="field-label">{strings.sendDataKey}</span>
            <span>
              {strings.theKeyOf(adopting.words)}
              <span className="code">{adopting.target.key.fingerprint}</span>
              {strings.goesKeychainWithoutBeingShown}
            </span>
          </div>
        ) : (
          <>
            <KeyEntry
              label={strings.sendDataKey}
              present={preset?.key}
              value={key}
              onChange={setKey}
              description={<ExternalAnchor href={LINKS.keys}>{strings.whereDoIGetKey}</ExternalAnchor>}
              removal={{
                chosen: removesKey,
                choose: setRemovesKey,
                words: preset?.readBackKey ? strings.savingRemovesReadBackKey : strings.savingRemovesConfigMapsKeepCopies,
              }}
              advice={keyAdvice(key)}
            />
            {!removesKey && (
              <KeyEntry
                label={strings.readBackKeyOptional}
                present={preset?.readBackKey}
                value={readBackKey}
                onChange={setReadBackKey}
                removal={{ chosen: removesReadBack, choose: setRemovesReadBack, words: strings.savingRemovesFromComputer }}
                description={strings.personalTeamKeyCanQuery}
                advice={readBackAdvice(readBackKey)}
              />
            )}
          </>
        )}
        <TextInput
          label={strings.teamOptional}
          description={strings.teamsNameCoralogixAddressLinks}
          value={draft.team}
          onChange={(team) => change({ team })}
        />
      </Form>
      {delivery && <DeliveryDialog session={delivery} onClose={() => setDelivery(null)} />}
    </Dialog>
  );
}

const STORED_WORDS: Readonly<Record<Reply<'preset.save'>['stored'], string>> = {
  keychain: strings.itsKeyIsInTheKeychain,
  memory: strings.keyStaysMemoryUntilKAudit,
  removed: strings.keyRemoved,
  gone: NO_ENTRY,
  unchanged: '',
};
const READ_BACK_LOST = strings.readBackKeySameKeychain;

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
