import type { ConfigMapRef } from '../../common/reference.ts';
import { RequestError } from '../errors.ts';
import { roleFor } from '../role.ts';
import type { RawConfigMap } from './config-map.ts';
import type { ConfigMapWriter } from './config-map-writer.ts';

/** What to do with the text that the API server has now. */
export type ApplyPlan<Stop> = { readonly outcome: 'write'; readonly text: string } | { readonly outcome: 'stop'; readonly value: Stop };

export type ApplyOutcome<Stop> =
  /** Read back and compared byte for byte. */
  | { readonly outcome: 'saved'; readonly configMap: RawConfigMap }
  /** The plan said stop; nothing was written. */
  | { readonly outcome: 'stopped'; readonly value: Stop }
  | { readonly outcome: 'forbidden'; readonly verb: string; readonly role: string; readonly reason: string }
  | { readonly outcome: 'gone'; readonly reason: string }
  /** Others kept changing it; nothing was written. */
  | { readonly outcome: 'conflict'; readonly live: RawConfigMap; readonly reason: string }
  /** Validation or an admission webhook refused; nothing was written. */
  | { readonly outcome: 'rejected'; readonly reason: string }
  /** Accepted, but another text stands there now. */
  | { readonly outcome: 'not-stored'; readonly live: RawConfigMap; readonly reason: string };

/** More than this, and somebody else writes faster than we can read. */
const ATTEMPTS = 3;

/**
 * Changes the text of one ConfigMap: fetch, plan, server-side dry run, patch of that one key under the fetched version, read back. When
 * somebody else was faster it starts over, so that `plan` sees their text. Throws an AppError when the cluster cannot be reached.
 */
export async function applyText<Stop>(
  writer: ConfigMapWriter,
  ref: ConfigMapRef,
  plan: (live: RawConfigMap) => ApplyPlan<Stop>,
): Promise<ApplyOutcome<Stop>> {
  let live: RawConfigMap | null = null;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    live = await writer.get(ref);
    if (live === null) return gone(ref);
    const planned = plan(live);
    if (planned.outcome === 'stop') return { outcome: 'stopped', value: planned.value };
    if (planned.text === live.text) return { outcome: 'saved', configMap: live };
    const outcome = await write<Stop>(writer, live, planned.text);
    if (outcome !== 'outdated') return outcome;
  }
  live = await writer.get(ref);
  if (live === null) return gone(ref);
  const reason = `Others changed ${ref.name} in ${ref.namespace} ${ATTEMPTS} times while it was being saved. Nothing was written: look at their text, then save again.`;
  return { outcome: 'conflict', live, reason };
}

/** Whether the API server would take the text now. null: it would, or somebody else was faster, and a save starts over. Throws as `applyText` does. */
export async function tryText(writer: ConfigMapWriter, live: RawConfigMap, text: string): Promise<ApplyOutcome<never> | null> {
  try {
    await writer.patchText(live, text, { dryRun: true });
    return null;
  } catch (error) {
    const refused = refusal<never>(error, live, text, writer);
    return refused === 'outdated' ? null : refused;
  }
}

async function write<Stop>(writer: ConfigMapWriter, live: RawConfigMap, text: string): Promise<ApplyOutcome<Stop> | 'outdated'> {
  const { ref } = live;
  let written: RawConfigMap | null = null;
  try {
    await writer.patchText(live, text, { dryRun: true });
  } catch (error) {
    return refusal(error, live, text, writer);
  }
  try {
    written = await writer.patchText(live, text, { dryRun: false });
  } catch (error) {
    const status = error instanceof RequestError ? error.status : 0;
    // The line broke, or a gateway answered in the API server's place: it may have been written. Only reading it back can tell.
    if (status !== 0 && status < 500) return refusal(error, live, text, writer);
    const now = await writer.get(ref);
    if (now?.uid !== live.uid || now.text !== text) throw writer.translate(error, ref);
    return { outcome: 'saved', configMap: now };
  }
  const stored = await writer.get(ref);
  if (stored === null) return gone(ref);
  if (stored.text === text && stored.uid === live.uid) return { outcome: 'saved', configMap: stored };
  const reason =
    stored.resourceVersion === written.resourceVersion
      ? `The API server accepted the change of ${ref.name} but stored another text: something in the cluster rewrites it. Compare the text below with yours.`
      : `${ref.name} was saved, and somebody else changed it again before it could be read back. Look at what stands there now.`;
  return { outcome: 'not-stored', live: stored, reason };
}

function refusal<Stop>(error: unknown, live: RawConfigMap, text: string, writer: ConfigMapWriter): ApplyOutcome<Stop> | 'outdated' {
  const { ref } = live;
  if (error instanceof RequestError) {
    if (error.status === 409) return 'outdated';
    if (error.status === 404) return gone(ref);
    // An admission webhook refuses with the same status, but names no user.
    if (error.forbidden && error.user !== undefined) {
      return {
        outcome: 'forbidden',
        verb: 'patch',
        role: roleFor(ref.namespace, error.user),
        reason: `You may not change ConfigMaps in ${ref.namespace}. Ask an administrator for the verb "patch".`,
      };
    }
    if (error.status === 400 || error.status === 403 || error.status === 413 || error.status === 422) {
      return { outcome: 'rejected', reason: `The cluster refused the new text of ${ref.name}: ${error.explain([text, live.text ?? ''])}` };
    }
  }
  throw writer.translate(error, ref);
}

function gone<Stop>(ref: ConfigMapRef): ApplyOutcome<Stop> {
  return {
    outcome: 'gone',
    reason: `${ref.name} in ${ref.namespace} was deleted meanwhile. Copy your text, then deploy kAudit's ConfigMap again.`,
  };
}
