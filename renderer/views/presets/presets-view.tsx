import { KeyRound, Pencil, Plus, Send, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { regionOf } from '../../../main/common/coralogix/coralogix.ts';
import { LINKS } from '../../../main/common/coralogix/links.ts';
import type { KeychainEntry, KeychainView, PresetView, RemovedPreset } from '../../../main/common/coralogix/preset.ts';
import { presetUrl } from '../../../main/common/coralogix/preset.ts';
import { ageWords } from '../../../main/common/fleet/age.ts';
import { Badge, type BadgeLook, Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Question } from '../../components/dialog.tsx';
import { ExternalAnchor } from '../../components/link.tsx';
import { notify } from '../../components/toast.tsx';
import { useAction, useApp, useFleet, useNow } from '../../state/app.tsx';
import { PresetArrivals } from '../arrivals/preset-arrivals.tsx';
import { DeliveryDialog, type DeliverySession } from '../delivery/delivery-dialog.tsx';
import { RolloutDialog } from '../rollout/lazy-dialog.tsx';
import { DELIVERY_LOOK } from '../words.ts';
import { domainAdvice } from './key-advice.ts';
import { type KeyUse, keyUses } from './key-usage.ts';
import { keyTrouble, keyWords, NO_ENTRY } from './key-words.ts';
import { PresetExchange } from './preset-exchange.tsx';
import { PresetForm } from './preset-form.tsx';
import { StrayKeys } from './stray-keys.tsx';
import * as strings from './strings.ts';

export function PresetsView(): ReactNode {
  const { presets, keychain, clusters } = useFleet();
  const uses = keyUses(clusters);
  const [adopting, setAdopting] = useState<KeyUse | null>(null);
  const [editing, setEditing] = useState<PresetView | 'new' | null>(null);
  const [delivery, setDelivery] = useState<DeliverySession | null>(null);
  return (
    <div className="view">
      <header className="view-header">
        <h1>{strings.presets}</h1>
        <div className="view-actions" data-commands="">
          <PresetExchange empty={presets.length === 0} />
          <Button kind="primary" icon={Plus} data-shortcut="n" onPress={() => setEditing('new')}>
            {strings.newPreset}
          </Button>
        </div>
      </header>
      <p className="lead">{strings.presetNamedCoralogixDomainApplication}</p>
      <KeychainState keychain={keychain} />
      {presets.length === 0 ? (
        <div className="empty">
          <KeyRound className="empty-icon" aria-hidden="true" />
          <h2>{strings.noPresetsYet}</h2>
          <p>{strings.saveOneEachCoralogixTeam}</p>
          <p className="links">
            <ExternalAnchor href={LINKS.domains}>{strings.whichDomainMine}</ExternalAnchor>
            <ExternalAnchor href={LINKS.keys}>{strings.whereDoIGetKey}</ExternalAnchor>
          </p>
        </div>
      ) : (
        <ul className="cards">
          {presets.map((preset) => (
            <li key={preset.id}>
              <PresetCard
                preset={preset}
                uses={uses.filter(({ target }) => target.key.owner?.preset === preset.id)}
                edit={() => setEditing(preset)}
                test={setDelivery}
              />
            </li>
          ))}
        </ul>
      )}
      <StrayKeys uses={uses.filter(({ target }) => target.key.owner === undefined)} adopt={setAdopting} />
      {adopting && <PresetForm preset={null} adopting={adopting} onClose={() => setAdopting(null)} />}
      {editing && <PresetForm preset={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      {delivery && <DeliveryDialog session={delivery} onClose={() => setDelivery(null)} />}
    </div>
  );
}

const KEYCHAIN_LOOK: Readonly<Record<KeychainView['state'], BadgeLook>> = {
  unknown: { tone: 'quiet', icon: 'lock', word: strings.keychainNotUsedYet },
  available: { tone: 'good', icon: 'lock', word: strings.keychainAvailable },
  waiting: { tone: 'info', icon: 'running', word: strings.keychainWaitingUnlock },
  refused: { tone: 'warn', icon: 'lock', word: strings.keychainStayedLocked },
  unavailable: { tone: 'bad', icon: 'alert', word: strings.keychainUnavailable },
  memory: { tone: 'warn', icon: 'warning', word: strings.noKeychainInUse },
};

function KeychainState({ keychain }: { readonly keychain: KeychainView }): ReactNode {
  const { client } = useApp();
  if (keychain.state !== 'unknown' && keychain.state !== 'available') {
    return (
      <Banner
        tone={keychain.state === 'waiting' ? 'info' : 'warn'}
        live
        title={KEYCHAIN_LOOK[keychain.state].word}
        {...(keychain.state === 'waiting'
          ? { actions: <Button onPress={() => void client.request('keychain.cancel', {}).catch(() => {})}>{strings.stopWaiting}</Button> }
          : {})}
      >
        <p>{keychain.message}</p>
      </Banner>
    );
  }
  return (
    <p className="keychain">
      <Badge plain look={KEYCHAIN_LOOK[keychain.state]} />
      <span className="quiet">{keychain.message}</span>
    </p>
  );
}

function PresetCard({
  preset,
  uses,
  edit,
  test,
}: {
  readonly preset: PresetView;
  readonly uses: readonly KeyUse[];
  readonly edit: () => void;
  readonly test: (session: DeliverySession) => void;
}): ReactNode {
  const { client } = useApp();
  const { reports } = useFleet();
  const action = useAction();
  const now = useNow();
  const [removing, setRemoving] = useState(false);
  const [rotating, setRotating] = useState(false);
  const older = uses.filter(({ target }) => target.key.owner?.former === true);
  const [stuck, setStuck] = useState<Extract<RemovedPreset, { outcome: 'keychain' }> | null>(null);
  const region = regionOf(preset.domain);
  const report = reports.find(({ subject }) => subject.kind === 'preset' && subject.id === preset.id);

  const remove = async (leaveEntry: boolean) => {
    setRemoving(false);
    setStuck(null);
    const reply = await action.run(() => client.request('preset.remove', { id: preset.id, leaveEntry }));
    if (reply?.outcome === 'keychain') setStuck(reply);
    else if (reply?.left) {
      notify({
        tone: 'warn',
        title: strings.presetRemoved(preset.name),
        detail: strings.keyStillKeychain(entryWords(reply.left)),
      });
    } else if (reply?.gone) {
      notify({ tone: 'warn', title: strings.presetRemoved(preset.name), detail: NO_ENTRY });
    } else if (reply) {
      notify({
        tone: 'good',
        title: preset.key.state === 'missing' ? strings.presetRemoved(preset.name) : strings.presetKeyRemoved(preset.name),
      });
    }
  };
  return (
    <article className="card" aria-label={strings.presetNameText(preset.name)}>
      <header className="card-header">
        <h2>{preset.name}</h2>
        <KeyState preset={preset} />
        {report && (
          <span>
            <Badge plain look={DELIVERY_LOOK[report.outcome]} />
            <span className="quiet">{ageWords(report.startedAt, now)}</span>
          </span>
        )}
        <span className="row-actions push" data-commands={preset.name}>
          <Button
            small
            icon={Send}
            isDisabled={preset.key.state === 'missing'}
            aria-label={strings.testPreset(preset.name)}
            onPress={() => test({ kind: 'preset', id: preset.id, title: strings.presetNameText(preset.name) })}
          >
            {strings.test}
          </Button>
          <Button small icon={Pencil} aria-label={strings.editPreset(preset.name)} onPress={edit}>
            {strings.edit}
          </Button>
          <Button
            small
            kind="quiet"
            icon={Trash2}
            aria-label={strings.removePreset(preset.name)}
            isPending={action.busy}
            onPress={() => setRemoving(true)}
          >
            {strings.remove}
          </Button>
        </span>
      </header>
      <dl className="preset-facts">
        <dt>{strings.sendsTo}</dt>
        <dd>
          <span className="code">{presetUrl(preset)}</span>
          {region && <span className="quiet">{` ${region.id}, ${region.place}`}</span>}
          {domainAdvice(preset.domain) !== null && <span className="quiet">{strings.notCoralogixDomain}</span>}
        </dd>
        <dt>{strings.applicationSubsystem}</dt>
        <dd>{`${preset.applicationName} / ${preset.subsystemName}`}</dd>
        {preset.readBackKey && (
          <>
            <dt>{strings.readsBack}</dt>
            <dd>
              {keyWords(preset.readBackKey, now)}{' '}
              {keyTrouble(preset.readBackKey) === null && <span className="code">{preset.readBackKey.fingerprint}</span>}
            </dd>
          </>
        )}
        <dt>{strings.usedBy}</dt>
        <dd>
          {uses.length === 0 && <span className="quiet">{strings.noIntegrationConnectedClusters}</span>}
          <UseList uses={uses} />
        </dd>
      </dl>
      {preset.key.state !== 'missing' && <PresetArrivals preset={preset} />}
      {older.length > 0 && (
        <Banner
          tone="warn"
          title={strings.haveOlderKey(older.length, new Set(older.map(({ configMap }) => configMap.ref.context)).size)}
          actions={
            <Button small data-shortcut="r" isDisabled={preset.key.state === 'missing'} onPress={() => setRotating(true)}>
              {strings.updateKey}
            </Button>
          }
        />
      )}
      {rotating && <RolloutDialog change={{ op: 'preset', preset: preset.id }} onClose={() => setRotating(false)} />}
      {removing && (
        <Question
          title={strings.removePresetNameText(preset.name)}
          confirm={strings.remove}
          danger
          onConfirm={() => void remove(false)}
          onClose={() => setRemoving(false)}
        >
          <p>{strings.removesPresetKeyComputerConfigMaps}</p>
          {uses.length > 0 && (
            <>
              <p>{uses.length === 1 ? strings.oneIntegrationKey : strings.integrationsKey(uses.length)}</p>
              <UseList uses={uses} />
            </>
          )}
        </Question>
      )}
      {stuck && (
        <Question
          title={strings.theKeyOfIsStillInTheKeychain(preset.name)}
          confirm={strings.removeOnlyPreset}
          danger
          onConfirm={() => void remove(true)}
          onClose={() => setStuck(null)}
        >
          <p>{stuck.reason}</p>
          <p>
            {strings.nothingRemovedCanRemoveOnly}
            <span className="code">{entryWords(stuck.entry)}</span>.
          </p>
        </Question>
      )}
    </article>
  );
}

function entryWords({ service, account }: KeychainEntry): string {
  return strings.serviceAccount(service, account);
}

function KeyState({ preset }: { readonly preset: PresetView }): ReactNode {
  const { state, fingerprint } = preset.key;
  const now = useNow();
  if (state === 'missing') return <Badge plain look={{ tone: 'warn', icon: 'warning', word: strings.noKey }} />;
  if (keyTrouble({ state }) !== null) return <Badge plain look={{ tone: 'bad', icon: 'alert', word: keyWords({ state }, now) }} />;
  return (
    <span className="key">
      <KeyRound className="icon" aria-hidden="true" />
      {keyWords(preset.key, now)}
      {fingerprint !== undefined && <span className="code">{fingerprint}</span>}
    </span>
  );
}

function UseList({ uses }: { readonly uses: readonly KeyUse[] }): ReactNode {
  return (
    <ul className="uses">
      {uses.map(({ id, words, target }) => (
        <li key={id}>
          {words}
          {target.key.owner?.former && <Badge plain look={{ tone: 'warn', icon: 'warning', word: strings.withAnOlderKey }} />}
        </li>
      ))}
    </ul>
  );
}
