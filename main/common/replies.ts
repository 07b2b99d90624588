import type { DeliveryReport } from './delivery/delivery.ts';
import type { Managed } from './fleet/fleet.ts';
import type { ConflictPlace, Refusal } from './history/refusal.ts';
import type { DocumentDiff, DocumentState, Edit, Field, Integration, NamedValue, Problem } from './integration/reading/integration.ts';
import type { ConfigMapRef } from './reference.ts';
import type { Path } from './yaml/value.ts';

// Replies beyond the state itself. SECURITY: they hold no key and no unmasked text.

/**
 * A reply that is JSON already, in its envelope and in UTF-8, made off the main thread: a text of 1 MiB becomes 10 MB.
 * Hosts send it unchanged.
 */
export class ReadyReply {
  readonly envelope: Uint8Array;

  constructor(envelope: Uint8Array) {
    this.envelope = envelope;
  }
}

/** What may be done with a ConfigMap, asked of the API server itself. */
export interface Permissions {
  readonly update: boolean;
  readonly missing: { readonly verb: string; readonly role: string } | null;
  /** The user marked the cluster as read-only; the API server wasn't asked. */
  readonly marked?: boolean;
}

export interface SecretInfo {
  readonly path: Path;
  readonly mask: string;
  readonly fingerprint: string;
  readonly preset?: string;
  readonly formerPreset?: string;
}

export interface ConfigMapView {
  readonly ref: ConfigMapRef;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly text: string;
  readonly state: DocumentState;
  readonly integrations: readonly Integration[];
  readonly values: readonly NamedValue[];
  readonly others: readonly Field[];
  readonly problems: readonly Problem[];
  readonly secrets: readonly SecretInfo[];
  readonly permissions: Permissions;
  readonly managedBy: Managed | null;
}

export interface Preview {
  readonly text: string;
  readonly diff: DocumentDiff;
  readonly state: DocumentState;
  readonly integrations: readonly Integration[];
  readonly values: readonly NamedValue[];
  readonly others: readonly Field[];
  readonly problems: readonly Problem[];
  readonly secrets: readonly SecretInfo[];
  readonly notes?: readonly string[];
}

export type PreviewReply = ({ readonly outcome: 'preview' } & Preview) | Refusal;

export type ApplyReply =
  /** Read back and compared. `merged`: other people's changes that were kept, one sentence each. */
  | {
      readonly outcome: 'saved';
      readonly resourceVersion: string;
      readonly merged: readonly string[];
      readonly configMap: ConfigMapView;
      /** Absent: the text was already equal, or history couldn't be written. */
      readonly revision?: string;
    }
  | {
      readonly outcome: 'conflict';
      readonly reason: string;
      readonly conflicts: readonly ConflictPlace[];
      readonly writer?: { readonly manager: string; readonly at: string };
      readonly base: string | null;
      readonly mine: string | null;
      readonly theirs: string;
      readonly resourceVersion: string;
    }
  | { readonly outcome: 'forbidden'; readonly verb: string; readonly role: string; readonly reason: string }
  | { readonly outcome: 'invalid'; readonly reason: string; readonly problems: readonly Problem[] }
  | { readonly outcome: 'managed'; readonly managedBy: Managed }
  | Refusal
  | { readonly outcome: 'gone'; readonly reason: string }
  /** Sent, but the response was lost. `fleet.unsettled` shows the outcome. */
  | { readonly outcome: 'unknown'; readonly reason: string };

export interface KeptDraft {
  /** Typed keys that aren't kept, to enter again. */
  readonly lostKeys: number;
}

export type DraftReply =
  | { readonly outcome: 'none' }
  /** `edits` fit `base`, the cluster's current version. `older`: they were made on another one. */
  | ({
      readonly outcome: 'draft';
      readonly base: string;
      readonly edits: readonly Edit[];
      readonly savedAt: string;
      readonly older: boolean;
    } & KeptDraft)
  /** The edits don't fit the cluster's version. `mine`: their text, masked. */
  | { readonly outcome: 'conflict'; readonly base: string; readonly savedAt: string; readonly reason: string; readonly mine: string };

/** Names in the cluster's role bindings. `more`: than fit. `partial`: others may not be listed. */
export type PrincipalsReply =
  | { readonly outcome: 'principals'; readonly names: readonly string[]; readonly more: boolean; readonly partial: boolean }
  | { readonly outcome: 'not-permitted' };

export type DeliveryReply =
  | { readonly outcome: 'passed' | 'failed' | 'cancelled'; readonly report: DeliveryReport }
  /** The key would go to a new host: ask, then send again with `confirmed: true`. */
  | { readonly outcome: 'confirm'; readonly host: string; readonly question: string }
  /** Nothing was sent. `reference`: this computer can't resolve the key; send again with the `preset` that has it. */
  | { readonly outcome: 'not-testable'; readonly reason: string; readonly reference?: string };

export type SeenReply =
  | { readonly outcome: 'seen' | 'not-seen' | 'cancelled'; readonly report: DeliveryReport }
  | { readonly outcome: 'not-testable'; readonly reason: string };
