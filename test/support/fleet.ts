import type { Cluster, Fleet } from '../../main/common/fleet/fleet.ts';
import { defaultSettings } from '../../main/common/settings.ts';

// Plain states for tests: a test sets what it is about, the rest is ordinary.

export function cluster(context: string, parts: Partial<Cluster> = {}): Cluster {
  return {
    context,
    server: 'https://127.0.0.1:6443',
    user: 'editor',
    file: '/home/user/.kube/config',
    auth: 'static',
    state: 'idle',
    watched: false,
    problem: null,
    configMaps: [],
    seenAt: null,
    ...parts,
  };
}

export function fleet(parts: Partial<Fleet> = {}): Fleet {
  return {
    revision: 1,
    host: 'browser',
    version: '0.0.0',
    demo: false,
    files: [],
    clusters: [],
    presets: [],
    keychain: { state: 'unknown', message: '' },
    settings: defaultSettings,
    reports: [],
    testAll: null,
    unsettled: [],
    desktop: null,
    ...parts,
  };
}
