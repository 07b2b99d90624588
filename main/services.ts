import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Dispatch, OnCommand } from './api/dispatch.ts';
import { createDispatch } from './api/dispatch.ts';
import { createHandlers } from './api/handlers.ts';
import { Arrivals } from './arrivals/arrivals.ts';
import { ArrivalSamples } from './arrivals/samples.ts';
import { systemClock } from './clock.ts';
import { presetSchema } from './common/coralogix/preset.ts';
import { AppError } from './common/errors.ts';
import { currentReports } from './common/fleet/reports.ts';
import type { Network } from './delivery/network.ts';
import type { Demo } from './demo/demo.ts';
import type { Flags } from './flags.ts';
import { History } from './history/history.ts';
import { openKeychain } from './keychain/keychain.ts';
import type { StartKeychainProcess } from './keychain/process.ts';
import { PresetStore } from './presets/preset-store.ts';
import { Rollouts } from './rollout/rollouts.ts';
import { Fingerprinter } from './secrets/fingerprint.ts';
import { Redaction } from './secrets/redaction.ts';
import { DeliveryHistory } from './settings/delivery-history.ts';
import { claimFolder, foreignWords, runningWords } from './settings/instance.ts';
import { JsonFile } from './settings/json-file.ts';
import { createLog } from './settings/log-file.ts';
import { SettingsStore } from './settings/settings-store.ts';
import { userDataDirectory } from './settings/user-data.ts';
import { Clusters } from './state/clusters.ts';
import { ConfigMaps } from './state/config-maps.ts';
import { Deliveries } from './state/deliveries.ts';
import { Drafts } from './state/drafts.ts';
import { Drift } from './state/drift.ts';
import { KeyOwners } from './state/key-owners.ts';
import { NetworkSettling, ownAddresses } from './state/network-settling.ts';
import { Revisions } from './state/revisions.ts';
import { Store } from './state/store.ts';
import { Unsettled } from './state/unsettled.ts';
import * as strings from './strings.ts';
import { TextWork } from './texts/text-work.ts';
import type { Texts } from './texts/texts.ts';
import { VERSION } from './version.ts';

export interface Services {
  readonly store: Store;
  readonly dispatch: Dispatch;
  readonly onCommand: OnCommand;
  readonly directory: string;
  readonly log: (message: string) => void;
  readonly redact: (text: string) => string;
  readonly demo: Demo | null;
  /** For a second start. SECURITY: without the token. */
  announce(address: string): void;
  /** The tray was drawn, or its user `read` its menu: refreshes old arrivals. */
  lookAtArrivals(read?: boolean): void;
  sleep(): void;
  /** Lists every connected cluster again, once the network has settled. */
  resume(): void;
  close(): Promise<void>;
}

/** Returns when the contexts are listed. Throws AppError `settings` if the data folder can't be used. */
export async function createServices(options: {
  readonly host: 'desktop' | 'browser';
  readonly flags: Flags;
  readonly startKeychain: StartKeychainProcess;
  /** The program of the thread that works on long texts. */
  readonly textThread: string;
  /** What the system's proxy settings say of a URL, in PAC's words; absent where the host can't ask them. */
  readonly systemProxy?: Network['systemProxy'] & {};
  readonly onSecondStart?: () => void;
}): Promise<Services> {
  const { host, flags, startKeychain, textThread, systemProxy } = options;
  const environment = process.env;
  const temporary = flags.demo && flags.userData === undefined ? await mkdtemp(join(tmpdir(), 'kaudit-tray-demo-')) : undefined;
  const directory = temporary ?? resolve(flags.userData ?? userDataDirectory(process.platform, environment, homedir()));

  const claimed = temporary === undefined ? await claimFolder(directory, host, () => options.onSecondStart?.()) : { claim: null };
  if ('running' in claimed) throw new AppError('settings', runningWords(claimed.running, directory), { about: directory });
  const { claim } = claimed;
  const foreign = 'foreign' in claimed ? claimed.foreign : undefined;

  const redaction = new Redaction();
  const redact = (text: string) => redaction.redact(text);
  const log = createLog(directory, redact);
  const warnings: string[] = [];
  let showWarnings = () => {};
  const warn = (message: string) => {
    log(message);
    if (warnings.includes(message)) return;
    warnings.push(message);
    showWarnings();
  };
  if (foreign !== undefined) warn(foreignWords(foreign, directory));
  const settings = new SettingsStore({ directory, onProblem: warn });
  const demo = flags.demo ? await (await import('./demo/demo.ts')).startDemo({ directory }) : null;
  const fingerprinter = new Fingerprinter(settings.installationKey());
  const texts = new TextWork({ fingerprinter, thread: textThread });
  const keychain = openKeychain(flags.demo ? { memory: true } : { memory: false, start: startKeychain });

  const store = new Store({
    revision: 0,
    host,
    version: VERSION,
    demo: flags.demo,
    files: [],
    clusters: [],
    presets: [],
    keychain: keychain.view,
    settings: settings.settings,
    reports: [],
    testAll: null,
    rollout: null,
    unsettled: [],
    desktop: null,
  });
  settings.onChange((after) => store.update((fleet) => ({ ...fleet, settings: after })));
  showWarnings = () => store.update((fleet) => ({ ...fleet, warnings: [...warnings] }));
  if (warnings.length > 0) showWarnings();
  const presets: PresetStore = new PresetStore({
    settings,
    keychain,
    fingerprinter,
    redaction,
    onChange: () => {
      store.update((fleet) => currentReports(owners.refreshed({ ...fleet, presets: presets.list() })));
      arrivals.presetsChanged();
    },
  });
  const owners = new KeyOwners(presets);
  keychain.onChange((view) => store.update((fleet) => ({ ...fleet, keychain: view })));
  store.update((fleet) => ({ ...fleet, presets: presets.list() }));

  const clusters: Clusters = new Clusters({
    store,
    settings,
    fingerprints: fingerprinter,
    // SECURITY: the demo never reads the user's kubeconfig.
    kubeconfig: demo === null ? flags.kubeconfig.map((file) => resolve(file)) : [demo.kubeconfig],
    environment: demo === null ? environment : {},
    home: homedir(),
    summarise: (owner, input) => {
      const owned = ({ summary, digests }: ReturnType<Texts['summary']>) => owners.owned(summary, digests);
      const now = texts.now('summary', owner, input);
      return now === undefined ? texts.run('summary', owner, input).then(owned) : owned(now);
    },
    onSeen: (configMap) => {
      history.seen(clusters.server(configMap.ref.context), configMap);
      rollouts.settle(configMap).catch(() => undefined);
    },
  });
  const history = new History({
    directory,
    digest: (secret) => fingerprinter.digest(secret),
    hash: (parts) => fingerprinter.hash(parts),
    signature: (parts) => fingerprinter.signature(parts),
    texts: {
      placedSecrets: (of, text, most) => texts.run('placedSecrets', of, text, most),
      seal: (of, text) => texts.run('seal', of, text),
      changed: (of, before, text) => texts.run('changed', of, before, text),
    },
    onLearnt: (ref) => clusters.reread(ref),
    onProblem: warn,
  });
  const revisions = new Revisions({ clusters, history, texts, presets, fingerprinter });
  const unsettled = new Unsettled({
    store,
    file: new JsonFile({ directory, name: 'unsettled.json', what: strings.listChangesUnknownOutcome, onProblem: warn }),
    fingerprinter,
    writer: (context) => clusters.connection(context).writer,
  });
  const configMaps = new ConfigMaps({ clusters, texts, presets, revisions, unsettled });
  const drafts = new Drafts({
    file: new JsonFile({ directory, name: 'drafts.json', what: strings.unsavedChanges, onProblem: log }),
    configMaps,
    clusters,
    texts,
    presets,
  });
  const drift = new Drift({ store, clusters, presets, texts, history });
  const rollouts = new Rollouts({
    store,
    clusters,
    configMaps,
    revisions,
    presets,
    texts,
    directory,
    hash: (parts) => fingerprinter.hash(parts),
    onProblem: warn,
  });
  const network: Network = demo === null ? { environment, ...(systemProxy && { systemProxy }) } : demoNetwork(demo);
  const reports = new DeliveryHistory({ directory, onProblem: warn });
  const deliveries = new Deliveries({
    texts,
    store,
    settings,
    history: reports,
    configMaps,
    presets,
    fingerprints: fingerprinter,
    network,
    redaction,
  });
  const arrivals = new Arrivals({
    store,
    presets,
    samples: new ArrivalSamples(
      new JsonFile({ directory, name: 'arrivals.json', what: strings.arrivalCounts, onProblem: warn }),
      systemClock,
    ),
    network,
    redaction,
    clock: systemClock,
  });
  const handlers = createHandlers({
    store,
    clusters,
    configMaps,
    revisions,
    rollouts,
    drift,
    unsettled,
    drafts,
    deliveries,
    arrivals,
    presets,
    keychain,
    settings,
  });
  const { dispatch, onCommand } = createDispatch(handlers, log);

  if (demo !== null) {
    for (const { preset, key, readBackKey } of demo.presets) {
      // A named data folder may know them from an earlier run, without keys.
      const known = presets.list().find(({ name }) => name === preset.name);
      await presets.save(presetSchema.parse(known === undefined ? preset : { ...preset, id: known.id }), key, readBackKey);
    }
  }
  const shown = afterFirstPaint(onCommand);
  await clusters.start(shown);
  if (demo !== null) {
    void shown.then(() => {
      for (const { context, auth, state } of store.snapshot().clusters)
        if (auth === 'static' && state === 'idle') clusters.connect(context).catch(() => undefined);
    });
  }

  // Hosts detect sleep and another network; Electron reports sleep, too.
  const settling = new NetworkSettling({
    clock: systemClock,
    addresses: ownAddresses,
    onSettled: () => {
      clusters.wake();
      arrivals.networkReturned();
    },
  });

  return {
    store,
    dispatch,
    onCommand,
    directory,
    log,
    redact,
    demo,
    announce: (address) => claim?.announce(address),
    lookAtArrivals: (read) => arrivals.look(read),
    sleep: () => {
      settling.suspended();
      clusters.suspend();
      deliveries.cancel();
      arrivals.cancel();
    },
    resume: () => settling.resumed(),
    close: async () => {
      await drafts.settled();
      settling.close();
      unsettled.close();
      deliveries.cancel();
      arrivals.close();
      reports.close();
      keychain.close();
      await clusters.close();
      rollouts.cancel();
      await history.settled();
      await demo?.close();
      texts.close();
      store.close();
      claim?.close();
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    },
  };
}

/** Milliseconds: to draw the first state, and to wait for a page. */
const PAINT = 300;
const NO_PAGE = 5000;

/**
 * The Kubernetes client loads slowly and blocks: contact clusters after the page shows what is known, or if none asks.
 */
function afterFirstPaint(onCommand: OnCommand): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, NO_PAGE).unref();
  onCommand('fleet.get', (_, done) => void done.then(() => setTimeout(resolve, PAINT).unref()));
  return promise;
}

/** SECURITY: the demo connects to loopback only, whatever the proxy. */
function demoNetwork(demo: Demo): Network {
  return {
    environment: {},
    lookup: demo.lookup,
    route: (hostname, port) => demo.route(hostname, port),
    certificateAuthorities: [demo.certificateAuthority],
  };
}
