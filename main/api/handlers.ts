import type { Arrivals } from '../arrivals/arrivals.ts';
import { driftCsv } from '../common/fleet/drift.ts';
import type { KeyStore } from '../keychain/keychain.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Rollouts } from '../rollout/rollouts.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { Clusters } from '../state/clusters.ts';
import type { ConfigMaps } from '../state/config-maps.ts';
import type { Deliveries } from '../state/deliveries.ts';
import type { Drafts } from '../state/drafts.ts';
import type { Drift } from '../state/drift.ts';
import type { Revisions } from '../state/revisions.ts';
import type { Store } from '../state/store.ts';
import type { Unsettled } from '../state/unsettled.ts';
import type { Handlers } from './dispatch.ts';

export interface HandlerServices {
  readonly store: Store;
  readonly clusters: Clusters;
  readonly configMaps: ConfigMaps;
  readonly revisions: Revisions;
  readonly rollouts: Rollouts;
  readonly drift: Drift;
  readonly unsettled: Unsettled;
  readonly drafts: Drafts;
  readonly deliveries: Deliveries;
  readonly arrivals: Arrivals;
  readonly presets: PresetStore;
  readonly keychain: KeyStore;
  readonly settings: SettingsStore;
}

export function createHandlers(services: HandlerServices): Handlers {
  const { store, clusters, configMaps, revisions, rollouts, drift, unsettled, drafts, deliveries, arrivals, presets, keychain, settings } =
    services;
  return {
    'fleet.get': () => store.snapshot(),
    'fleet.refresh': async () => {
      await clusters.refresh();
      return store.snapshot();
    },
    'cluster.connect': async ({ context }) => ({ state: await clusters.connect(context) }),
    'cluster.connectAll': ({ contexts }) => {
      const wanted = new Set(contexts);
      for (const { context, auth, state } of store.snapshot().clusters) {
        // SECURITY: one click on many clusters must not start a login for each.
        const ready = auth === 'static' && state === 'idle';
        if (ready && wanted.has(context)) clusters.connect(context).catch(() => undefined);
      }
      return null;
    },
    'cluster.disconnect': async ({ context }) => {
      await clusters.disconnect(context);
      return null;
    },
    'cluster.allowSignIn': ({ context, allow }) => {
      clusters.allowSignIn(context, allow);
      return null;
    },
    'cluster.mark': ({ context, marks }) => {
      clusters.mark(context, marks);
      return null;
    },
    'cluster.principals': ({ ref }) => clusters.connection(ref.context).writer.principals(ref),

    'configMap.get': ({ ref }) => configMaps.get(ref),
    'configMap.preview': ({ ref, base, edits }) => configMaps.preview(ref, base, edits),
    'configMap.history': ({ ref }) => revisions.list(ref),
    'configMap.revision': ({ ref, id }) => revisions.view(ref, id),
    'configMap.export': ({ ref, base, edits, form }) => configMaps.exported(ref, base, edits, form),
    'configMap.apply': ({ ref, base, edits, override, chosen }) => configMaps.apply(ref, base, edits, override === true, chosen),

    'draft.save': ({ ref, base, edits }) => drafts.save(ref, base, edits),
    'draft.get': ({ ref }) => drafts.get(ref),
    'draft.discard': ({ ref }) => {
      drafts.discard(ref);
      return null;
    },

    'configMap.dismissUnsettled': ({ ref }) => {
      unsettled.dismiss(ref);
      return null;
    },

    'rollout.plan': ({ targets, change }) => rollouts.plan(targets, change),
    'rollout.run': (args) => rollouts.run(args),
    'rollout.pause': () => {
      rollouts.pause();
      return null;
    },
    'rollout.resume': () => {
      rollouts.resume();
      return null;
    },
    'rollout.cancel': () => {
      rollouts.cancel();
      return null;
    },
    'rollout.undo': (args) => rollouts.undo(args),
    'rollout.export': ({ plan, row, form }) => rollouts.exported(plan, row, form),
    'rollout.list': () => rollouts.list(),

    'drift.get': () => drift.compare(),
    'drift.export': async ({ format }) => {
      const groups = await drift.compare();
      return { text: format === 'csv' ? driftCsv(groups) : JSON.stringify(groups, null, 2) };
    },

    'delivery.test': (args) => deliveries.test(args),
    'delivery.testPreset': ({ id }) => deliveries.testPreset(id),
    'delivery.testAll': () => deliveries.testAll(),
    'delivery.history': ({ id }) => deliveries.history(id),
    'delivery.seen': ({ id }) => deliveries.seen(id),
    'delivery.clusterFacts': ({ ref }) => clusters.connection(ref.context).writer.facts(ref),
    'delivery.cancel': () => {
      deliveries.cancel();
      return null;
    },

    'arrivals.get': ({ preset }) => arrivals.get(preset),
    'arrivals.discover': ({ preset, query }) => arrivals.discover(preset, query),
    'arrivals.cancel': ({ query }) => {
      arrivals.cancelDiscover(query);
      return null;
    },

    'preset.list': () => presets.list(),
    'preset.save': ({ preset, key, readBackKey }) => presets.save(preset, key, readBackKey),
    'preset.remove': ({ id, leaveEntry }) => presets.remove(id, leaveEntry),
    'preset.test': ({ preset, key }) => deliveries.testUnsavedPreset(preset, key),
    'preset.adopt': async ({ ref, base, integration, target, preset }) => {
      const { key, domain } = await configMaps.keyOf(ref, base, { integration, target });
      return presets.adopt(preset, key, domain);
    },
    'preset.export': () => ({ text: presets.exportText() }),
    'preset.import': ({ text }) => presets.importText(text),

    'keychain.cancel': () => {
      keychain.cancel();
      return null;
    },

    'settings.get': () => settings.settings,
    'settings.update': async ({ settings: { notify, ...part } }) => {
      const given = Object.entries(part).filter(([, value]) => value !== undefined);
      const merged = notify && { notify: { ...settings.settings.notify, ...notify } };
      const after = settings.update({ ...Object.fromEntries(given), ...merged });
      if ('kubeconfigFiles' in part || 'namespaces' in part) await clusters.settingsChanged();
      return after;
    },
  };
}
