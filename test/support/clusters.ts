import type { ConnectionTimes } from '../../main/kube/cluster/cluster-connection.ts';
import { Fingerprinter } from '../../main/secrets/fingerprint.ts';
import { SettingsStore } from '../../main/settings/settings-store.ts';
import { Clusters } from '../../main/state/clusters.ts';
import { Store } from '../../main/state/store.ts';
import { Texts } from '../../main/texts/texts.ts';
import { fleet } from './fleet.ts';

export interface OpenClusters {
  readonly clusters: Clusters;
  readonly store: Store;
  readonly settings: SettingsStore;
  readonly texts: Texts;
  cluster(context: string): ReturnType<Store['snapshot']>['clusters'][number];
  close(): Promise<void>;
}

/** The contexts of one kubeconfig as a running program has them, with settings in `directory`. Not started yet. */
export function openClusters(options: {
  readonly directory: string;
  readonly kubeconfig: readonly string[];
  readonly times?: ConnectionTimes;
}): OpenClusters {
  const problems = (message: string): void => {
    throw new Error(message);
  };
  const settings = new SettingsStore({ directory: options.directory, onProblem: problems });
  const store = new Store(fleet({ settings: settings.settings }));
  settings.onChange((after) => store.update((fleet) => ({ ...fleet, settings: after })));
  const fingerprinter = new Fingerprinter(settings.installationKey());
  const texts = new Texts(fingerprinter);
  const clusters = new Clusters({
    store,
    settings,
    fingerprints: fingerprinter,
    summarise: (owner, input) => texts.summary(owner, input).summary,
    kubeconfig: options.kubeconfig,
    environment: {},
    home: options.directory,
    ...(options.times && { times: options.times }),
  });
  return {
    clusters,
    store,
    settings,
    texts,
    cluster: (context) => {
      const found = store.snapshot().clusters.find((cluster) => cluster.context === context);
      if (found === undefined) throw new Error(`No cluster ${context}`);
      return found;
    },
    close: async () => {
      await clusters.close();
      store.close();
    },
  };
}
