import type { Refusal } from '../common/history/refusal.ts';
import type { Choice } from '../common/integration/choices.ts';
import type { Edit } from '../common/integration/reading/integration.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import type { ApplyReply } from '../common/replies.ts';
import type { RawConfigMap } from '../kube/cluster/config-map.ts';
import type { MaskOwner } from '../masking/owner.ts';

/** Raw text after edits. `presetKeys`: keychain keys in it, each with its domain. */
export interface Draft {
  readonly base: RawConfigMap;
  readonly owner: MaskOwner;
  readonly text: string;
  readonly presetKeys: readonly { readonly key: string; readonly domain: string; readonly preset: string }[];
}

export type DraftResult =
  | { readonly ok: true; readonly draft: Draft; readonly notes?: readonly string[]; readonly restored?: string }
  | ({ readonly ok: false } & Omit<Refusal, 'outcome'>);

/** `chosen`: decisions, and the version that had the conflict. */
export type ApplyArguments = readonly [
  ref: ConfigMapRef,
  base: string,
  edits: readonly Edit[],
  override: boolean,
  chosen?: { readonly on: string; readonly fields: readonly Choice[] },
];

export type NotSaved = Exclude<ApplyReply, { outcome: 'saved' }>;

/** `sent`: false where nothing had to change. `configMap`: raw. */
export type Written =
  | NotSaved
  | {
      readonly outcome: 'saved';
      readonly resourceVersion: string;
      readonly merged: readonly string[];
      readonly revision?: string;
      readonly sent: boolean;
      readonly configMap: RawConfigMap;
    };
