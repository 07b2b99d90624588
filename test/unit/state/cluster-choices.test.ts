import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContextEntry } from '../../../main/kube/kubeconfig/kubeconfig.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { SettingsStore } from '../../../main/settings/settings-store.ts';
import { ClusterChoices } from '../../../main/state/cluster-choices.ts';

let directory: string;
let settings: SettingsStore;
let choices: ClusterChoices;

const open = () => {
  settings = new SettingsStore({
    directory,
    onProblem: (message) => {
      throw new Error(message);
    },
  });
  choices = new ClusterChoices({ settings, fingerprints: new Fingerprinter(settings.installationKey()) });
};
beforeEach(() => {
  vi.useFakeTimers();
  directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-choices-'));
  open();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

const plugin = { command: 'login', args: ['--cluster', 'a'], env: [{ name: 'REGION', value: 'eu' }] };
const entry = (parts: { context?: string; server?: string; exec?: object } = {}): ContextEntry => {
  const { context = 'prod', server = 'https://one.example:6443', exec = plugin } = parts;
  // The relevant parts; the rest of an entry says how to reach it.
  return { context, server, cluster: { server }, credentials: { exec } } as unknown as ContextEntry;
};

describe('the choices for a cluster', () => {
  it('count for this context on this server: a context that now means another server isn’t contacted automatically', () => {
    choices.watch(entry(), true);
    expect(choices.isWatched(entry())).toBe(true);
    expect(choices.isWatched(entry({ server: 'https://other.example:6443' }))).toBe(false);
    expect(choices.isWatched(entry({ context: 'stage' }))).toBe(false);
  });

  it.each<[string, object]>([
    ['the proxy', { proxyUrl: 'http://proxy:3128' }],
    ['the authority', { caData: 'QUJD' }],
    ['the authority’s file', { caFile: '/ca.pem' }],
    ['whether the server is checked', { skipTlsVerify: true }],
    ['the server’s name', { tlsServerName: 'other' }],
    ['the data for a plugin', { execConfig: { audience: 'other' } }],
  ])('count for the same way to the server only, not with a change of %s', (_, change) => {
    choices.watch(entry(), true);
    choices.allowSignIn(entry(), true);
    const before = entry();
    const changed = { ...before, cluster: { ...before.cluster, ...change } } as ContextEntry;
    expect([choices.isWatched(changed), choices.isSignInAllowed(changed)]).toEqual([false, false]);
    expect([choices.isWatched(before), choices.isSignInAllowed(before)]).toEqual([true, true]);
    choices.watch(changed, true);
    expect([choices.isWatched(changed), choices.isWatched(before)]).toEqual([true, false]);
  });

  it('count for a plugin that receives the cluster’s data only if that was allowed', () => {
    choices.watch(entry(), true);
    choices.allowSignIn(entry(), true);
    const told = entry({ exec: { ...plugin, provideClusterInfo: true } });
    expect([choices.isWatched(told), choices.isSignInAllowed(told)]).toEqual([false, false]);
  });

  it('are written together for many clusters, and known to the next run', () => {
    const written = vi.spyOn(settings, 'update');
    for (let index = 0; index < 100; index += 1) choices.watch(entry({ context: `c${index}` }), true);
    expect(written).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(written).toHaveBeenCalledOnce();
    open();
    expect(choices.isWatched(entry({ context: 'c99' }))).toBe(true);
  });

  it('are written earlier for a change that is about to be sent, which no full disk prevents', () => {
    choices.watch(entry(), true);
    choices.save();
    open();
    expect(choices.isWatched(entry())).toBe(true);
    choices.watch(entry(), false);
    vi.spyOn(settings, 'update').mockImplementationOnce(() => {
      throw new Error('no space');
    });
    choices.save();
  });

  it('leave nothing in the file when they are undone', () => {
    choices.watch(entry(), true);
    choices.watch(entry(), false);
    choices.flush();
    expect(settings.settings.clusters).toEqual([]);
  });

  it('aren’t written again when nothing changes', () => {
    choices.watch(entry(), true);
    choices.flush();
    const written = vi.spyOn(settings, 'update');
    choices.watch(entry(), true);
    vi.runAllTimers();
    expect(written).not.toHaveBeenCalled();
  });

  it('are kept for the next write if they can’t be written now', () => {
    vi.spyOn(settings, 'update').mockImplementationOnce(() => {
      throw new Error('The disk is full.');
    });
    choices.watch(entry(), true);
    expect(() => vi.runAllTimers()).not.toThrow();
    choices.watch(entry({ context: 'stage' }), true);
    vi.runAllTimers();
    expect(settings.settings.clusters.map(({ context }) => context)).toEqual(['prod', 'stage']);
  });
});

describe('a sign-in that may run automatically', () => {
  it.each([
    ['another command', { exec: { ...plugin, command: 'curl' } }],
    ['other arguments', { exec: { ...plugin, args: ['--cluster', 'b'] } }],
    ['arguments that only look the same', { exec: { ...plugin, args: ['--cluster a'] } }],
    ['another environment', { exec: { ...plugin, env: [{ name: 'REGION', value: 'us' }] } }],
    ['another version of its protocol', { exec: { ...plugin, apiVersion: 'client.authentication.k8s.io/v1beta1' } }],
    ['another server', { server: 'https://other.example:6443' }],
    ['another context', { context: 'stage' }],
  ])('is not allowed to %s', (_, other) => {
    choices.allowSignIn(entry(), true);
    expect(choices.isSignInAllowed(entry())).toBe(true);
    expect(choices.isSignInAllowed(entry(other))).toBe(false);
  });

  it('is written immediately, and nothing of its command is in the file', () => {
    choices.allowSignIn(entry(), true);
    expect(JSON.stringify(settings.settings.clusters)).not.toMatch(/login|REGION/);
    open();
    expect(choices.isSignInAllowed(entry())).toBe(true);
    choices.allowSignIn(entry(), false);
    open();
    expect(choices.isSignInAllowed(entry())).toBe(false);
  });

  it('doesn’t exist for a context without a plugin', () => {
    const { exec: _, ...without } = { exec: undefined };
    const plain = { ...entry(), credentials: without } as unknown as ContextEntry;
    choices.allowSignIn(plain, true);
    expect(choices.isSignInAllowed(plain)).toBe(false);
  });
});

describe('the marks of a cluster', () => {
  it('replace each other as a whole, and don’t affect the other choices', () => {
    choices.watch(entry(), true);
    choices.mark(entry(), { alias: 'Payments', readOnly: true });
    choices.mark(entry(), { alias: 'Payments', readOnly: false });
    expect(choices.marks(entry())).toEqual({ alias: 'Payments' });
    choices.mark(entry(), {});
    expect([choices.marks(entry()), choices.isWatched(entry())]).toEqual([{}, true]);
  });

  it('that can’t be written are written a minute later', () => {
    const update = vi.spyOn(settings, 'update').mockImplementationOnce(() => {
      throw new Error('ENOSPC');
    });
    choices.watch(entry(), true);
    choices.save();
    expect(settings.settings.clusters).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(settings.settings.clusters).toHaveLength(1);
    vi.advanceTimersByTime(600_000);
    expect(update).toHaveBeenCalledTimes(2);
  });
});
