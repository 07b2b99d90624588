import { AppError } from '../common/errors.ts';
import type { RowResult } from '../common/fleet/rollout-progress.ts';
import type { MetChange } from '../common/rollout/change.ts';
import type { Written } from '../state/draft.ts';
import * as strings from './strings.ts';

export interface Result {
  readonly outcome: RowResult;
  readonly reason?: string;
  readonly revision?: string;
  readonly met?: MetChange;
}

export function resultOf(reply: Written): Result {
  switch (reply.outcome) {
    case 'saved':
      return reply.sent ? { outcome: 'saved', ...(reply.revision && { revision: reply.revision }) } : { outcome: 'unchanged' };
    case 'conflict': {
      const { reason, conflicts, writer, resourceVersion: on } = reply;
      return { outcome: 'conflict', reason, ...(conflicts.length > 0 && { met: { on, conflicts, ...(writer && { writer }) } }) };
    }
    case 'refused':
      return { outcome: 'conflict', reason: reply.reason };
    case 'forbidden':
      return { outcome: 'forbidden', reason: reply.reason };
    case 'managed':
      return { outcome: 'failed', reason: strings.managesNowChooseIndividuallyChange(reply.managedBy.by) };
    case 'unknown':
      return { outcome: 'unknown', reason: reply.reason };
    case 'invalid':
    case 'gone':
      return { outcome: 'failed', reason: reply.reason };
  }
}

export function clean({ outcome, reason, revision }: Result) {
  return { outcome, ...(reason === undefined ? {} : { reason: reason.slice(0, 4000) }), ...(revision === undefined ? {} : { revision }) };
}

/** Foreseeable failures become results; bugs are thrown. */
export async function caught(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'forbidden') return { outcome: 'forbidden', reason: error.message };
    if (error.code === 'not-found' || error.code === 'document') return { outcome: 'conflict', reason: error.message };
    return { outcome: 'failed', reason: error.message };
  }
}
