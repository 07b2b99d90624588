import { KeyRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { endpointOf, normaliseDomain, regionOf, withDomain } from '../../../main/common/coralogix/coralogix.ts';
import { LINKS } from '../../../main/common/coralogix/links.ts';
import { type PresetView, presetUrl } from '../../../main/common/coralogix/preset.ts';
import type { Integration, Target } from '../../../main/common/integration/reading/integration.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { RadioInput } from '../../components/field.tsx';
import { ExternalAnchor } from '../../components/link.tsx';
import { ComboInput, SelectInput } from '../../components/select.tsx';
import { useApp, useFleet } from '../../state/app.tsx';
import { useEditor } from '../draft/editor-context.tsx';
import { DOMAIN_OPTIONS, ENDPOINT_OPTIONS } from '../presets/preset-form.tsx';
import { presetTitle } from '../words.ts';
import { currentField, secretAt, targetFieldPath } from './field-values.ts';
import * as strings from './strings.ts';

interface TargetProps {
  readonly integration: Integration;
  readonly target: Target;
}

/** The preset that the target's URL and key are those of; null: none. */
export function useTargetPreset({ integration, target }: TargetProps): PresetView | null {
  const { shown } = useEditor();
  const { presets } = useFleet();
  const url = currentField(integration, target, 'http-api-uri')?.value;
  const key = currentField(integration, target, 'http-api-token');
  const owner = key && secretAt(shown.secrets, key.path)?.preset;
  return presets.find((preset) => preset.id === owner && presetUrl(preset) === url) ?? null;
}

/** URL and key as one choice. */
export function PresetChip({ integration, target }: TargetProps): ReactNode {
  const { edit } = useEditor();
  const { presets } = useFleet();
  const { router } = useApp();
  const current = useTargetPreset({ integration, target });
  const usable = presets.filter((preset) => preset.key.state !== 'missing' || preset === current);
  const isFilled = ['http-api-uri', 'http-api-token'].some((name) => currentField(integration, target, name) !== undefined);
  const take = (id: string) => {
    const place = target.index === null ? {} : { target: target.index };
    edit([{ op: 'preset', integration: integration.index, ...place, preset: id }], { structural: true });
  };
  if (usable.length === 0) {
    return (
      <p className="coralogix field-description">
        {strings.presetSetsUrlKeyOne}
        <Button small kind="quiet" onPress={() => router.navigate({ view: 'presets' })}>
          {strings.createPreset}
        </Button>
      </p>
    );
  }
  return (
    <div className="coralogix">
      <SelectInput
        label={strings.coralogixPreset}
        placeholder={isFilled ? strings.customPreset : strings.choosePreset}
        options={usable.map((preset) => ({ id: preset.id, label: preset.name, description: presetUrl(preset) }))}
        value={current?.id ?? null}
        onChange={take}
        {...(current ? { chosen: <Chip preset={current} /> } : {})}
      />
      {current && <p className="code quiet">{presetUrl(current)}</p>}
    </div>
  );
}

function Chip({ preset }: { readonly preset: PresetView }): ReactNode {
  const region = regionOf(preset.domain);
  return (
    <span className="preset-chip">
      <KeyRound className="icon" aria-hidden="true" />
      <span className="preset-chip-name" title={preset.name}>
        {presetTitle(preset.name)}
      </span>
      {region && <span className="region">{region.id}</span>}
      {preset.key.fingerprint !== undefined && <span className="code quiet">{preset.key.fingerprint}</span>}
    </span>
  );
}

/** The URL in its parts. */
export function CoralogixAddress({ integration, target }: TargetProps): ReactNode {
  const { edit } = useEditor();
  const uri = currentField(integration, target, 'http-api-uri');
  const url = typeof uri?.value === 'string' ? uri.value : undefined;
  const path = targetFieldPath(integration, target, 'http-api-uri');
  const endpoint = url === undefined ? null : endpointOf(url);
  const known = endpoint !== null && endpoint.endpoint !== 'other';
  return (
    <div className="coralogix-address">
      <div className="columns">
        <DomainInput
          key={endpoint?.domain ?? ''}
          domain={known || endpoint?.coralogix ? endpoint.domain : ''}
          commit={(domain, host) => edit([{ op: 'set', path, value: withDomain(url, domain, host) }])}
        />
        <RadioInput
          label={strings.endpoint}
          inline
          description={ENDPOINT_OPTIONS.find(({ id }) => id === endpoint?.endpoint)?.description ?? strings.chooseDomainFirst}
          options={ENDPOINT_OPTIONS.map(({ id, label }) => ({ id, label }))}
          value={known ? endpoint.endpoint : null}
          isDisabled={!known}
          onChange={(id) => {
            if (endpoint) edit([{ op: 'set', path, value: withDomain(url, endpoint.domain, id === 'ingress' ? 'ingress' : 'api') }]);
          }}
        />
      </div>
      <p className="links">
        {endpoint?.region && <Badge plain look={{ tone: 'info', icon: 'info', word: `${endpoint.region.id}, ${endpoint.region.place}` }} />}
        <ExternalAnchor href={LINKS.domains}>{strings.whichDomainMine}</ExternalAnchor>
        <ExternalAnchor href={LINKS.keys}>{strings.whereDoIGetKey}</ExternalAnchor>
        <ExternalAnchor href={LINKS.support}>{strings.coralogixSupport}</ExternalAnchor>
      </p>
    </div>
  );
}

function DomainInput({
  domain,
  commit,
}: {
  readonly domain: string;
  readonly commit: (domain: string, endpoint: 'api' | 'ingress' | undefined) => void;
}): ReactNode {
  const [text, setText] = useState(domain);
  const [wrong, setWrong] = useState(false);
  const take = (entered: string) => {
    if (entered.trim() === '' || entered === domain) {
      setText(domain);
      setWrong(false);
      return;
    }
    const found = normaliseDomain(entered);
    setWrong(!found);
    if (!found) return;
    setText(found.domain);
    if (found.domain !== domain || found.endpoint) commit(found.domain, found.endpoint);
  };
  return (
    <ComboInput
      label={strings.coralogixDomain}
      placeholder="eu2.coralogix.com"
      options={DOMAIN_OPTIONS}
      value={text}
      onChange={(entered) => {
        setText(entered);
        setWrong(false);
      }}
      onCommit={take}
      errorMessage={wrong ? strings.domainLooksLikeEu2Coralogix : undefined}
    />
  );
}
