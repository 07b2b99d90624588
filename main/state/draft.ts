import type { Refusal } from '../common/history/refusal.ts';
import type { RawConfigMap } from '../kube/cluster/config-map.ts';

/** Raw text after edits. `presetKeys`: keychain keys in it, each with its domain. */
export interface Draft {
  readonly base: RawConfigMap;
  readonly text: string;
  readonly presetKeys: readonly { readonly key: string; readonly domain: string; readonly preset: string }[];
}

export type DraftResult =
  | { readonly ok: true; readonly draft: Draft; readonly notes?: readonly string[]; readonly restored?: string }
  | ({ readonly ok: false } & Omit<Refusal, 'outcome'>);
