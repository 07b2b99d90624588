import * as z from 'zod';

// What Coralogix's two log formats refuse. Source: its documentation.

const entry = {
  severity: z.int().min(1).max(6),
  text: z.string(),
  /** UTC milliseconds, fractions allowed. */
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
