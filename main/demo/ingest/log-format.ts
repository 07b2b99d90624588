import * as z from 'zod';

// Coralogix's two log formats, as its documentation has them: what an ingest has to refuse, and why.

const entry = {
  severity: z.int().min(1).max(6),
  text: z.string(),
  /** UTC milliseconds, a fraction allowed. */
  timestamp: z.number().positive().optional(),
  /** UTC nanoseconds. */
  hiResTimestamp: z.string().regex(/^\d+$/).optional(),
  category: z.string().optional(),
  className: z.string().optional(),
  methodName: z.string().optional(),
  threadId: z.string().optional(),
};

const names = {
  applicationName: z.string().min(1),
  subsystemName: z.string().min(1),
  computerName: z.string().optional(),
};

const formats = {
  bulk: z.object({ ...names, logEntries: z.array(z.object(entry)).min(1) }),
  singles: z.array(z.object({ ...names, ...entry })).min(1),
};

/** Why a request's body is not in that format, in a line; null where it is. */
export function problemOf(format: 'bulk' | 'singles', body: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'the body is no JSON';
  }
  const issue = formats[format].safeParse(value).error?.issues[0];
  if (issue === undefined) return null;
  return `${issue.path.join('.') || 'body'}: ${issue.message}`;
}
