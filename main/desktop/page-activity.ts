import type { ConfigMapRef } from '../common/reference.ts';
import { configMapRefSchema } from '../common/reference.ts';

export interface RequestObserver {
  /** The user works with this cluster. */
  used(context: string): void;
  /** The user saves this ConfigMap here. */
  saves(ref: ConfigMapRef): void;
}

/** What the tray and the notifications learn from what the page asks for. The arguments are not checked yet: what does not fit is no news. */
export function observeRequest(name: unknown, args: unknown, { used, saves }: RequestObserver): void {
  if (typeof args !== 'object' || args === null) return;
  if (name === 'cluster.connect' && 'context' in args && typeof args.context === 'string') used(args.context.slice(0, 1024));
  if (name !== 'configMap.get' && name !== 'configMap.apply') return;
  const ref = configMapRefSchema.safeParse('ref' in args ? args.ref : undefined);
  if (!ref.success) return;
  used(ref.data.context);
  if (name === 'configMap.apply') saves(ref.data);
}
