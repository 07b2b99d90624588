import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import type { Args } from '../../../main/common/api.ts';
import { normaliseDomain, REGIONS, regionOf } from '../../../main/common/coralogix.ts';
import type { AppError } from '../../../main/common/errors.ts';
import { LINKS } from '../../../main/common/links.ts';
import { DEFAULT_APPLICATION, DEFAULT_SUBSYSTEM, type PresetView } from '../../../main/common/preset.ts';
import { asAppError } from '../../client/client.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { RadioInput, SecretInput, TextInput } from '../../components/field.tsx';
import { ExternalAnchor } from '../../components/link.tsx';
import { ComboInput } from '../../components/select.tsx';
import { notify } from '../../components/toast.tsx';
import { useApp, useNow } from '../../state/app.tsx';
import { bareKey, keyAdvice } from './key-advice.ts';
import { keyWords } from './presets-view.tsx';

/** Coralogix's regions as suggestions; legacy domains are found by their text. */
export const DOMAIN_OPTIONS = REGIONS.map((region) => ({
  id: region.domain,
  label: region.domain,
  description: [region.id, region.place, ...region.legacyDomains.map((domain) => `formerly ${domain}`)].join(', '),
}));

export const ENDPOINT_OPTIONS = [
  { id: 'api', label: 'api host', description: 'As kAudit’s documentation has it, and what existing installations use.' },
  { id: 'ingress', label: 'ingress host', description: 'What Coralogix documents today. It is switching old addresses on api. off.' },
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

export function PresetForm({ preset, onClose }: { readonly preset: PresetView | null; readonly onClose: () => void }): ReactNode {
  const { client } = useApp();
  const now = useNow();
  const [draft, setDraft] = useState<Draft>(preset ? { ...preset, team: preset.team ?? '' } : EMPTY);
  const [key, setKey] = useState('');
  const [replacing, setReplacing] = useState(preset === null || preset.key.state === 'missing');
  const [error, setError] = useState<AppError | null>(null);
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Draft>) => setDraft((current) => ({ ...current, ...part }));

  const nameError = checked && draft.name.trim() === '' ? 'Give it a name.' : undefined;
  const domain = normaliseDomain(draft.domain);
  const domainError = checked && !domain ? 'A domain looks like eu2.coralogix.com.' : undefined;
  const region = domain ? regionOf(domain.domain) : undefined;
  const advice = keyAdvice(key);

  const takeDomain = (text: string) => {
    const found = normaliseDomain(text);
    if (!found) return;
    change({ domain: found.domain, ...(found.endpoint ? { endpoint: found.endpoint } : {}), ...(found.team ? { team: found.team } : {}) });
  };

  const save = async () => {
    setChecked(true);
    if (draft.name.trim() === '' || !domain) return;
    setBusy(true);
    setError(null);
    try {
      const reply = await client.request('preset.save', saveArguments(preset, { ...draft, domain: domain.domain }, key));
      const where = { keychain: 'Its key is in the keychain.', memory: 'Its key is kept in memory for this run.', unchanged: '' }[
        reply.stored
      ];
      notify({ tone: 'good', title: `Preset ${reply.preset.name} was saved`, ...(where === '' ? {} : { detail: where }) });
      onClose();
    } catch (thrown) {
      setError(asAppError(thrown));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={preset ? `Edit preset ${preset.name}` : 'New preset'}
      onClose={onClose}
      footer={
        <>
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
        <TextInput label="Name" value={draft.name} onChange={(name) => change({ name })} errorMessage={nameError} isRequired autoFocus />
        <ComboInput
          label="Coralogix domain"
          description={
            <>
              {region
                ? `${region.id}, ${region.place}. `
                : domain
                  ? 'No known region: a custom or private domain. '
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
        {replacing ? (
          <>
            <SecretInput
              label="Send-Your-Data key"
              description={
                <>
                  {preset && preset.key.state !== 'missing' ? 'Leave it empty to keep the present key. ' : ''}
                  <ExternalAnchor href={LINKS.keys}>Where do I get a key?</ExternalAnchor>
                </>
              }
              value={key}
              onChange={setKey}
            />
            {advice !== null && <Banner tone="warn" live title={advice} />}
          </>
        ) : (
          preset && (
            <div className="field">
              <span className="field-label">Send-Your-Data key</span>
              <div className="key-row">
                <span>
                  {`Configured · ${keyWords(preset.key, now)}`}
                  {preset.key.fingerprint !== undefined && <span className="code">{` · ${preset.key.fingerprint}`}</span>}
                </span>
                <Button small onPress={() => setReplacing(true)}>
                  Replace
                </Button>
              </div>
            </div>
          )
        )}
        <TextInput
          label="Team (optional)"
          description="Your team’s name in Coralogix’s address, for links to its logs."
          value={draft.team}
          onChange={(team) => change({ team })}
        />
      </Form>
    </Dialog>
  );
}

function saveArguments(preset: PresetView | null, draft: Draft, key: string): Args<'preset.save'> {
  const team = draft.team.trim();
  const bare = bareKey(key);
  return {
    preset: {
      ...(preset ? { id: preset.id } : {}),
      name: draft.name.trim(),
      domain: draft.domain,
      endpoint: draft.endpoint,
      ...(draft.applicationName.trim() === '' ? {} : { applicationName: draft.applicationName.trim() }),
      ...(draft.subsystemName.trim() === '' ? {} : { subsystemName: draft.subsystemName.trim() }),
      ...(team === '' ? {} : { team }),
    },
    ...(bare === '' ? {} : { key: bare }),
  };
}
